import { Money } from '#kernel';
import type { PositionState } from '../domain/lifecycle.js';
import type { Position } from '../domain/position.js';
import type { PositionEvent } from '../domain/position-event.js';
import type { PositionEventEntity } from './position-event.entity.js';

export const POSITION_EVENT_ORDER = ['seq'] as const;

export function toRow(event: PositionEvent): PositionEventEntity {
  return { ...event, amount: event.amount?.toString() ?? null, createdAt: event.at };
}

/** Events carry no currency of their own: theirs is the position's. */
export function fromRow({ createdAt: _, ...row }: PositionEventEntity, position: Position): PositionEvent {
  return {
    ...row,
    fromState: row.fromState as PositionState | null,
    toState: row.toState as PositionState,
    amount: row.amount === null ? null : Money.fromStored(position.amount.currency.code, row.amount),
  };
}
