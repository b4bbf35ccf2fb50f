import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import { openEmptyDatabase, type TestDatabase, until, withClient } from '#testing';
import { CliProcess } from '../apps/cli/test/support/cli-process.js';
import { findDrift } from './find-drift.js';
import { migrateDown, migrateUp, migrationState } from './migrate.js';
import { migrationNames } from './migration-names.js';
import type { AppliedMigration } from './migration-state.js';

const INDEX = 'audit_events_resource_occurred_idx';
const STALLED = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;

// Each of many processes takes its time to start.
jest.setTimeout(90_000);

describe('the runner, as a process without a terminal', () => {
  let database: TestDatabase;
  let url: string;
  let environment: Record<string, string>;
  beforeEach(async () => {
    database = await openEmptyDatabase();
    url = database.ownerUrl;
    environment = { MIGRATIONS_DATABASE_URL: url };
  });
  afterEach(() => database.close());

  const migrate = (...words: string[]): CliProcess =>
    CliProcess.escrowgrid(['migrate', ...words], environment);
  const typeorm = (command: string) => CliProcess.typeorm(command, environment).end();
  const outcome = (...words: string[]) => migrate(...words).end();

  async function rows(sql: string): Promise<unknown[]> {
    return withClient(url, async (client) => (await client.query(sql)).rows);
  }

  /** Until some rows are found. */
  async function found(sql: string): Promise<void> {
    await until(async () => (await rows(sql)).length > 0, `There are rows: ${sql}`, { timeoutMs: 60_000 });
  }

  /** Makes the database hold a migration up at the statement that names `word`, by what takes its time. */
  async function stallAt(word: string, stall = 'pg_sleep(60)'): Promise<void> {
    await rows(`
      CREATE FUNCTION stall() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN IF current_query() LIKE '%${word}%' THEN PERFORM ${stall}; END IF; END $$;
      CREATE EVENT TRIGGER stall ON ddl_command_start EXECUTE FUNCTION stall()`);
  }
  const stallNoMore = () => rows('DROP EVENT TRIGGER stall; DROP FUNCTION stall()');

  async function expectMigrated(): Promise<void> {
    const { applied, pending } = await migrationState(url);
    expect(applied.map(({ name, likeness }) => [name, likeness])).toEqual(
      migrationNames.map((name) => [name, 'intact']),
    );
    expect(pending).toEqual([]);
    expect(await findDrift(url)).toEqual([]);
  }

  test('ends its work although nobody reads what it says any more', async () => {
    const runner = migrate('up');
    runner.stopReading();
    expect((await runner.end()).status).toBe(0);
    await expectMigrated();
  });

  test('applies each migration once when two of it start at once, and both succeed', async () => {
    const runners = await withClient(url, async (holder) => {
      await holder.query('SELECT pg_advisory_lock(77)');
      await stallAt('idempotency_records_expires_idx', 'pg_advisory_xact_lock(77)');
      const started = [migrate('up'), migrate('up')];
      await Promise.any(
        started.map((runner) =>
          runner.says(/^waiting for another runner \(process \d+(, begun \d+ s ago)?\)$/m),
        ),
      );
      await Promise.any(started.map((runner) => runner.says(/^waiting for a lock held by process \d+/m)));
      expect(await outcome('check')).toMatchObject({
        status: 3,
        output: expect.stringMatching(/^The database is being migrated by process \d+, begun \d+ s ago\.$/m),
      });
      return started;
    });
    const outcomes = await Promise.all(runners.map((runner) => runner.end()));
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0]);
    const applied = outcomes.map(({ output }) => output.match(/^applied \w+/gm)?.length ?? 0);
    expect(applied.toSorted((one, other) => one - other)).toEqual([0, migrationNames.length]);
    await stallNoMore();
    await expectMigrated();
  });

  test('goes on where another was killed half-way through a transaction', async () => {
    await stallAt('idempotency_records_expires_idx');
    const killed = migrate('up');
    await found(`SELECT ${STALLED}`);
    killed.signal('SIGKILL');
    expect((await killed.end()).status).toBeNull();
    await stallNoMore();

    // Well before the statement would have ended by itself.
    const { status, output } = await outcome('up', '--wait', '20');
    expect([status, output]).toEqual([0, expect.stringMatching(/^To apply:\n {2}CreateIdempotencyRecords/m)]);
    await expectMigrated();
  });

  test('goes on where another was killed half-way through an index that is built beside others', async () => {
    await migrateUp(url);
    await migrateDown(url, { to: 'ProtectHistory' });
    const reader = new Client({ connectionString: url });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const killed = migrate('up');
    await killed.says(/^waiting for a lock held by process \d+/m);
    killed.signal('SIGKILL');
    await killed.end();
    expect(
      await rows(`SELECT FROM pg_index WHERE indexrelid = '${INDEX}'::regclass AND NOT indisvalid`),
    ).toEqual([{}]);

    await found(`SELECT WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
      AND application_name = 'escrowgrid-migrations')`);

    const next = migrate('up');
    await next.says(/^waiting for a lock held by process \d+/m);
    await reader.end();
    expect((await next.end()).status).toBe(0);
    await expectMigrated();
  });

  test('rolls back what is under way when it is told to stop, and says so', async () => {
    await stallAt('idempotency_records_expires_idx');
    const stopped = migrate('up');
    await found(`SELECT ${STALLED}`);
    stopped.signal('SIGTERM');
    expect(await stopped.end()).toMatchObject({
      status: 130,
      output: expect.stringMatching(/Stopped: CreateIdempotencyRecords\d+ was rolled back\.\n$/),
    });
    expect(await rows(`SELECT ${STALLED}`)).toEqual([]);
    expect(await rows(`SELECT FROM pg_class WHERE relname = 'idempotency_records'`)).toEqual([]);
    await stallNoMore();
    expect((await outcome('up')).status).toBe(0);
    await expectMigrated();
  });

  test('stops as well while it waits for another', async () => {
    await withClient(url, async (other) => {
      await other.query('SELECT pg_advisory_lock(4842733908451501)');
      const stopped = migrate('up');
      await stopped.says(/^waiting for another runner/m);
      stopped.signal('SIGINT');
      expect(await stopped.end()).toMatchObject({
        status: 130,
        output: expect.stringMatching(/Stopped before the end\.\n$/),
      });
    });
  });

  test('works in turn with the TypeORM command line on the same table', async () => {
    const last = migrationNames.at(-1) ?? '';
    const count = migrationNames.length;
    const state = async (): Promise<[applied: AppliedMigration | undefined, pending: number]> => {
      const { applied, pending } = await migrationState(url);
      return [applied.at(-1), pending.length];
    };
    expect((await typeorm('migration:run')).status).toBe(0);
    expect(await state()).toEqual([{ name: last, likeness: 'unrecorded' }, 0]);
    expect(await migrateUp(url)).toEqual([]);
    await expectMigrated();

    expect((await typeorm('migration:show')).output.match(/\[X\]/g)).toHaveLength(count);
    expect((await typeorm('migration:revert')).output).toContain(`Migration ${last} has been reverted`);
    expect((await state())[1]).toBe(1);
    expect(await migrateUp(url)).toEqual([last]);
    expect(await migrateDown(url, {})).toEqual([last]);
    expect((await typeorm('migration:show')).output).toContain(`[ ] ${last}`);
    expect((await typeorm('migration:run')).output).toContain(`Migration ${last} has been executed`);
    // By the time that the column gives by itself.
    expect(await state()).toEqual([{ name: last, likeness: 'unrecorded', appliedAt: expect.any(Date) }, 0]);
    expect(await migrateUp(url)).toEqual([]);
    await expectMigrated();
    expect((await typeorm('migration:run')).output).toContain('No migrations are pending');
  });
});
