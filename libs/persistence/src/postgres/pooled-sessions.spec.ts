import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, withClient, type TestDatabase } from '#testing';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { DatabaseOptions } from '../store-options.js';
import { dataSourceOptions } from './data-source-options.js';
import { lackingTimeOuts } from './lacking-time-outs.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { poolOf } from './pool.js';
import { UnnamedStatementsClient } from './unnamed-statements-client.js';

const PREPARED = 'SELECT name FROM pg_prepared_statements';

describe('a session behind a pooler', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test.each<[string, new (config: pg.ClientConfig) => pg.Client, unknown[]]>([
    ['keeps no statement, whatever name it is given', UnnamedStatementsClient, []],
    ['would keep one otherwise', LossTolerantClient, [{ name: 'kept' }]],
  ])('%s', async (_what, SessionClient, kept) => {
    const client = new SessionClient({ connectionString: database.ownerUrl });
    await client.connect();
    try {
      const named = { name: 'kept', text: 'SELECT $1::integer AS given', values: [7] };
      expect((await client.query<{ given: number }>(named)).rows).toEqual([{ given: 7 }]);
      expect((await client.query(PREPARED)).rows).toEqual(kept);
      // What was given is left as it was.
      expect(named.name).toBe('kept');
    } finally {
      await client.end();
    }
  });

  test('takes a query in every form that the driver knows', async () => {
    const client: pg.Client = new UnnamedStatementsClient({ connectionString: database.ownerUrl });
    await client.connect();
    try {
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      expect((await client.query('SELECT $1::text AS it', ['x'])).rows).toEqual([{ it: 'x' }]);
      const { promise, resolve } = Promise.withResolvers<unknown>();
      client.query('SELECT $1::text AS it', ['y'], (_error, { rows }) => resolve(rows));
      expect(await promise).toEqual([{ it: 'y' }]);
      const query = new pg.Query({ name: 'named', text: 'SELECT 1' });
      expect(client.query(query)).toBe(query);
      await client.query('SELECT 1');
      expect((await client.query(PREPARED)).rows).toEqual([{ name: 'named' }]);
    } finally {
      await client.end();
    }
  });

  describe.each([true, false])('as the pool opens it, pooled: %s', (isPooled) => {
    let dataSource: DataSource;
    beforeAll(async () => {
      const options: DatabaseOptions = {
        url: database.ownerUrl,
        poolMax: 2,
        connectTimeoutMs: 5_000,
        statementTimeoutMs: 1_500,
        sslMode: 'disable',
        isPooled,
      };
      dataSource = await new DataSource(dataSourceOptions(options, [], () => undefined)).initialize();
    });
    afterAll(() => dataSource.destroy());

    const all = ['idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout'];

    test(`${isPooled ? 'asks for no time-outs, and tells which it lacks' : 'has its time-outs from its start'}`, async () => {
      expect(await lackingTimeOuts(poolOf(dataSource))).toEqual(isPooled ? all : []);
    });

    test('keeps its name, by which it is told apart', async () => {
      const { rows } = await poolOf(dataSource).query(`SELECT current_setting('application_name') AS name`);
      expect(rows).toEqual([{ name: 'escrowgrid' }]);
    });
  });

  test('lacks no time-out that is set on its role, or on its database for it', async () => {
    const name = new URL(database.ownerUrl).pathname.slice(1);
    await withClient(database.ownerUrl, async (owner) => {
      for (const setting of ['statement_timeout', 'lock_timeout']) {
        await owner.query(`ALTER ROLE escrowgrid_service IN DATABASE ${name} SET ${setting} = '3s'`);
      }
    });
    const pool = new pg.Pool({ connectionString: database.url, max: 1, Client: LossTolerantClient });
    pool.on('error', () => undefined);
    try {
      expect(await lackingTimeOuts(pool)).toEqual(['idle_in_transaction_session_timeout']);
    } finally {
      await pool.end();
    }
  });
});
