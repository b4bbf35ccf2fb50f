import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SealedEvent, SealedEvents, SealedRange } from './checkpoint.js';
import { firstEventsOf } from './first-events.js';

const START_MS = Date.UTC(2026, 0, 1);
const at = (ms: number): Date => new Date(START_MS + ms);
let made = 0;
const eventAt = (ms: number): SealedEvent => ({ at: at(ms), leaf: Buffer.from(`${(made += 1)}`) });
const eventsAt = (ledger: readonly number[], audit: readonly number[]): SealedEvents => ({
  ledgerEvents: ledger.map(eventAt),
  auditEvents: audit.map(eventAt),
});
/** As they are read: one more than will be sealed. */
const firstOf = (all: SealedEvents, most: number): SealedEvents => ({
  ledgerEvents: all.ledgerEvents.slice(0, most + 1),
  auditEvents: all.auditEvents.slice(0, most + 1),
});
const RANGE: SealedRange = { after: at(-1), until: at(1_000) };

describe('the first events of a range', () => {
  test('are all of them, with the range as it is, when there are no more than asked for', () => {
    const all = eventsAt([1, 2, 3], [4, 4, 4]);
    expect(firstEventsOf(all, RANGE, 3)).toEqual({ events: all, range: RANGE });
    expect(firstEventsOf(eventsAt([], []), RANGE, 3)?.range).toEqual(RANGE);
  });

  test('end before the moment of the first that is too many, of whatever kind', () => {
    const [tooManyLedger, tooManyAudit] = [eventsAt([1, 2, 5], [1, 7]), eventsAt([1, 9], [1, 2, 5])];
    for (const found of [tooManyLedger, tooManyAudit]) {
      expect(firstEventsOf(found, RANGE, 2)).toEqual({
        events: {
          ledgerEvents: found.ledgerEvents.filter((event) => event.at < at(5)),
          auditEvents: found.auditEvents.filter((event) => event.at < at(5)),
        },
        range: { after: RANGE.after, until: at(4) },
      });
    }
  });

  test('end before the earlier moment when there are too many of both kinds', () => {
    const found = eventsAt([1, 2, 8], [1, 2, 5]);
    expect(firstEventsOf(found, RANGE, 2)?.range.until).toEqual(at(4));
  });

  test('hold none of a moment that they cannot hold all of', () => {
    const found = eventsAt([1, 5, 5], [5]);
    expect(firstEventsOf(found, RANGE, 2)).toEqual({
      events: { ledgerEvents: found.ledgerEvents.slice(0, 1), auditEvents: [] },
      range: { after: RANGE.after, until: at(4) },
    });
  });

  test('are none when too many share the first moment, so that more must be asked for', () => {
    expect(firstEventsOf(eventsAt([5, 5, 5], []), RANGE, 2)).toBeUndefined();
    expect(firstEventsOf(eventsAt([6], [5, 5, 5]), RANGE, 2)).toBeUndefined();
    expect(firstEventsOf(eventsAt([0, 0, 0], []), RANGE, 2)).toBeUndefined();
  });

  test('taken again and again, are every event once, in its order, none of a moment apart', () => {
    const moments = fc.array(fc.nat(30), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(moments, moments, fc.integer({ min: 1, max: 6 }), (ledger, audit, least) => {
        const all = eventsAt(ledger, audit);
        const sealed: { ledger: SealedEvent[]; audit: SealedEvent[] } = { ledger: [], audit: [] };
        let after: Date | null = null;
        while (after === null || after < RANGE.until) {
          const begin: Date | null = after;
          const isLeft = ({ at: when }: SealedEvent): boolean => begin === null || when > begin;
          const left = {
            ledgerEvents: all.ledgerEvents.filter(isLeft),
            auditEvents: all.auditEvents.filter(isLeft),
          };
          let most = least;
          let first = firstEventsOf(firstOf(left, most), { after, until: RANGE.until }, most);
          while (first === undefined) {
            most *= 2;
            first = firstEventsOf(firstOf(left, most), { after, until: RANGE.until }, most);
          }
          expect(first.range.after).toEqual(after);
          expect(first.range.until.getTime()).toBeGreaterThan(after?.getTime() ?? -Infinity);
          for (const events of [first.events.ledgerEvents, first.events.auditEvents]) {
            expect(events.length).toBeLessThanOrEqual(most);
          }
          const { until } = first.range;
          const isWithin = (event: SealedEvent): boolean => event.at <= until;
          expect(first.events).toEqual({
            ledgerEvents: left.ledgerEvents.filter(isWithin),
            auditEvents: left.auditEvents.filter(isWithin),
          });
          sealed.ledger.push(...first.events.ledgerEvents);
          sealed.audit.push(...first.events.auditEvents);
          after = until;
        }
        expect([sealed.ledger, sealed.audit]).toEqual([all.ledgerEvents, all.auditEvents]);
        expect(after).toEqual(RANGE.until);
      }),
    );
  });
});
