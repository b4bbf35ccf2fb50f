import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anOpening, aRandomStory, aStory, made } from '../testing.js';
import type { Happened } from './open-position.js';
import type { PositionWithEvents } from './position-event.js';
import { positionAsOf } from './position-as-of.js';
import type { ReplayedPosition } from './replay-position.js';
import { transitionPosition } from './transition-position.js';

const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 1) + ms);

const stored = (story: readonly Happened[]): PositionWithEvents => ({
  position: (story.at(-1) as Happened).position,
  events: story.map(({ event }) => event),
});

const withoutHead = ({ ledgerHead: _, ...position }: Happened['position']): ReplayedPosition => position;

describe('a position as of a moment', () => {
  const story = aStory(
    anOpening({ at: at(0) }),
    { toState: 'FUNDED' },
    { toState: 'PARTIALLY_RELEASED', amount: '300.05' },
    { toState: 'EXPIRED' },
  );
  const [opened, funded, partly, expired] = story as [Happened, Happened, Happened, Happened];

  test.each([
    ['at its creation', 0, opened],
    ['just before the next step', 999, opened],
    ['at the moment of a step', 1_000, funded],
    ['between two steps', 2_500, partly],
    ['at its last step', 3_000, expired],
    ['long after', 1e9, expired],
  ])('is what it was %s', (_, ms, then) => {
    const found = positionAsOf(stored(story), at(ms));
    expect(found).toEqual({
      position: withoutHead(then.position),
      events: story.slice(0, then.position.version).map(({ event }) => event),
    });
  });

  test('does not exist before its creation', () => {
    expect(positionAsOf(stored(story), at(-1))).toBeUndefined();
  });

  test('counts every step of a millisecond', () => {
    const steps = [
      { toState: 'FUNDED' as const },
      { toState: 'PARTIALLY_RELEASED' as const, amount: '0.01' },
      { toState: 'PARTIALLY_RELEASED' as const, amount: '0.02' },
    ];
    const atOnce = steps.reduce<Happened[]>(
      (told, step) => [...told, transitionPosition((told.at(-1) as Happened).position, step, made(at(0)))],
      [anOpening({ at: at(0) })],
    );
    const found = positionAsOf(stored(atOnce), at(0));
    expect([found?.position.version, found?.position.releasedAmount.toString()]).toEqual([4, '0.03']);
  });

  test('is, at every step of any story, what was stored then', () => {
    fc.assert(
      fc.property(aRandomStory(), (told) => {
        for (const [index, { position }] of told.entries()) {
          // Steps that share the millisecond belong to the same moment.
          const isLast = told[index + 1]?.position.updatedAt.getTime() !== position.updatedAt.getTime();
          if (!isLast) continue;
          const found = positionAsOf(stored(told), position.updatedAt);
          expect(found?.position).toEqual(withoutHead(position));
          expect(found?.events.map(({ seq }) => seq)).toEqual(
            told.slice(0, index + 1).map((_, at_) => at_ + 1),
          );
        }
      }),
    );
  });
});
