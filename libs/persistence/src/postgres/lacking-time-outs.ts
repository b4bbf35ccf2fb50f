import type { Pool } from 'pg';

const TIME_OUTS = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];

/**
 * The time-outs that the sessions of a pool do not have. Behind a pooler the service cannot ask for them itself: they
 * are set on its role, and a session without them may wait, and keep others waiting, for ever.
 */
export async function lackingTimeOuts(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT name FROM pg_catalog.pg_settings WHERE name = ANY ($1::text[]) AND setting = '0' ORDER BY name`,
    [TIME_OUTS],
  );
  return rows.map(({ name }) => name);
}
