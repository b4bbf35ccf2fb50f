import type { PositionEvent, PositionWithEvents } from './position-event.js';
import { replayPosition, type ReplayedPosition } from './replay-position.js';

/** A position at a moment, with the steps that had led to it, in their order. */
export interface PositionAsOf {
  readonly position: ReplayedPosition;
  readonly events: readonly PositionEvent[];
}

/**
 * The position as it was at a moment: the replay of every step up to then, that moment included. Undefined before the
 * position was created.
 */
export function positionAsOf(
  { position, events }: PositionWithEvents,
  moment: Date,
): PositionAsOf | undefined {
  const past = events.filter(({ at }) => at <= moment);
  return past.length === 0 ? undefined : { position: replayPosition(position, past), events: past };
}
