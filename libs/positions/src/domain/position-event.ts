import type { JsonObject, Money } from '#kernel';
import type { PositionState } from './lifecycle.js';
import type { Position } from './position.js';

/** One step of a position's lifecycle. Never changed once written. */
export interface PositionEvent {
  readonly id: string;
  readonly institutionId: string;
  readonly positionId: string;
  /** The version of the position that the step produced: 1, 2, 3 … without a gap. */
  readonly seq: number;
  readonly fromState: PositionState | null;
  readonly toState: PositionState;
  /** What was claimed at creation, what moved at any other step; null when nothing moved. */
  readonly amount: Money | null;
  readonly reason: string | null;
  readonly metadata: JsonObject | null;
  readonly at: Date;
}

/** A position with the steps that led to its version, in their order. */
export interface PositionWithEvents {
  readonly position: Position;
  readonly events: readonly PositionEvent[];
}
