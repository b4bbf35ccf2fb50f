import { MAX_DECISION_AGE_MS } from './unit-of-work.js';

/** How far the clock of a process may be from that of its store. */
export const MAX_CLOCK_OFFSET_MS = 5_000;

/** By how much a clock may be set back while a command is decided. */
const MAX_CLOCK_STEP_MS = 25_000;

/** How old what is settled is at least. */
export const SETTLED_AGE_MS = MAX_DECISION_AGE_MS + MAX_CLOCK_OFFSET_MS + MAX_CLOCK_STEP_MS;

/** Tells up to when history is complete. */
export abstract class SettledHistory {
  /**
   * A moment, a minute past: whoever reads from here on finds every row that carries it or an earlier one, and none will
   * be added. Undefined when that cannot be said now, since a transaction has been under way for long.
   *
   * @throws StoreUnavailable
   */
  abstract settledUntil(): Promise<Date | undefined>;
}
