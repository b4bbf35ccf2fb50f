import type { ClientBase } from 'pg';

/** Any number will do that every runner of every release uses, and nothing else in the database. */
const RUNNER_LOCK_KEY = '4842733908451501';

/** Another session that migrates this database. */
export interface OtherRunner {
  readonly processId: number;
  /** How long its session has lasted; undefined where the user may not see it. */
  readonly seconds: number | undefined;
}

/**
 * Takes the lock that one runner at a time has, if it is free; it goes with the session. Whoever waits for it asks again:
 * a session that waited inside PostgreSQL would keep CREATE INDEX CONCURRENTLY waiting for it, and so itself.
 */
export async function tryRunnerLock(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    RUNNER_LOCK_KEY,
  ]);
  return rows[0]?.taken === true;
}

/** Lets others have the lock at once: PostgreSQL notices a moment later than its client that a session has ended. */
export async function releaseRunnerLock(client: ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_unlock($1)', [RUNNER_LOCK_KEY]);
}

/** Who else has the lock. */
export async function otherRunner(client: ClientBase): Promise<OtherRunner | undefined> {
  const { rows } = await client.query<{ pid: number; seconds: number | null }>(
    `SELECT pid, extract(epoch FROM clock_timestamp() - backend_start)::integer AS seconds
     FROM pg_locks JOIN pg_database ON pg_database.oid = database LEFT JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid <> pg_backend_pid()
       AND pg_database.datname = current_database()
       AND (classid::bigint << 32) | objid::bigint = $1::bigint`,
    [RUNNER_LOCK_KEY],
  );
  const [other] = rows;
  return other && { processId: other.pid, seconds: other.seconds ?? undefined };
}
