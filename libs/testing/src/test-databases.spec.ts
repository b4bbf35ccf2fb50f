import { afterEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import { SERVICE_USER, withClient } from './service-user.js';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from './test-databases.js';

describe('a test database', () => {
  const opened: TestDatabase[] = [];

  async function open(opening: Promise<TestDatabase>): Promise<TestDatabase> {
    const database = await opening;
    opened.push(database);
    return database;
  }

  async function tables(url: string): Promise<string[]> {
    return withClient(url, async (client) => {
      const { rows } = await client.query<{ tablename: string }>(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
      );
      return rows.map((row) => row.tablename);
    });
  }

  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });

  test('has the migrated tables, and each is a world of its own', async () => {
    const [one, other] = await Promise.all([open(openTestDatabase()), open(openTestDatabase())]);
    await withClient(one.ownerUrl, (client) => client.query('CREATE TABLE mine ()'));
    expect(await tables(one.ownerUrl)).toContain('mine');
    expect(await tables(other.ownerUrl)).toContain('positions');
    expect(await tables(other.ownerUrl)).not.toContain('mine');
  });

  test('is entered as a user who has no more than the rights of the application', async () => {
    const { url } = await open(openTestDatabase());
    await withClient(url, async (client) => {
      const { rows } = await client.query(
        'SELECT current_user, count(*)::int AS events FROM ledger_events GROUP BY 1',
      );
      expect(rows).toEqual([]);
      expect((await client.query('SELECT current_user')).rows).toEqual([{ current_user: SERVICE_USER }]);
      await expect(client.query('DELETE FROM ledger_events')).rejects.toThrow(/permission denied/);
      await expect(client.query('CREATE TABLE mine ()')).rejects.toThrow(/permission denied/);
    });
  });

  test('carries no statistics of its empty tables', async () => {
    const { ownerUrl } = await open(openTestDatabase());
    await withClient(ownerUrl, async (client) => {
      const { rows } = await client.query(
        `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= 0`,
      );
      expect(rows).toEqual([]);
    });
  });

  test('is removed although somebody is still connected', async () => {
    const database = await openTestDatabase();
    const idle = new pg.Client({ connectionString: database.url });
    const ended = new Promise((resolve) => idle.once('end', resolve));
    idle.on('error', () => undefined);
    await idle.connect();
    await database.close();
    await ended;
    await expect(withClient(database.ownerUrl, async () => 'in')).rejects.toThrow(/does not exist/);
  });

  test('can be had without any migration', async () => {
    const { ownerUrl } = await open(openEmptyDatabase());
    expect(await tables(ownerUrl)).toEqual([]);
  });
});
