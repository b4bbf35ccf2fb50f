import { setTimeout as pause } from 'node:timers/promises';
import { until, withClient, type TestDatabase } from '#testing';

const END_SESSIONS = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1';

/** Does something to a database from another one of the same server, then ends every session on it. */
async function alter({ ownerUrl }: TestDatabase, change: string): Promise<void> {
  const { name, url } = elsewhere(ownerUrl);
  await withClient(url, async (client) => {
    await client.query(`ALTER DATABASE ${name} ${change}`);
    await client.query(END_SESSIONS, [name]);
  });
}

/** Ends every session on a database, over and over, as a server in trouble does. */
export async function endSessions({ ownerUrl }: TestDatabase, times: number, pauseMs: number): Promise<void> {
  const { name, url } = elsewhere(ownerUrl);
  await withClient(url, async (client) => {
    for (let ended = 0; ended < times; ended += 1) {
      await client.query(END_SESSIONS, [name]);
      await pause(pauseMs);
    }
  });
}

/** The name of a database, and the way to another one of its server, from which it can be altered. */
function elsewhere(ownerUrl: string): { name: string; url: string } {
  const url = new URL(ownerUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  return { name, url: url.href };
}

/** Nobody can connect any more, and whoever was connected is not. */
export async function takeAway(database: TestDatabase): Promise<void> {
  await alter(database, 'WITH ALLOW_CONNECTIONS false');
}

export async function bringBack(database: TestDatabase): Promise<void> {
  await alter(database, 'WITH ALLOW_CONNECTIONS true');
  await untilLetIn(database);
}

/** A pooler before the database asks only now and then whether it is back. */
async function untilLetIn({ url }: TestDatabase): Promise<void> {
  const isLetIn = (): Promise<boolean> =>
    withClient(url, (client) => client.query('SELECT')).then(
      () => true,
      () => false,
    );
  await until(isLetIn, 'The database lets the service in.');
}

/** As after a failover: the database answers, but takes no writes. */
export async function demote(database: TestDatabase): Promise<void> {
  await alter(database, 'SET default_transaction_read_only = on');
}

export async function promote(database: TestDatabase): Promise<void> {
  await alter(database, 'RESET default_transaction_read_only');
}
