import { createHash } from 'node:crypto';
import { DomainError, Money } from '#kernel';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anOpening, made } from '../testing.js';
import { hashOf } from './ledger-event.js';
import { isTerminal, LIFECYCLE, POSITION_STATES, type PositionState } from './lifecycle.js';
import type { Happened } from './open-position.js';
import { heldAmountOf, remainingAmountOf, type Position } from './position.js';
import { transitionPosition, type Transition } from './transition-position.js';

const go = (position: Position, toState: PositionState, more: Omit<Transition, 'toState'> = {}): Happened =>
  transitionPosition(position, { toState, ...more }, made());

const refusalOf = (act: () => unknown): DomainError => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

/** A way to each state. */
const ways: Record<PositionState, readonly Transition[]> = {
  CREATED: [],
  FUNDED: [{ toState: 'FUNDED' }],
  PARTIALLY_RELEASED: [{ toState: 'FUNDED' }, { toState: 'PARTIALLY_RELEASED', amount: '300.05' }],
  RELEASED: [{ toState: 'FUNDED' }, { toState: 'RELEASED' }],
  CANCELLED: [{ toState: 'FUNDED' }, { toState: 'CANCELLED' }],
  EXPIRED: [{ toState: 'EXPIRED' }],
};

const walk = (steps: readonly Transition[], opening = anOpening()): Happened[] =>
  steps.reduce<Happened[]>(
    (happened, step) => [
      ...happened,
      transitionPosition((happened.at(-1) ?? opening).position, step, made()),
    ],
    [opening],
  );

const last = (happened: readonly Happened[]): Happened => happened.at(-1) as Happened;

const pairs = POSITION_STATES.flatMap((from) => POSITION_STATES.map((to) => [from, to] as const));

describe('a transition', () => {
  test.each(pairs)('from %s to %s happens just when the lifecycle allows it', (from, to) => {
    const { position } = last(walk(ways[from]));
    const act = (): Happened => go(position, to, to === 'PARTIALLY_RELEASED' ? { amount: '0.01' } : {});
    if (LIFECYCLE[from].includes(to)) {
      expect(act().position).toMatchObject({ state: to, version: position.version + 1 });
      return;
    }
    const refusal = refusalOf(act);
    expect(refusal.fault.code).toBe('position.illegal_transition');
    expect(refusal.extensions).toEqual({ state: from, toState: to, allowed: LIFECYCLE[from] });
  });

  test('moves the amounts through the whole story', () => {
    const story = walk([
      { toState: 'FUNDED' },
      { toState: 'PARTIALLY_RELEASED', amount: '300.05' },
      { toState: 'PARTIALLY_RELEASED', amount: '200.00' },
      { toState: 'RELEASED' },
    ]);
    expect(
      story.map(({ position, event, ledgerEvent }) => [
        event.toState,
        event.amount?.toString() ?? null,
        ledgerEvent.transfer &&
          `${ledgerEvent.transfer.debitAccount} > ${ledgerEvent.transfer.creditAccount}`,
        position.releasedAmount.toString(),
        heldAmountOf(position).toString(),
        remainingAmountOf(position).toString(),
      ]),
    ).toEqual([
      ['CREATED', '1000.10', null, '0.00', '0.00', '1000.10'],
      ['FUNDED', '1000.10', 'depositor > escrow', '0.00', '1000.10', '1000.10'],
      ['PARTIALLY_RELEASED', '300.05', 'escrow > beneficiary', '300.05', '700.05', '700.05'],
      ['PARTIALLY_RELEASED', '200.00', 'escrow > beneficiary', '500.05', '500.05', '500.05'],
      ['RELEASED', '500.05', 'escrow > beneficiary', '1000.10', '0.00', '0.00'],
    ]);
  });

  test.each(['CANCELLED', 'EXPIRED'] as const)('to %s gives back what is held', (toState) => {
    const { position, event, ledgerEvent } = last(walk([...ways.PARTIALLY_RELEASED, { toState }]));
    expect(event.amount?.toString()).toBe('700.05');
    expect(ledgerEvent.transfer).toMatchObject({ debitAccount: 'escrow', creditAccount: 'depositor' });
    expect([position.releasedAmount, position.refundedAmount].map(String)).toEqual(['300.05', '700.05']);
  });

  test.each(['CANCELLED', 'EXPIRED'] as const)('to %s before funding moves nothing', (toState) => {
    const { position, event, ledgerEvent } = go(anOpening().position, toState);
    expect([event.amount, ledgerEvent.transfer]).toEqual([null, null]);
    expect(position.refundedAmount.isZero()).toBe(true);
    expect(remainingAmountOf(position).isZero()).toBe(true);
  });

  test('to a partial release needs an amount', () => {
    const refusal = refusalOf(() => go(last(walk(ways.FUNDED)).position, 'PARTIALLY_RELEASED'));
    expect([refusal.fault.code, refusal.fault.kind]).toEqual(['position.amount_required', 'malformed']);
    expect(refusal.errors[0]?.pointer).toBe('/amount');
  });

  test.each([
    [
      '1000.11',
      'position.insufficient_remaining',
      { currency: 'USD', remaining: '1000.10', requested: '1000.11' },
    ],
    [
      '1000.10',
      'position.nothing_would_remain',
      { currency: 'USD', remaining: '1000.10', requested: '1000.10' },
    ],
    ['0.00', 'money.not_positive', {}],
    ['1.001', 'money.too_many_decimals', { currency: 'USD', decimalPlaces: 2 }],
  ])('that releases a part of %s of 1000.10 is refused with %s', (amount, code, extensions) => {
    const refusal = refusalOf(() => go(last(walk(ways.FUNDED)).position, 'PARTIALLY_RELEASED', { amount }));
    expect([refusal.fault.code, refusal.extensions]).toEqual([code, extensions]);
  });

  test.each([
    ['CREATED', 'FUNDED', '1000.10'],
    ['PARTIALLY_RELEASED', 'RELEASED', '700.05'],
    ['PARTIALLY_RELEASED', 'CANCELLED', '700.05'],
  ] as const)('from %s to %s takes an amount that equals what moves, and no other', (from, to, expected) => {
    const { position } = last(walk(ways[from]));
    expect(go(position, to, { amount: expected }).event.amount?.toString()).toBe(expected);
    const refusal = refusalOf(() => go(position, to, { amount: '700.04' }));
    expect(refusal.fault.code).toBe('position.amount_mismatch');
    expect(refusal.extensions).toEqual({ currency: 'USD', expected, requested: '700.04' });
  });

  test('never runs back in time', () => {
    const opening = anOpening({ at: new Date('2026-01-01T12:00:00.000Z') });
    const earlier = made(new Date('2026-01-01T11:59:59.999Z'));
    const { position, event, ledgerEvent } = transitionPosition(
      opening.position,
      { toState: 'FUNDED' },
      earlier,
    );
    expect([position.updatedAt, event.at, ledgerEvent.at]).toEqual(Array(3).fill(opening.position.createdAt));
  });

  test('keeps why it was made, and binds its metadata into the ledger', () => {
    const metadata = { b: 2, a: { certificate: 'C-1' } };
    const { event, ledgerEvent } = go(anOpening().position, 'FUNDED', { reason: 'wire received', metadata });
    expect(event).toMatchObject({ reason: 'wire received', metadata });
    const digest = createHash('sha256').update('{"a":{"certificate":"C-1"},"b":2}').digest('hex');
    expect(ledgerEvent.payload).toEqual({ reason: 'wire received', metadataHash: digest });
  });
});

describe('the hash chain of a position', () => {
  test('begins at zeros, links each event to the one before, and ends in the position', () => {
    const story = walk(ways.RELEASED);
    const chain = story.map(({ ledgerEvent }) => ledgerEvent);
    expect(chain.map(({ previousHash }) => previousHash)).toEqual([
      '0'.repeat(64),
      chain[0]?.hash,
      chain[1]?.hash,
    ]);
    expect(chain.map(hashOf)).toEqual(chain.map(({ hash }) => hash));
    expect(last(story).position.ledgerHead).toBe(chain.at(-1)?.hash);
  });

  test('is the SHA-256 of the sorted JSON text, as anybody can recompute it', () => {
    const { ledgerEvent } = anOpening({ holderReference: 'Ärger & Co' });
    const { transfer: _, hash, ...event } = ledgerEvent;
    const shown = {
      ...event,
      at: event.at.toISOString(),
      amount: null,
      creditAccount: null,
      debitAccount: null,
    };
    const { payload, ...rest } = shown;
    const sorted = (value: object): string =>
      `{${Object.entries(value)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(
          ([key, part]) =>
            `${JSON.stringify(key)}:${part === payload ? sorted(payload) : JSON.stringify(part)}`,
        )
        .join(',')}}`;
    expect(
      createHash('sha256')
        .update(sorted({ ...rest, payload }), 'utf8')
        .digest('hex'),
    ).toBe(hash);
  });
});

describe('any sequence of commands', () => {
  const commands = fc.array(
    fc.record({
      toState: fc.constantFrom(...POSITION_STATES),
      amount: fc.option(
        fc
          .integer({ min: 1, max: 60_000 })
          .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`),
        { nil: undefined },
      ),
    }),
    { maxLength: 30 },
  );

  test('keeps amount = released + refunded + held, a gapless history, and the books balanced', () => {
    fc.assert(
      fc.property(commands, (steps) => {
        const opening = anOpening();
        const happened: Happened[] = [opening];
        for (const step of steps) {
          const { position } = last(happened);
          try {
            happened.push(transitionPosition(position, step, made()));
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
          }
        }
        const { position } = last(happened);
        const held = heldAmountOf(position);
        if (happened.length > 1 && happened.some(({ event }) => event.toState === 'FUNDED')) {
          expect(
            position.releasedAmount.plus(position.refundedAmount).plus(held).equals(position.amount),
          ).toBe(true);
        } else {
          expect(
            [position.releasedAmount, position.refundedAmount, held].every((money) => money.isZero()),
          ).toBe(true);
        }
        expect(happened.map(({ event, ledgerEvent }) => [event.seq, ledgerEvent.seq])).toEqual(
          happened.map((_, index) => [index + 1, index + 1]),
        );
        const inEscrow = happened.reduce(
          (balance, { ledgerEvent: { transfer } }) => {
            if (transfer?.creditAccount === 'escrow') return balance.plus(transfer.amount);
            return transfer?.debitAccount === 'escrow' ? balance.minus(transfer.amount) : balance;
          },
          Money.parse('USD', '0'),
        );
        expect(inEscrow.equals(held)).toBe(true);
        expect(happened.slice(0, -1).some(({ position: { state } }) => isTerminal(state))).toBe(false);
      }),
    );
  });
});
