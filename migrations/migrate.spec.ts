import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { openEmptyDatabase, type TestDatabase, until, withClient } from '#testing';
import { findDrift } from './find-drift.js';
import { migrateDown, migrateUp, migrationState } from './migrate.js';
import {
  MigrationBusyError,
  MigrationFailedError,
  MigrationRefusedError,
  MigrationStoppedError,
} from './migration-faults.js';
import { migrations } from './migration-list.js';
import { migrationNames } from './migration-names.js';
import type { Obstacle } from './migration-session.js';
import type { MigrationClass } from './migration-sql.js';
import { namesOf } from './migration-state.js';
import { migrationsDataSource } from './migrations-data-source.js';

/** A migration of a later release. */
function aMigration(statements: readonly string[], transaction = true): MigrationClass {
  return class AddNotes1999000000000 {
    readonly transaction = transaction;
    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query('DROP TABLE notes');
    }
  };
}
const LATER = 'AddNotes1999000000000';

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

  async function pending(): Promise<string[]> {
    return (await migrationState(url)).pending.map(({ name }) => name);
  }

  const isThere = async (table: string): Promise<boolean> =>
    (await rows(`SELECT FROM pg_class WHERE relname = '${table}'`)).length === 1;

  test('go up to what the entities describe, down to nothing, and up again', async () => {
    expect(await migrateUp(url)).toEqual(migrationNames);
    expect(await findDrift(url)).toEqual([]);

    expect(await migrateDown(url, { all: true })).toEqual(migrationNames.toReversed());
    expect(
      await rows(`
        SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace`),
    ).toEqual([]);

    expect(await migrateUp(url)).toEqual(migrationNames);
    expect(await findDrift(url)).toEqual([]);
  });

  test('are each taken back alone', async () => {
    await migrateUp(url);
    for (let gone = 1; gone <= migrations.length; gone += 1) {
      expect(await migrateDown(url, {})).toEqual([migrationNames.at(-gone)]);
      expect(await pending()).toEqual(migrationNames.slice(-gone));
    }
  });

  test('go up by parts, and the roles are granted as soon as all is there that they name', async () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const hasRights = async (): Promise<unknown> =>
      rows(`SELECT has_table_privilege('escrowgrid_app', 'positions', 'SELECT') AS granted`);
    expect((await migrateUp(url, { to: 'CreatePositions', warn })).at(-1)).toMatch(/^CreatePositions\d+$/);
    expect(warnings).toEqual([expect.stringMatching(/they name tables that pending migrations make$/)]);
    expect(await hasRights()).toEqual([{ granted: false }]);

    expect((await migrateUp(url, { warn }))[0]).toMatch(/^CreatePositionEvents\d+$/);
    expect(warnings).toHaveLength(1);
    expect(await hasRights()).toEqual([{ granted: true }]);
  });

  test('are applied once by two runners that start at once, and both succeed', async () => {
    const applied = await Promise.all([migrateUp(url), migrateUp(url)]);
    expect(applied.flat()).toEqual(migrationNames);
    expect(await rows('SELECT name FROM schema_migrations ORDER BY id')).toEqual(
      migrationNames.map((name) => ({ name })),
    );
  });

  test('refuse to wait for another runner for ever, whatever they were to do', async () => {
    await withClient(url, async (client) => {
      await client.query('SELECT pg_advisory_lock(4842733908451501)');
      const patience = { patienceMs: 300 };
      await expect(migrateUp(url, patience)).rejects.toBeInstanceOf(MigrationBusyError);
      await expect(migrateDown(url, {}, patience)).rejects.toThrow(
        /^Process \d+ is still migrating this database after 0 s/,
      );
      expect((await migrationState(url)).runner).toEqual({
        processId: expect.any(Number),
        seconds: expect.any(Number),
      });
    });
    expect(await migrateUp(url)).toEqual(migrationNames);
    expect((await migrationState(url)).runner).toBeUndefined();
  });

  test('are counted as pending without changing the database', async () => {
    expect(await pending()).toEqual(migrationNames);
    expect(await rows(`SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
  });

  test('keep others out until the roles are granted as well', async () => {
    await withClient(url, async (client) => {
      await client.query('BEGIN; SELECT pg_advisory_xact_lock(4842733908451502)');
      let obstacle: Obstacle | undefined;
      const migrating = migrateUp(url, { waiting: (what) => void (obstacle = what) });
      await until(() => obstacle, 'The migration says whom it waits for.');
      const { pending: left, runner } = await migrationState(url);
      expect([left, runner]).toEqual([[], expect.anything()]);
      await client.query('ROLLBACK');
      expect(await migrating).toEqual(migrationNames);
    });
  });

  test('leave nothing of one that fails, and keep those before it', async () => {
    await migrateUp(url);
    const failing = aMigration(['CREATE TABLE notes (id text)', 'CREATE TABLE positions (id text)']);
    const known = [...migrations, failing];
    const failed = migrateUp(url, { known });
    await expect(failed).rejects.toBeInstanceOf(MigrationFailedError);
    await expect(failed).rejects.toThrow(
      `${LATER} failed and was rolled back: relation "positions" already exists`,
    );
    expect(await isThere('notes')).toBe(false);
    expect((await migrationState(url, { known })).pending).toEqual([failing]);

    const mended = [...migrations, aMigration(['CREATE TABLE notes (id text)'])];
    expect(await migrateUp(url, { known: mended })).toEqual([LATER]);
    expect(await migrateDown(url, {}, { known: mended })).toEqual([LATER]);
    expect(await isThere('notes')).toBe(false);
  });

  test('can be run again after one that has no transaction failed half-way', async () => {
    await migrateUp(url);
    const statements = ['CREATE TABLE IF NOT EXISTS notes (id text)', 'CREATE UNIQUE INDEX ON gone (id)'];
    const failing = migrateUp(url, { known: [...migrations, aMigration(statements, false)] });
    await expect(failing).rejects.toThrow(
      /failed and may be half-done, and can be run again: relation "gone"/,
    );
    expect(await isThere('notes')).toBe(true);

    await rows('CREATE TABLE gone (id text)');
    const known = [...migrations, aMigration(statements, false)];
    expect(await migrateUp(url, { known })).toEqual([LATER]);
    expect(namesOf(await migrationState(url, { known }), 'intact')).toEqual([...migrationNames, LATER]);
  });

  test('stop where they are told to, and take back what was under way', async () => {
    await migrateUp(url);
    const stopping = new AbortController();
    const asleep = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    const known = [
      ...migrations,
      aMigration(['CREATE TABLE notes (id text)', 'SELECT pg_sleep(60)', 'CREATE TABLE more (id text)']),
    ];
    const stopped = migrateUp(url, {
      known,
      signal: stopping.signal,
    }).catch((cause: unknown) => cause);
    await until(async () => (await rows(asleep)).length > 0, 'The migration sleeps.');
    stopping.abort();
    const error = await stopped;
    expect(error).toBeInstanceOf(MigrationStoppedError);
    expect((error as Error).message).toBe(`Stopped: ${LATER} was rolled back.`);
    expect([await isThere('notes'), await isThere('more')]).toEqual([false, false]);
    expect(
      await rows(`SELECT FROM pg_stat_activity WHERE application_name = 'escrowgrid-migrations'
      AND datname = current_database()`),
    ).toEqual([]);
  });

  test('are not gone on with once an applied one was edited', async () => {
    const known = [...migrations, aMigration(['CREATE TABLE notes (id text)'])];
    await migrateUp(url, { known });
    const edited = [...migrations, aMigration(['CREATE TABLE notes (id text, text text)'])];
    expect(namesOf(await migrationState(url, { known: edited }), 'edited')).toEqual([LATER]);
    await expect(migrateUp(url, { known: edited })).rejects.toBeInstanceOf(MigrationRefusedError);
    await expect(migrateDown(url, {}, { known: edited })).rejects.toBeInstanceOf(MigrationRefusedError);
    expect(await isThere('notes')).toBe(true);
    expect(await migrateDown(url, {}, { known })).toEqual([LATER]);
  });

  test('leave what newer code made, and its rights, as they are', async () => {
    const known = [...migrations, aMigration(['CREATE TABLE notes (id text)'])];
    await migrateUp(url, { known });
    await rows('GRANT SELECT ON notes TO escrowgrid_app');
    const warnings: string[] = [];
    expect(await migrateUp(url, { warn: (message) => void warnings.push(message) })).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^the roles and grants were left as they are: /)]);
    expect(await rows(`SELECT has_table_privilege('escrowgrid_app', 'notes', 'SELECT') AS granted`)).toEqual([
      { granted: true },
    ]);
    await expect(migrateDown(url, {})).rejects.toThrow(/^Only the code that applied AddNotes/);
    expect(await isThere('notes')).toBe(true);
  });

  test('keep the record that the TypeORM command line has made, and complete it', async () => {
    const dataSource = await migrationsDataSource(url).initialize();
    await dataSource.runMigrations();
    await dataSource.destroy();
    const before = await migrationState(url);
    expect(before.applied.map(({ likeness, appliedAt }) => [likeness, appliedAt])).toEqual(
      migrationNames.map(() => ['unrecorded', undefined]),
    );
    expect(await migrateUp(url)).toEqual([]);
    const after = await migrationState(url);
    expect(namesOf(after, 'intact')).toEqual(migrationNames);
    // When they were applied is not known, and not made up.
    expect(after.applied.filter(({ appliedAt }) => appliedAt !== undefined)).toEqual([]);
    expect(await findDrift(url)).toEqual([]);
  });
});
