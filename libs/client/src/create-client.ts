import createFetchClient, { type Client as FetchClient } from 'openapi-fetch';
import { DEFAULT_RETRY, repeating, type RetryPolicy, type Send } from './repeating.js';
import { toQueryText } from './query-text.js';
import type { paths } from './schema.js';

export interface ClientOptions {
  /** Where the service answers, without `/v1`: `https://escrow.example.com`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Sends each attempt; the platform's own `fetch` unless given. */
  readonly fetch?: Send;
  /** What differs from `DEFAULT_RETRY`; `{ attempts: 1 }` sends everything once. */
  readonly retry?: Partial<RetryPolicy>;
}

/** One method for each HTTP method, typed by the paths of the service: `client.GET('/v1/positions', …)`. */
export type Client = FetchClient<paths>;

const WITH_KEY = ['POST', 'PUT', 'PATCH'];

/**
 * A client of the service. What it sends with POST, PUT or PATCH has an `Idempotency-Key`, the caller's own if there
 * is one among the headers, so that sending it again has no second effect.
 */
export function createClient({ baseUrl, apiKey, fetch, retry }: ClientOptions): Client {
  const client = createFetchClient<paths>({
    baseUrl,
    headers: { 'X-API-Key': apiKey },
    fetch: repeating(fetch ?? ((request) => globalThis.fetch(request)), { ...DEFAULT_RETRY, ...retry }),
    querySerializer: toQueryText,
    // The service redirects nobody, and whoever does must not be handed the key.
    redirect: 'manual',
  });
  client.use({
    onRequest({ request }) {
      if (!WITH_KEY.includes(request.method) || request.headers.has('idempotency-key')) return;
      request.headers.set('idempotency-key', `"${crypto.randomUUID()}"`);
    },
  });
  return client;
}
