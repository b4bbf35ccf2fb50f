import { Money, type JsonObject } from '#kernel';
import { digestOf, sealed, type Account, type Transfer } from './ledger-event.js';
import { LIFECYCLE, type PositionState } from './lifecycle.js';
import type { Happened, Made } from './open-position.js';
import { heldAmountOf, remainingAmountOf, type Position } from './position.js';
import { positionFaults } from './position-faults.js';

/** What a caller asks of a position. */
export interface Transition {
  readonly toState: PositionState;
  /** Exact decimal text; needed for a partial release, and otherwise, if given, what moves. */
  readonly amount?: string;
  readonly reason?: string;
  readonly metadata?: JsonObject;
}

/** Between which accounts each step moves money, and whether policies have a say in it. */
const MOVES: Readonly<
  Record<
    Exclude<PositionState, 'CREATED'>,
    { readonly from: Account; readonly to: Account; readonly isRefund: boolean }
  >
> = {
  FUNDED: { from: 'depositor', to: 'escrow', isRefund: false },
  PARTIALLY_RELEASED: { from: 'escrow', to: 'beneficiary', isRefund: false },
  RELEASED: { from: 'escrow', to: 'beneficiary', isRefund: false },
  CANCELLED: { from: 'escrow', to: 'depositor', isRefund: true },
  EXPIRED: { from: 'escrow', to: 'depositor', isRefund: true },
};

/** Whether a step gives money back: refunds are never refused by policy, money always has a way out. */
export function isRefund(toState: PositionState): boolean {
  return toState !== 'CREATED' && MOVES[toState].isRefund;
}

/**
 * Refuses what is malformed whatever the position is.
 *
 * @throws DomainError `position.amount_required`
 */
export function requireWellFormed(command: Transition): void {
  if (command.toState === 'PARTIALLY_RELEASED' && command.amount === undefined) {
    throw positionFaults['position.amount_required'].at(
      '/amount',
      'A partial release must say how much is released.',
    );
  }
}

/**
 * Moves a position one step along its lifecycle, and the money with it.
 *
 * @throws DomainError `position.illegal_transition`, `position.amount_required`, `position.amount_mismatch`,
 *   `position.insufficient_remaining`, `position.nothing_would_remain`, `money.*`
 */
export function transitionPosition(position: Position, command: Transition, made: Made): Happened {
  requireWellFormed(command);
  requireLegal(position, command.toState);
  const transfer = transferOf(position, command);
  // The clocks of two processes may differ, but a position's own history never runs backwards.
  const at = made.at < position.updatedAt ? position.updatedAt : made.at;
  const seq = position.version + 1;
  const reason = command.reason ?? null;
  const metadata = command.metadata ?? null;
  const step = { institutionId: position.institutionId, positionId: position.id, seq, at };
  const ledgerEvent = sealed({
    ...step,
    id: made.ledgerEventId,
    kind: 'POSITION_STATE_CHANGED',
    previousState: position.state,
    newState: command.toState,
    transfer,
    currency: position.amount.currency.code,
    payload: { metadataHash: digestOf(metadata), reason },
    previousHash: position.ledgerHead,
  });
  return {
    position: {
      ...position,
      releasedAmount: position.releasedAmount.plus(creditedTo('beneficiary', transfer, position)),
      refundedAmount: position.refundedAmount.plus(creditedTo('depositor', transfer, position)),
      state: command.toState,
      ledgerHead: ledgerEvent.hash,
      version: seq,
      updatedAt: at,
    },
    event: {
      ...step,
      id: made.eventId,
      fromState: position.state,
      toState: command.toState,
      amount: transfer?.amount ?? null,
      reason,
      metadata,
    },
    ledgerEvent,
  };
}

function requireLegal(position: Position, toState: PositionState): void {
  const allowed = LIFECYCLE[position.state];
  if (allowed.includes(toState)) return;
  throw positionFaults['position.illegal_transition'].because(
    `A position in state ${position.state} cannot become ${toState}.`,
    { extensions: { state: position.state, toState, allowed } },
  );
}

function transferOf(position: Position, command: Transition): Transfer | null {
  if (command.toState === 'CREATED') return null;
  const amount = movedAmount(position, command);
  const { from, to } = MOVES[command.toState];
  return amount.isZero() ? null : { debitAccount: from, creditAccount: to, amount };
}

function movedAmount(position: Position, command: Transition): Money {
  const given =
    command.amount === undefined
      ? undefined
      : Money.parse(position.amount.currency.code, command.amount, '/amount');
  if (command.toState === 'PARTIALLY_RELEASED' && given !== undefined) return partOf(position, given);
  const expected = command.toState === 'FUNDED' ? position.amount : heldAmountOf(position);
  if (given === undefined || given.equals(expected)) return expected;
  throw positionFaults['position.amount_mismatch'].at('/amount', `This step moves ${expected.toString()}.`, {
    currency: position.amount.currency.code,
    expected: expected.toString(),
    requested: given.toString(),
  });
}

function partOf(position: Position, given: Money): Money {
  const remaining = remainingAmountOf(position);
  const part = Money.parsePositive(given.currency.code, given.toString(), '/amount');
  if (part.isLessThan(remaining)) return part;
  const numbers = {
    currency: part.currency.code,
    remaining: remaining.toString(),
    requested: part.toString(),
  };
  if (part.equals(remaining)) {
    throw positionFaults['position.nothing_would_remain'].at(
      '/amount',
      'Releasing all that remains is a transition to RELEASED.',
      numbers,
    );
  }
  throw positionFaults['position.insufficient_remaining'].at(
    '/amount',
    `Only ${numbers.remaining} ${numbers.currency} remains.`,
    numbers,
  );
}

function creditedTo(account: Account, transfer: Transfer | null, position: Position): Money {
  return transfer?.creditAccount === account ? transfer.amount : Money.zero(position.amount.currency);
}
