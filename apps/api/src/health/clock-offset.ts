import type { ClockReading } from '#persistence';

/**
 * By how much a clock is ahead of the store's, or behind it where negative: no more than is certain, since the store
 * read its own at some moment between question and answer.
 *
 * @param now what the clock says at the moment `nowMs` of `performance.now()`
 */
export function clockOffsetMs(
  now: Date,
  nowMs: number,
  { time, askedAtMs, answeredAtMs }: ClockReading,
): number {
  const earliestMs = time.getTime() + nowMs - answeredAtMs;
  const latestMs = time.getTime() + nowMs - askedAtMs;
  const ahead = Math.max(0, now.getTime() - latestMs);
  const behind = Math.max(0, earliestMs - now.getTime());
  return Math.round(ahead - behind);
}
