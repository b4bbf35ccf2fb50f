import { Money } from '#kernel';
import { isTerminal, type PositionState } from './lifecycle.js';

/** One holder's claim on an asset. */
export interface Position {
  readonly id: string;
  readonly institutionId: string;
  readonly assetId: string;
  readonly holderReference: string;
  /** What is claimed; the whole of it is funded. */
  readonly amount: Money;
  readonly releasedAmount: Money;
  readonly refundedAmount: Money;
  readonly state: PositionState;
  readonly externalReference: string | null;
  /** The hash of the last ledger event, so that a removed tail of the chain is seen. */
  readonly ledgerHead: string;
  /** Starts at 1; every step of the lifecycle adds one and gives its number to the step's events. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

type Amounts = Pick<Position, 'state' | 'amount' | 'releasedAmount' | 'refundedAmount'>;

/** What is in escrow now: nothing before funding and nothing once terminal. */
export function heldAmountOf(position: Amounts): Money {
  if (position.state === 'CREATED' || isTerminal(position.state)) return Money.zero(position.amount.currency);
  return position.amount.minus(position.releasedAmount).minus(position.refundedAmount);
}

/** What can still be released: the whole amount before funding, what is held after, nothing once terminal. */
export function remainingAmountOf(position: Amounts): Money {
  return position.state === 'CREATED' ? position.amount : heldAmountOf(position);
}
