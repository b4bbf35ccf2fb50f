import { Money } from '#kernel';
import type { PositionState } from '../domain/lifecycle.js';
import type { Position } from '../domain/position.js';
import type { PositionTotal } from '../domain/position-totals.js';
import type { PositionEntity } from './position.entity.js';

export const POSITION_ORDER = ['createdAt', 'id'] as const;

export function toRow(position: Position): PositionEntity {
  return {
    ...position,
    currency: position.amount.currency.code,
    amount: position.amount.toString(),
    releasedAmount: position.releasedAmount.toString(),
    refundedAmount: position.refundedAmount.toString(),
  };
}

export function fromRow({ currency, ...row }: PositionEntity): Position {
  return {
    ...row,
    amount: Money.fromStored(currency, row.amount),
    releasedAmount: Money.fromStored(currency, row.releasedAmount),
    refundedAmount: Money.fromStored(currency, row.refundedAmount),
    state: row.state as PositionState,
  };
}

/** The positions of one currency and state, counted and summed by the database. */
export type TotalRow = Pick<
  PositionEntity,
  'currency' | 'state' | 'amount' | 'releasedAmount' | 'refundedAmount'
> & {
  readonly count: string;
};

export function toTotal({ currency, state, count, ...sums }: TotalRow): PositionTotal {
  return {
    state: state as PositionState,
    count: Number(count),
    amount: Money.fromStored(currency, sums.amount),
    releasedAmount: Money.fromStored(currency, sums.releasedAmount),
    refundedAmount: Money.fromStored(currency, sums.refundedAmount),
  };
}
