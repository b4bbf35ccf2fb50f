import { Money } from '#kernel';
import type { Account } from './ledger-event.js';
import { MOVEMENTS } from './movements.js';
import type { Position } from './position.js';
import type { PositionEvent } from './position-event.js';

/** A position as its events tell it: all of it but the head of its hash chain, which the ledger tells. */
export type ReplayedPosition = Omit<Position, 'ledgerHead'>;

/** The position after one more step. */
export function afterEvent<Before extends ReplayedPosition>(position: Before, event: PositionEvent): Before {
  const moved = (to: Account): Money =>
    event.amount !== null && MOVEMENTS[event.toState]?.to === to
      ? event.amount
      : Money.zero(position.amount.currency);
  return {
    ...position,
    releasedAmount: position.releasedAmount.plus(moved('beneficiary')),
    refundedAmount: position.refundedAmount.plus(moved('depositor')),
    state: event.toState,
    version: event.seq,
    updatedAt: event.at,
  };
}

/** The position after its first steps, given in their order. Only what no step changes is taken from `position`. */
export function replayPosition(position: Position, events: readonly PositionEvent[]): ReplayedPosition {
  const { ledgerHead: _, ...claim } = position;
  const nothing = Money.zero(claim.amount.currency);
  return events.reduce<ReplayedPosition>(afterEvent, {
    ...claim,
    releasedAmount: nothing,
    refundedAmount: nothing,
  });
}
