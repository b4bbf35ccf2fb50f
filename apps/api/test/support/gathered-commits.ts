import { setTimeout as pause } from 'node:timers/promises';
import { until, withClient, type TestDatabase } from '#testing';

const WAITS = `SELECT FROM pg_locks WHERE relation = 'positions'::regclass AND NOT granted`;

/** Sends commands that open positions while the database holds them up, so that those behind the first ones gather. */
export async function gatherCommits<Result>(
  { ownerUrl }: TestDatabase,
  send: () => Promise<Result>,
): Promise<Result> {
  return withClient(ownerUrl, async (client) => {
    await client.query('BEGIN; LOCK TABLE positions IN SHARE MODE');
    const sent = send();
    await until(async () => (await client.query(WAITS)).rowCount !== 0, 'A commit waits for the table.');
    // Less than a statement may take, and more than two of many requests need to come in.
    await pause(700);
    await client.query('ROLLBACK');
    return sent;
  });
}
