import { Money } from '#kernel';
import {
  digestOf,
  FIRST_PREVIOUS_HASH,
  hashOf,
  type Account,
  type LedgerEventKind,
  type Transfer,
} from './ledger-event.js';
import { LIFECYCLE, type PositionState } from './lifecycle.js';
import { MOVEMENTS } from './movements.js';
import type {
  PositionRecord,
  StoredLedgerEvent,
  StoredPosition,
  StoredPositionEvent,
} from './position-record.js';

/** Whether the record of a position holds, and if not, from where on. */
export interface Verification {
  readonly verified: boolean;
  /** How many ledger events there are. */
  readonly length: number;
  /** The hash that the last of them carries; null if there are none. */
  readonly head: string | null;
  /** The first step at which the record does not hold; null if it holds. */
  readonly firstBrokenSeq: number | null;
  /** What does not hold there, in words that repeat no data of the tenant; null if the record holds. */
  readonly why: string | null;
}

/** Where a position stands after a step, as its ledger tells. */
interface Standing {
  readonly ledgerEvent: StoredLedgerEvent;
  readonly state: PositionState;
  readonly amount: Money;
  readonly held: Money;
  readonly released: Money;
  readonly refunded: Money;
}

/** Thrown where something does not hold. */
class DoesNotHold extends Error {
  /** @param seq where it does not hold, if not at the step that is looked at */
  constructor(
    why: string,
    readonly seq?: number,
  ) {
    super(why);
  }
}

/**
 * Verifies all that is stored of a position: the hash chain from its first link to the head that the position keeps;
 * the lifecycle and the money that the ledger tells of; the position events, which must tell the same; and the row of
 * the position, which must be what the steps lead to. Whatever the rows hold, they are judged and nothing is thrown.
 *
 * Nothing else that is stored says what the id of a position event is, so a change of it is not seen.
 */
export function verifyPosition(record: PositionRecord): Verification {
  const { ledgerEvents } = record;
  const broken = firstBreak(record);
  return {
    verified: broken === undefined,
    length: ledgerEvents.length,
    head: ledgerEvents.at(-1)?.hash ?? null,
    firstBrokenSeq: broken?.seq ?? null,
    why: broken?.why ?? null,
  };
}

function firstBreak({ position, events, ledgerEvents }: PositionRecord) {
  if (position === undefined) {
    const seq = Math.min(...[ledgerEvents[0], events[0]].map((row) => row?.seq ?? Infinity));
    return { seq, why: 'there is history, but no position' };
  }
  const lastSeq = Math.max(position.version, ledgerEvents.length, events.length, 1);
  const histories = [
    ['ledger event', ledgerEvents],
    ['position event', events],
  ] as const;
  let standing: Standing | undefined;
  for (let seq = 1; seq <= lastSeq; seq += 1) {
    try {
      for (const [name, rows] of histories) refuseSurplus(name, rows, seq, position);
      const ledgerEvent = inPlace('ledger event', ledgerEvents, seq);
      standing = standingAfter(ledgerEvent, standing, position);
      checkEvent(inPlace('position event', events, seq), standing, position);
      if (seq === 1) checkClaim(position, standing);
      if (seq === lastSeq) checkOutcome(position, standing);
    } catch (fault) {
      if (fault instanceof DoesNotHold) return { seq: fault.seq ?? seq, why: fault.message };
      // What a stored text was mistaken for would repeat it.
      return { seq, why: `step ${seq} cannot be read` };
    }
  }
  return undefined;
}

/** Asked of both histories first: a row too many in one must not be taken for one that is missing in the other. */
function refuseSurplus(
  name: string,
  rows: readonly { readonly seq: number }[],
  place: number,
  { version }: StoredPosition,
): void {
  const seq = rows[place - 1]?.seq;
  if (seq === undefined) return;
  if (seq < place) throw new DoesNotHold(`${name} ${seq} is one too many`, seq);
  if (place > version) throw new DoesNotHold(`${name} ${seq} is beyond the version of the position`, seq);
}

function inPlace<Row extends { readonly seq: number }>(name: string, rows: readonly Row[], seq: number): Row {
  const row = rows[seq - 1];
  if (row?.seq !== seq) throw new DoesNotHold(`${name} ${seq} is missing`);
  return row;
}

/** Checks a ledger event against those before it, and tells what it leads to. */
function standingAfter(
  ledgerEvent: StoredLedgerEvent,
  before: Standing | undefined,
  position: StoredPosition,
): Standing {
  const name = `ledger event ${ledgerEvent.seq}`;
  const transfer = transferOf(ledgerEvent);
  hold(
    ledgerEvent.previousHash === (before?.ledgerEvent.hash ?? FIRST_PREVIOUS_HASH),
    `${name} is not linked to the one before it`,
  );
  hold(
    ledgerEvent.hash ===
      hashOf({
        ...ledgerEvent,
        kind: ledgerEvent.kind as LedgerEventKind,
        previousState: ledgerEvent.previousState as PositionState | null,
        newState: ledgerEvent.newState as PositionState,
        transfer,
      }),
    `${name} does not have the hash that it carries`,
  );
  hold(belongsTo(ledgerEvent, position), `${name} names another position`);
  hold(isSameMoment(ledgerEvent.createdAt, ledgerEvent.at), `${name} was not created when it happened`);
  return before === undefined
    ? afterOpening(name, ledgerEvent, transfer)
    : afterStep(name, ledgerEvent, transfer, before);
}

function afterOpening(name: string, ledgerEvent: StoredLedgerEvent, transfer: Transfer | null): Standing {
  hold(
    ledgerEvent.kind === 'POSITION_CREATED' &&
      ledgerEvent.previousState === null &&
      ledgerEvent.newState === 'CREATED' &&
      transfer === null,
    `${name} opens no position`,
  );
  const amount = Money.fromStored(ledgerEvent.currency, ledgerEvent.payload.amount as string);
  const none = Money.zero(amount.currency);
  return { ledgerEvent, state: 'CREATED', amount, held: none, released: none, refunded: none };
}

function afterStep(
  name: string,
  ledgerEvent: StoredLedgerEvent,
  transfer: Transfer | null,
  before: Standing,
): Standing {
  const state = ledgerEvent.newState as PositionState;
  hold(ledgerEvent.kind === 'POSITION_STATE_CHANGED', `${name} is not of the kind that changes a state`);
  hold(
    ledgerEvent.previousState === before.state && LIFECYCLE[before.state].includes(state),
    `${name} makes a step that the lifecycle does not allow`,
  );
  hold(ledgerEvent.at >= before.ledgerEvent.at, `${name} happened before the one before it`);
  hold(ledgerEvent.currency === before.amount.currency.code, `${name} is in another currency`);
  hold(isExpected(transfer, state, before), `${name} does not move what its step moves`);
  const movedTo = (account: Account): Money =>
    transfer?.creditAccount === account ? transfer.amount : Money.zero(before.amount.currency);
  const released = before.released.plus(movedTo('beneficiary'));
  const refunded = before.refunded.plus(movedTo('depositor'));
  const held = before.held.plus(movedTo('escrow')).minus(movedTo('beneficiary')).minus(movedTo('depositor'));
  return { ledgerEvent, state, amount: before.amount, held, released, refunded };
}

function isExpected(transfer: Transfer | null, state: PositionState, before: Standing): boolean {
  const most = state === 'FUNDED' ? before.amount : before.held;
  if (transfer === null) return most.isZero();
  const movement = MOVEMENTS[state];
  if (transfer.debitAccount !== movement?.from || transfer.creditAccount !== movement.to) return false;
  if (transfer.amount.isZero()) return false;
  return state === 'PARTIALLY_RELEASED' ? transfer.amount.isLessThan(most) : transfer.amount.equals(most);
}

function transferOf({ seq, debitAccount, creditAccount, amount, currency }: StoredLedgerEvent) {
  if (debitAccount === null && creditAccount === null && amount === null) return null;
  if (debitAccount === null || creditAccount === null || amount === null) {
    throw new DoesNotHold(`ledger event ${seq} has part of a transfer`);
  }
  return {
    debitAccount: debitAccount as Account,
    creditAccount: creditAccount as Account,
    amount: Money.fromStored(currency, amount),
  };
}

/** The position event of a step must tell what the ledger event of the step tells. */
function checkEvent(event: StoredPositionEvent, { ledgerEvent, amount }: Standing, position: StoredPosition) {
  const name = `position event ${event.seq}`;
  const { payload } = ledgerEvent;
  const isOpening = event.seq === 1;
  const transfer = transferOf(ledgerEvent);
  const told = isOpening ? amount : (transfer?.amount ?? null);
  hold(belongsTo(event, position), `${name} names another position`);
  hold(
    event.fromState === ledgerEvent.previousState && event.toState === ledgerEvent.newState,
    `${name} tells of another step than the ledger`,
  );
  hold(isSameAmount(event.amount, told, amount), `${name} tells of another amount than the ledger`);
  hold(event.reason === (isOpening ? null : payload.reason), `${name} gives another reason than the ledger`);
  hold(
    digestOf(event.metadata) === (isOpening ? null : payload.metadataHash),
    `${name} has other metadata than the ledger was told of`,
  );
  hold(isSameMoment(event.at, ledgerEvent.at), `${name} happened at another time than the ledger says`);
  hold(isSameMoment(event.createdAt, event.at), `${name} was not created when it happened`);
}

/** What no step changes, as the first ledger event tells it. */
function checkClaim(position: StoredPosition, { ledgerEvent, amount }: Standing): void {
  const { assetId, holderReference, externalReference } = ledgerEvent.payload;
  const otherThan = 'of the position is not the one in its ledger';
  hold(position.assetId === assetId, `the asset ${otherThan}`);
  hold(position.holderReference === holderReference, `the holder ${otherThan}`);
  hold(position.externalReference === externalReference, `the external reference ${otherThan}`);
  hold(position.currency === amount.currency.code, `the currency ${otherThan}`);
  hold(isSameAmount(position.amount, amount, amount), `the amount ${otherThan}`);
  hold(isSameMoment(position.createdAt, ledgerEvent.at), `the creation ${otherThan}`);
}

/** What all steps together lead to. */
function checkOutcome(position: StoredPosition, standing: Standing): void {
  const { ledgerEvent, state, amount, released, refunded } = standing;
  const otherThan = 'of the position is not what its ledger leads to';
  hold(position.ledgerHead === ledgerEvent.hash, `the ledger head ${otherThan}`);
  hold(position.state === state, `the state ${otherThan}`);
  hold(isSameAmount(position.releasedAmount, released, amount), `the released amount ${otherThan}`);
  hold(isSameAmount(position.refundedAmount, refunded, amount), `the refunded amount ${otherThan}`);
  hold(isSameMoment(position.updatedAt, ledgerEvent.at), `the last change ${otherThan}`);
}

function belongsTo(
  row: { readonly institutionId: string; readonly positionId: string },
  position: StoredPosition,
): boolean {
  return row.institutionId === position.institutionId && row.positionId === position.id;
}

/** @param like an amount of the currency that `stored` is in */
function isSameAmount(stored: string | null, told: Money | null, like: Money): boolean {
  if (stored === null || told === null) return stored === told;
  return Money.fromStored(like.currency.code, stored).equals(told);
}

function isSameMoment(left: Date, right: Date): boolean {
  return left.getTime() === right.getTime();
}

function hold(condition: boolean, why: string): void {
  if (!condition) throw new DoesNotHold(why);
}
