/** Sends a request once: answers, or rejects with a `TypeError` when the connection is lost, as `fetch` does. */
export type Send = (request: Request) => Promise<Response>;

/** How often, and for how long, a request is sent again before its last answer or fault is the caller's. */
export interface RetryPolicy {
  /** How many times a request is sent at most. */
  readonly attempts: number;
  /** About how long to wait before the second attempt. Each wait is about twice the one before. */
  readonly firstWaitMs: number;
  /** The longest wait. Who is asked by `Retry-After` to wait longer gets the answer as it is. */
  readonly maxWaitMs: number;
  /** How long one attempt may stay unanswered; then its connection counts as lost. */
  readonly attemptTimeoutMs: number;
  /** How long all attempts and the waits between them may take. */
  readonly deadlineMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 5,
  firstWaitMs: 250,
  maxWaitMs: 10_000,
  attemptTimeoutMs: 15_000,
  deadlineMs: 60_000,
};

type Outcome = { readonly answer: Response } | { readonly fault: unknown };

/**
 * Sends a request again, byte for byte, while the policy allows it and
 * - the service says that it did not do it, and when to come back: 429 with `Retry-After`; or
 * - nobody knows whether it was done: 503, or the connection was lost before the answer was complete, or a gateway says
 *   so with 502 or 504. A DELETE is not sent again then, since it would meet what its first attempt left: nothing.
 *
 * Answers the last answer, or rejects with the last fault. Stops when the request's signal does.
 */
export function repeating(send: Send, policy: RetryPolicy): Send {
  return async (request) => {
    const endsAt = performance.now() + policy.deadlineMs;
    for (let attempts = 1; ; attempts += 1) {
      const timeoutMs = Math.min(policy.attemptTimeoutMs, endsAt - performance.now());
      const outcome = await attempt(send, request, timeoutMs);
      const waitMs = attempts < policy.attempts ? waitAfter(outcome, request, attempts, policy) : undefined;
      if (waitMs === undefined || performance.now() + waitMs >= endsAt) return given(outcome);
      if ('answer' in outcome) await outcome.answer.body?.cancel();
      await pause(waitMs, request.signal);
    }
  };
}

async function attempt(send: Send, request: Request, timeoutMs: number): Promise<Outcome> {
  const silence = new AbortController();
  const late = new DOMException('No answer came in time.', 'TimeoutError');
  const timer = setTimeout(() => silence.abort(late), timeoutMs);
  try {
    const signal = AbortSignal.any([request.signal, silence.signal]);
    const answer = await send(new Request(request.clone(), { signal }));
    // An answer whose end is lost is lost. Only a stream is the caller's to read.
    if (/[/+]json\b/.test(answer.headers.get('content-type') ?? '')) await answer.clone().arrayBuffer();
    return { answer };
  } catch (fault) {
    return { fault };
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait before the next attempt; undefined when there should be none. */
function waitAfter(
  outcome: Outcome,
  { method }: Request,
  attempts: number,
  { firstWaitMs, maxWaitMs }: RetryPolicy,
): number | undefined {
  // Those who failed together do not come back together.
  const jitter = 0.5 + Math.random() / 2;
  const backoffMs = Math.min(maxWaitMs, firstWaitMs * 2 ** (attempts - 1)) * jitter;
  const unlessDelete = method === 'DELETE' ? undefined : backoffMs;
  if ('fault' in outcome) return isLoss(outcome.fault) ? unlessDelete : undefined;
  const { status, headers } = outcome.answer;
  if (status === 502 || status === 504) return unlessDelete;
  if (status !== 503 && status !== 429) return undefined;
  // A store that was lost at the end of a commit is answered so too.
  if (status === 503 && method === 'DELETE') return undefined;
  const askedMs = readRetryAfter(headers.get('retry-after'));
  if (askedMs === undefined) return status === 503 ? backoffMs : undefined;
  return askedMs > maxWaitMs ? undefined : askedMs + firstWaitMs * jitter;
}

/** By name, since errors may come from another realm, whose classes are not those of this one. */
function isLoss(fault: unknown): boolean {
  const { name } = (fault ?? {}) as { readonly name?: unknown };
  return name === 'TypeError' || name === 'TimeoutError';
}

/** Milliseconds from now, of either form that RFC 9110 knows: seconds, or a date. */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function given(outcome: Outcome): Response {
  if ('fault' in outcome) throw outcome.fault;
  return outcome.answer;
}

/** @throws the signal's reason, as soon as it is aborted */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
