import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '#kernel';
import { fromRow as fromLedgerRow, toRow as toLedgerRow } from '../persistence/ledger-event.rows.js';
import { toRow as toPositionRow } from '../persistence/position.rows.js';
import { toRow as toEventRow } from '../persistence/position-event.rows.js';
import { anOpening, aStory, made } from '../testing.js';
import { FIRST_PREVIOUS_HASH, hashOf } from './ledger-event.js';
import { LIFECYCLE } from './lifecycle.js';
import type { Happened } from './open-position.js';
import { heldAmountOf } from './position.js';
import type {
  PositionRecord,
  StoredLedgerEvent,
  StoredPosition,
  StoredPositionEvent,
} from './position-record.js';
import { transitionPosition } from './transition-position.js';
import { verifyPosition } from './verify-position.js';

/** A record of a position that there is. */
type WholeRecord = PositionRecord & { readonly position: StoredPosition };
type Step = StoredLedgerEvent | StoredPositionEvent;
type Histories = Pick<PositionRecord, 'events' | 'ledgerEvents'>;
const HISTORIES = ['ledgerEvents', 'events'] as const;

function recordOf(story: readonly Happened[]): WholeRecord {
  const { position } = story.at(-1) as Happened;
  return {
    institutionId: position.institutionId,
    positionId: position.id,
    position: toPositionRow(position),
    events: story.map(({ event }) => toEventRow(event)),
    ledgerEvents: story.map(({ ledgerEvent }) => toLedgerRow(ledgerEvent)),
  };
}

/** Opened, funded, released in part twice, cancelled. */
function aRecord(): WholeRecord {
  return recordOf(
    aStory(
      anOpening({ externalReference: 'contract-7' }),
      { toState: 'FUNDED', reason: 'wire received', metadata: { wire: { no: 7 } } },
      { toState: 'PARTIALLY_RELEASED', amount: '300.05' },
      { toState: 'PARTIALLY_RELEASED', amount: '300.05' },
      { toState: 'CANCELLED' },
    ),
  );
}

/** Any way that a position can go, each step a second after the one before. */
const records = fc
  .record({
    currency: fc.constantFrom('USD', 'JPY', 'KWD', 'CLF'),
    units: fc.bigInt({ min: 3n, max: 10n ** 20n }),
    choices: fc.array(
      fc.record({
        way: fc.nat(),
        part: fc.bigInt({ min: 0n, max: 10n ** 20n }),
        reason: fc.option(fc.string(), { nil: undefined }),
        metadata: fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined }),
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ currency, units, choices }) => {
    const ofUnits = (minorUnits: bigint): Money => {
      const { digits } = Money.parse(currency, '0').currency;
      const text = minorUnits.toString().padStart(digits + 1, '0');
      return Money.parse(currency, digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
    };
    const story = [anOpening({ amount: ofUnits(units) })];
    for (const { way, part, reason, metadata } of choices) {
      const { position } = story.at(-1) as Happened;
      const held = heldAmountOf(position).minorUnits;
      const ways = LIFECYCLE[position.state].filter((to) => to !== 'PARTIALLY_RELEASED' || held > 1n);
      const toState = ways[way % ways.length];
      if (toState === undefined) break;
      const amount =
        toState === 'PARTIALLY_RELEASED' ? ofUnits(1n + (part % (held - 1n))).toString() : undefined;
      const at = new Date(position.updatedAt.getTime() + 1_000);
      story.push(
        transitionPosition(
          position,
          { toState, amount, reason, metadata: metadata as Record<string, string> | undefined },
          made(at),
        ),
      );
    }
    return recordOf(story);
  });

/** Another value than the one given, of its kind. */
function other(value: unknown): unknown {
  if (value instanceof Date) return new Date(value.getTime() + 1);
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'object' && value !== null) return { ...value, more: 1 };
  const text = (value ?? '7') as string;
  return /^[0-9]+(\.[0-9]+)?$/.test(text)
    ? text.replace(/[0-9]/, (digit) => (digit === '9' ? '8' : '9'))
    : `${text}x`;
}

function changedIn(
  rows: PositionRecord,
  history: keyof Histories,
  change: (rows: Step[]) => Step[],
): WholeRecord {
  const changed = change([...rows[history]]).sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
  return { ...(rows as WholeRecord), [history]: changed };
}

const brokenAt = (seq: number): unknown => expect.objectContaining({ verified: false, firstBrokenSeq: seq });

describe('the record of any position', () => {
  test('is verified, with its length and head', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(verifyPosition(record)).toEqual({
          verified: true,
          length: record.position.version,
          head: record.position.ledgerHead,
          firstBrokenSeq: null,
          why: null,
        });
      }),
    );
  });

  test('is broken at the step any of whose fields is changed', () => {
    fc.assert(
      fc.property(
        records,
        fc.constantFrom(...HISTORIES),
        fc.nat(),
        fc.nat(),
        (record, history, row, field) => {
          const index = row % record[history].length;
          const step = record[history][index] as Step & Record<string, unknown>;
          // Nothing tells what the id of a position event was; seq is changed below.
          const isBound = (name: string): boolean =>
            name !== 'seq' && (name !== 'id' || history === 'ledgerEvents');
          const fields = Object.keys(step).filter(isBound);
          const name = fields[field % fields.length] as string;
          const changed = changedIn(record, history, (rows) =>
            rows.with(index, { ...step, [name]: other(step[name]) }),
          );
          expect([name, verifyPosition(changed)]).toEqual([name, brokenAt(step.seq)]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('is broken where the order of its steps is first disturbed', () => {
    fc.assert(
      fc.property(
        records,
        fc.constantFrom(...HISTORIES),
        fc.nat(),
        fc.nat(),
        (record, history, first, second) => {
          const length = record[history].length;
          const [from, to] = [first % length, second % length];
          const [left, right] = [record[history][from] as Step, record[history][to] as Step];
          const removed = changedIn(record, history, (rows) => rows.toSpliced(from, 1));
          expect(verifyPosition(removed)).toEqual(brokenAt(left.seq));
          const cut = changedIn(record, history, (rows) => rows.slice(0, from));
          expect(verifyPosition(cut)).toEqual(brokenAt(left.seq));
          const repeated = changedIn(record, history, (rows) => [...rows, { ...left, id: `${left.id}x` }]);
          expect(verifyPosition(repeated)).toEqual(brokenAt(left.seq));
          const behind = changedIn(record, history, (rows) => [
            ...rows,
            { ...left, id: 'x', seq: length + 1 },
          ]);
          expect(verifyPosition(behind)).toEqual(brokenAt(length + 1));
          if (from === to) return;
          const swapped = changedIn(record, history, (rows) =>
            rows.with(from, { ...left, seq: right.seq }).with(to, { ...right, seq: left.seq }),
          );
          expect(verifyPosition(swapped)).toEqual(brokenAt(Math.min(left.seq, right.seq)));
          const moved = changedIn(record, history, (rows) => rows.with(from, { ...left, seq: right.seq }));
          expect(verifyPosition(moved)).toEqual(brokenAt(Math.min(left.seq, right.seq)));
        },
      ),
    );
  });

  test('is broken when any field of the position is changed: at its creation, or at the last step', () => {
    const ofLastStep = ['releasedAmount', 'refundedAmount', 'state', 'ledgerHead', 'updatedAt'];
    fc.assert(
      fc.property(records, (record) => {
        const { position } = record;
        for (const name of Object.keys(position) as (keyof StoredPosition)[]) {
          const changed = { ...record, position: { ...position, [name]: other(position[name]) } };
          const last = name === 'version' ? position.version + 1 : position.version;
          const seq = name === 'version' || ofLastStep.includes(name) ? last : 1;
          expect([name, verifyPosition(changed)]).toEqual([name, brokenAt(seq)]);
        }
        const older = { ...record, position: { ...position, version: position.version - 1 } };
        expect(verifyPosition(older)).toEqual(brokenAt(position.version));
      }),
    );
  });
});

describe('a record that was rewritten with care', () => {
  /** Changes one ledger event, makes the chain fit, and the position’s head too where it is asked for. */
  function forged(index: number, change: Partial<StoredLedgerEvent>, isHeadMoved = true): WholeRecord {
    const record = aRecord();
    let previousHash = FIRST_PREVIOUS_HASH;
    const ledgerEvents = record.ledgerEvents.map((event, at) => {
      const changed = { ...event, ...(at === index ? change : {}), previousHash };
      previousHash = hashOf(fromLedgerRow(changed));
      return { ...changed, hash: previousHash };
    });
    const { position } = record;
    return {
      ...record,
      ledgerEvents,
      position: isHeadMoved ? { ...position, ledgerHead: previousHash } : position,
    };
  }

  test('is broken at its last step when only the head of the position tells', () => {
    expect(verifyPosition(forged(0, { id: 'le_other' }, false))).toEqual({
      ...brokenAtLast,
      why: 'the ledger head of the position is not what its ledger leads to',
    });
  });
  const brokenAtLast: object = { verified: false, length: 5, head: expect.any(String), firstBrokenSeq: 5 };

  test.each<[string, number, Partial<StoredLedgerEvent>, string]>([
    ['opens no position', 0, { kind: 'POSITION_STATE_CHANGED' }, 'ledger event 1 opens no position'],
    ['opens another one', 1, { kind: 'POSITION_CREATED' }, 'is not of the kind that changes a state'],
    ['jumps', 1, { newState: 'RELEASED' }, 'ledger event 2 makes a step that the lifecycle does not allow'],
    ['comes from elsewhere', 3, { previousState: 'FUNDED' }, 'that the lifecycle does not allow'],
    [
      'goes back in time',
      2,
      { at: new Date(0), createdAt: new Date(0) },
      'happened before the one before it',
    ],
    ['changes its currency', 2, { currency: 'EUR' }, 'ledger event 3 is in another currency'],
    ['funds less than the whole', 1, { amount: '1000.00' }, 'does not move what its step moves'],
    ['releases all in part', 2, { amount: '1000.10' }, 'ledger event 3 does not move what its step moves'],
    ['releases nothing in part', 2, { amount: '0' }, 'ledger event 3 does not move what its step moves'],
    ['releases too much', 3, { amount: '700.06' }, 'ledger event 4 does not move what its step moves'],
    ['refunds too little', 4, { amount: '399.99' }, 'ledger event 5 does not move what its step moves'],
    ['refunds to the beneficiary', 4, { creditAccount: 'beneficiary' }, 'does not move what its step moves'],
    ['takes from the beneficiary', 4, { debitAccount: 'beneficiary' }, 'does not move what its step moves'],
    [
      'moves nothing',
      1,
      { debitAccount: null, creditAccount: null, amount: null },
      'ledger event 2 does not move what its step moves',
    ],
    ['has a stray account', 0, { debitAccount: 'escrow' }, 'ledger event 1 has part of a transfer'],
    ['has another reason', 1, { payload: { reason: 'none' } }, 'position event 2 gives another reason'],
    ['releases another part', 2, { amount: '300.04' }, 'position event 3 tells of another amount'],
    ['is of another position', 2, { positionId: 'pos_other' }, 'ledger event 3 names another position'],
    ['is of another tenant', 2, { institutionId: 'inst_other' }, 'ledger event 3 names another position'],
  ])('is broken where a step %s', (_, index, change, why) => {
    const { firstBrokenSeq, why: told } = verifyPosition(forged(index, change));
    expect([firstBrokenSeq, told]).toEqual([index + 1, expect.stringContaining(why)]);
  });

  test('is broken where a step with a hash of its own follows on nothing', () => {
    const record = aRecord();
    const unlinked = { ...(record.ledgerEvents[4] as StoredLedgerEvent), previousHash: '7'.repeat(64) };
    const hash = hashOf(fromLedgerRow(unlinked));
    const ledgerEvents = record.ledgerEvents.with(4, { ...unlinked, hash });
    const position = { ...record.position, ledgerHead: hash };
    expect(verifyPosition({ ...record, ledgerEvents, position })).toEqual(
      expect.objectContaining({
        firstBrokenSeq: 5,
        why: 'ledger event 5 is not linked to the one before it',
      }),
    );
  });

  test('is broken where a position event was moved in time', () => {
    const record = aRecord();
    const at = new Date(0);
    const events = record.events.map((event) => (event.seq === 3 ? { ...event, at, createdAt: at } : event));
    expect(verifyPosition({ ...record, events })).toEqual(
      expect.objectContaining({
        firstBrokenSeq: 3,
        why: 'position event 3 happened at another time than the ledger says',
      }),
    );
  });
});

describe('a record that cannot be read', () => {
  test.each<[string, number, (record: WholeRecord) => object]>([
    ['an unknown currency', 1, ({ position }) => ({ position: { ...position, currency: 'XQX' } })],
    [
      'an amount of too many digits',
      1,
      ({ position }) => ({ position: { ...position, amount: '1000.105' } }),
    ],
    ['no number', 5, ({ position }) => ({ position: { ...position, releasedAmount: 'NaN' } })],
    ['no moment', 5, ({ position }) => ({ position: { ...position, updatedAt: new Date(NaN) } })],
    ['an unknown state', 5, ({ position }) => ({ position: { ...position, state: 'LOST' } })],
    ['a ledger event without end of time', 3, (record) => changedStep(record, { at: Infinity })],
    ['a ledger event in an unknown currency', 3, (record) => changedStep(record, { currency: 'XQX' })],
    ['a ledger event of a fraction of a cent', 3, (record) => changedStep(record, { amount: '1.005' })],
    ['a ledger event without payload', 3, (record) => changedStep(record, { payload: undefined })],
  ])('is broken where it holds %s', (_, seq, change) => {
    const record = aRecord();
    expect(verifyPosition({ ...record, ...change(record) })).toEqual(brokenAt(seq));
  });

  const changedStep = ({ ledgerEvents }: WholeRecord, change: object) => ({
    ledgerEvents: ledgerEvents.with(2, { ...(ledgerEvents[2] as StoredLedgerEvent), ...change }),
  });
});

describe('a record with parts missing', () => {
  test('is broken at its first step when there is no history', () => {
    expect(verifyPosition({ ...aRecord(), events: [], ledgerEvents: [] })).toEqual({
      verified: false,
      length: 0,
      head: null,
      firstBrokenSeq: 1,
      why: 'ledger event 1 is missing',
    });
  });

  test.each(HISTORIES)('is broken at the first of its %s when there is no position', (history) => {
    const whole = aRecord();
    const record = { ...whole, position: undefined, events: [], ledgerEvents: [] };
    expect(verifyPosition({ ...record, [history]: whole[history].slice(2) })).toEqual(
      expect.objectContaining({ firstBrokenSeq: 3, why: 'there is history, but no position' }),
    );
  });
});
