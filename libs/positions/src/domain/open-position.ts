import { Money } from '#kernel';
import { FIRST_PREVIOUS_HASH, sealed, type LedgerEvent } from './ledger-event.js';
import type { Position } from './position.js';
import type { PositionEvent } from './position-event.js';

export interface NewPosition {
  readonly institutionId: string;
  readonly assetId: string;
  readonly holderReference: string;
  readonly amount: Money;
  readonly externalReference: string | null;
}

/** The ids and the moment of a step, made outside so that the rule stays pure. */
export interface Made {
  readonly eventId: string;
  readonly ledgerEventId: string;
  readonly at: Date;
}

/** Everything one step brings about. */
export interface Happened {
  readonly position: Position;
  readonly event: PositionEvent;
  readonly ledgerEvent: LedgerEvent;
}

/** Opens a position in state CREATED: a claim is recorded, no money moves. */
export function openPosition(input: NewPosition, made: Made & { readonly positionId: string }): Happened {
  const { institutionId, amount } = input;
  const step = { institutionId, positionId: made.positionId, seq: 1, at: made.at };
  const ledgerEvent = sealed({
    ...step,
    id: made.ledgerEventId,
    kind: 'POSITION_CREATED',
    previousState: null,
    newState: 'CREATED',
    transfer: null,
    currency: amount.currency.code,
    payload: {
      amount: amount.toString(),
      assetId: input.assetId,
      externalReference: input.externalReference,
      holderReference: input.holderReference,
    },
    previousHash: FIRST_PREVIOUS_HASH,
  });
  return {
    position: {
      ...input,
      id: made.positionId,
      releasedAmount: Money.zero(amount.currency),
      refundedAmount: Money.zero(amount.currency),
      state: 'CREATED',
      ledgerHead: ledgerEvent.hash,
      version: 1,
      createdAt: made.at,
      updatedAt: made.at,
    },
    event: {
      ...step,
      id: made.eventId,
      fromState: null,
      toState: 'CREATED',
      amount,
      reason: null,
      metadata: null,
    },
    ledgerEvent,
  };
}
