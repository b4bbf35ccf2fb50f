import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { isReadOnly, isUnanswered } from './sqlstate.js';

/** The pool that TypeORM opened: the one pool of the process, shared by commits, point reads and lists. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

const MIN_INTERVAL_MS = 1_000;
const closedAtMs = new WeakMap<Pool, number>();

/**
 * Closes the idle connections of a pool when what failed on one of them will fail on all: their server takes no writes
 * any more, and another one may behind the same address, or it does not answer at all. At most once a second, since a
 * server that takes no writes still serves reads.
 */
export function closeIdleAfter(pool: Pool, failure: unknown): void {
  if (!isReadOnly(failure) && !isUnanswered(failure)) return;
  if (performance.now() - (closedAtMs.get(pool) ?? -Infinity) < MIN_INTERVAL_MS) return;
  closedAtMs.set(pool, performance.now());
  for (let left = pool.idleCount; left > 0; left -= 1) {
    pool.connect().then(
      (client) => client.release(true),
      () => undefined,
    );
  }
}
