import { LossTolerantClient } from './loss-tolerant-client.js';

/**
 * A connection that keeps no prepared statement at the server: behind a pooler, the next transaction runs in another
 * session, which knows none of them, or has one of the same name.
 */
export class UnnamedStatementsClient extends LossTolerantClient {
  override query(...[query, ...others]: unknown[]): never {
    return (super.query as (...sent: unknown[]) => unknown).call(
      this,
      withoutName(query),
      ...others,
    ) as never;
  }
}

function withoutName(query: unknown): unknown {
  const isNamed = typeof query === 'object' && query !== null && 'name' in query && !('submit' in query);
  return isNamed ? { ...query, name: undefined } : query;
}
