import { Clock } from '#kernel';

/** A clock that stands still until it is told to move. */
export class FixedClock extends Clock {
  private nowMs: number;

  constructor(start: Date | string = '2026-01-01T00:00:00.000Z') {
    super();
    this.nowMs = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.nowMs);
  }

  /** Moves forward; a negative amount moves back, as real clocks sometimes do. */
  advance(ms: number): void {
    this.nowMs += ms;
  }

  set(time: Date | string): void {
    this.nowMs = new Date(time).getTime();
  }
}
