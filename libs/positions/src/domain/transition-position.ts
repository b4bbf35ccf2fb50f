import { Money, type JsonObject } from '#kernel';
import { digestOf, sealed, type Transfer } from './ledger-event.js';
import { LIFECYCLE, type PositionState } from './lifecycle.js';
import { MOVEMENTS } from './movements.js';
import type { Happened, Made } from './open-position.js';
import { heldAmountOf, remainingAmountOf, type Position } from './position.js';
import type { PositionEvent } from './position-event.js';
import { positionFaults } from './position-faults.js';
import { afterEvent } from './replay-position.js';

/** What a caller asks of a position. */
export interface Transition {
  readonly toState: PositionState;
  /** Exact decimal text; needed for a partial release, and otherwise, if given, what moves. */
  readonly amount?: string;
  readonly reason?: string;
  readonly metadata?: JsonObject;
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
  const event: PositionEvent = {
    ...step,
    id: made.eventId,
    fromState: position.state,
    toState: command.toState,
    amount: transfer?.amount ?? null,
    reason,
    metadata,
  };
  return {
    position: { ...afterEvent(position, event), ledgerHead: ledgerEvent.hash },
    event,
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
  const movement = MOVEMENTS[command.toState];
  if (movement === null) return null;
  const amount = movedAmount(position, command);
  return amount.isZero() ? null : { debitAccount: movement.from, creditAccount: movement.to, amount };
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
