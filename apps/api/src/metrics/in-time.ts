import { setTimeout as pause } from 'node:timers/promises';

/** A scraper waits for ten seconds, as a rule, and wants all else in any case. */
const MAX_WAIT_MS = 2_000;

/** What a question is answered with; undefined where it fails, or takes too long for a scrape to wait. */
export async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  const waiting = new AbortController();
  try {
    return await Promise.race([
      answer.catch(() => undefined),
      pause(MAX_WAIT_MS, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
  } finally {
    waiting.abort();
  }
}
