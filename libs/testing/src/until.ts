import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 20;
/** More than anything takes that a test waits for, and less than a test may take. */
const TIMEOUT_MS = 25_000;

/**
 * Asks again and again until the answer is neither false nor nothing, and resolves to it.
 *
 * @param what a sentence about what is waited for, such as `The service is ready.`
 * @throws Error with that sentence, when it has not come about in time
 */
export async function until<Answer>(
  ask: () => Answer | Promise<Answer>,
  what: string,
  { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<Exclude<Awaited<Answer>, false | undefined>> {
  const giveUpAtMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) {
      return answer as Exclude<Awaited<Answer>, false | undefined>;
    }
    if (performance.now() > giveUpAtMs) {
      throw new Error(`This did not happen within ${timeoutMs / 1_000} s: ${what}`);
    }
    await pause(INTERVAL_MS);
  }
}
