import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, type TestDatabase, withClient } from '#testing';
import { findDrift } from './find-drift.js';
import { MigrationBusyError, migrateUp, pendingMigrations } from './migrate.js';
import { migrations } from './migration-list.js';
import { migrationsDataSource } from './migrations-data-source.js';

const allNames = migrations.map((migration) => migration.name);

/** The names from one migration on. */
const namesFrom = (first: string): string[] =>
  allNames.slice(allNames.findIndex((name) => name.startsWith(first)));

describe('the migrations', () => {
  let database: TestDatabase;
  let url: string;
  beforeEach(async () => {
    database = await openEmptyDatabase();
    url = database.ownerUrl;
  });
  afterEach(() => database.close());

  async function rows(sql: string): Promise<unknown[]> {
    return withClient(url, async (client) => (await client.query(sql)).rows);
  }

  async function revert(count: number): Promise<void> {
    const dataSource = await migrationsDataSource(url).initialize();
    try {
      for (let i = 0; i < count; i += 1) await dataSource.undoLastMigration();
    } finally {
      await dataSource.destroy();
    }
  }

  test('go up to what the entities describe, down to nothing, and up again', async () => {
    expect(await migrateUp(url)).toEqual(allNames);
    expect(await findDrift(url)).toEqual([]);

    await revert(migrations.length);
    expect(
      await rows(`
        SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
          AND relname NOT LIKE 'schema\\_migrations%' AND relname NOT LIKE 'PK\\_%'
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`),
    ).toEqual([]);

    expect(await migrateUp(url)).toEqual(allNames);
    expect(await findDrift(url)).toEqual([]);
  });

  test('are each reverted alone', async () => {
    await migrateUp(url);
    for (let reverted = 1; reverted <= migrations.length; reverted += 1) {
      await revert(1);
      expect(await pendingMigrations(url)).toEqual(allNames.slice(-reverted));
    }
  });

  test('are applied once by two runners that start at once, and both succeed', async () => {
    const applied = await Promise.all([migrateUp(url), migrateUp(url)]);
    expect(applied.flat()).toEqual(allNames);
    expect(await rows('SELECT name FROM schema_migrations ORDER BY id')).toEqual(
      allNames.map((name) => ({ name })),
    );
  });

  test('continue where a runner was killed half-way', async () => {
    await migrateUp(url);
    await revert(namesFrom('CreateAuditEvents').length);
    await rows(`
      CREATE FUNCTION stall() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN IF current_query() LIKE '%idempotency_records_expires_idx%' THEN PERFORM pg_sleep(60); END IF; END $$;
      CREATE EVENT TRIGGER stall ON ddl_command_start EXECUTE FUNCTION stall()`);
    const first = migrateUp(url).catch((error: unknown) => error);
    const sleeper = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    while ((await rows(`SELECT ${sleeper}`)).length === 0) await sleep(20);
    await rows(`SELECT pg_terminate_backend(pid) ${sleeper}`);
    expect(await first).toBeInstanceOf(Error);
    await rows('DROP EVENT TRIGGER stall; DROP FUNCTION stall()');

    expect(await migrateUp(url)).toEqual(namesFrom('CreateIdempotencyRecords'));
    expect(await findDrift(url)).toEqual([]);
  });

  test('refuse to wait for another runner for ever', async () => {
    await withClient(url, async (client) => {
      await client.query('SELECT pg_advisory_lock(4842733908451501)');
      await expect(migrateUp(url, { patienceMs: 300 })).rejects.toBeInstanceOf(MigrationBusyError);
    });
    expect(await migrateUp(url)).toEqual(allNames);
  });

  test('give way to a query that keeps a table locked, and come again', async () => {
    await migrateUp(url);
    await revert(namesFrom('ProtectHistory').length);
    await withClient(url, async (client) => {
      await client.query('BEGIN; LOCK TABLE position_events IN ACCESS EXCLUSIVE MODE');
      await expect(migrateUp(url, { patienceMs: 100 })).rejects.toThrow('lock timeout');
      const migrating = migrateUp(url);
      await sleep(1_500);
      await client.query('ROLLBACK');
      expect(await migrating).toEqual(namesFrom('ProtectHistory'));
    });
  });

  test('are counted as pending without changing the database', async () => {
    expect(await pendingMigrations(url)).toEqual(allNames);
    expect(await rows(`SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
  });
});
