import { StoreUnavailable } from '#kernel';
import { openTestDatabase, withClient, type TestDatabase } from '#testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { PostgresStoreProbe } from './postgres-store-probe.js';

describe('the probe of a PostgreSQL store', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await openTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
  });
  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  test('finds one that takes writes, and what its clock says now', async () => {
    const clock = async (): Promise<Date> =>
      (await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now as Date;
    const before = await clock();
    const found = await new PostgresStoreProbe(pool, 'positions').check();
    expect(found.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(found.getTime()).toBeLessThanOrEqual((await clock()).getTime());
  });

  test('refuses one that was never migrated', async () => {
    const probe = new PostgresStoreProbe(pool, 'no_such_table');
    await expect(probe.check()).rejects.toThrow(new StoreUnavailable('The database has not been migrated.'));
  });

  test('refuses one that only answers reads, as a demoted primary does', async () => {
    const name = new URL(database.ownerUrl).pathname.slice(1);
    await withClient(database.ownerUrl, async (client) =>
      client.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`),
    );
    const readOnly = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      const probe = new PostgresStoreProbe(readOnly, 'positions');
      await expect(probe.check()).rejects.toThrow(new StoreUnavailable('The database is read-only.'));
    } finally {
      await readOnly.end();
    }
  });

  test('refuses one that cannot be reached, in words without its address', async () => {
    const unreachable = new pg.Pool({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' });
    const probe = new PostgresStoreProbe(unreachable, 'positions');
    const refusal = await probe.check().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreUnavailable);
    expect((refusal as Error).message).toBe('The database cannot be reached.');
    await unreachable.end();
  });
});
