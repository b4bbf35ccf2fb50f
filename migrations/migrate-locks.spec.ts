import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { openTestDatabase, type TestDatabase, until, withClient } from '#testing';
import { migrateUp } from './migrate.js';
import { MigrationBusyError } from './migration-faults.js';
import { migrations } from './migration-list.js';
import type { Obstacle } from './migration-session.js';

/** Needs, for a moment, a table to itself. */
class AddNote1999000000000 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE positions ADD COLUMN note text');
  }
  async down(): Promise<void> {}
}

/** As docs/MIGRATIONS.md tells to build an index. */
class IndexHolders1999000000000 {
  readonly transaction = false;
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS positions_note_idx');
    await runner.query(
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS positions_note_idx ON positions (holder_reference)',
    );
  }
  async down(): Promise<void> {}
}

/** What takes longer than any lock is waited for at once. */
const LONG_MS = 3_500;

describe('a migration on a database that is in use', () => {
  let database: TestDatabase;
  let url: string;
  let reader: Client;
  let obstacles: Obstacle[];
  const waiting = (what: Obstacle): void => void obstacles.push(what);

  beforeEach(async () => {
    database = await openTestDatabase();
    url = database.ownerUrl;
    obstacles = [];
    reader = new Client({ connectionString: url, application_name: 'long report' });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM positions');
  });
  afterEach(async () => {
    await reader.end();
    await database.close();
  });

  async function indexes(): Promise<unknown[]> {
    return withClient(url, async (client) => {
      const { rows } = await client.query(
        `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('positions_note_idx')`,
      );
      return rows;
    });
  }

  test('waits for a long reader without making the service wait, and says for whom', async () => {
    let isDone = false;
    const known = [...migrations, AddNote1999000000000];
    const migrating = migrateUp(url, { known, waiting }).finally(() => (isDone = true));
    // A session of the service: it waits no longer than this for any lock.
    const service = new Client({ connectionString: database.url, lock_timeout: 2_000 });
    await service.connect();
    const isOverAtMs = performance.now() + LONG_MS;
    let reads = 0;
    // On a slow machine it may not have come to the table by then.
    await until(async () => {
      await service.query('SELECT count(*) FROM positions');
      reads += 1;
      return performance.now() > isOverAtMs && obstacles.length > 0;
    }, 'The migration waits for the reader.');
    expect([isDone, reads]).toEqual([false, expect.any(Number)]);
    expect(reads).toBeGreaterThan(3);
    await service.end();
    await reader.query('ROLLBACK');
    expect(await migrating).toEqual(['AddNote1999000000000']);
    expect(obstacles[0]).toEqual({
      kind: 'lock',
      relation: 'positions',
      processId: (reader as unknown as { processID: number }).processID,
      application: 'long report',
      seconds: expect.any(Number),
    });
  });

  test('gives up when its patience is at an end, and leaves nothing', async () => {
    const known = [...migrations, AddNote1999000000000];
    const { processID } = reader as unknown as { processID: number };
    const busy = migrateUp(url, { known, patienceMs: 2_000 });
    await expect(busy).rejects.toBeInstanceOf(MigrationBusyError);
    await expect(busy).rejects.toThrow(
      `AddNote1999000000000 was rolled back. Process ${processID} still keeps a lock that this needs after 2 s`,
    );
    await reader.query('ROLLBACK');
    expect(await migrateUp(url, { known })).toEqual(['AddNote1999000000000']);
  });

  test('builds an index beside a long reader in one go, however long that takes', async () => {
    // One that has read nothing of the table itself would let a leftover be dropped at once.
    await reader.query('ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const known = [...migrations, IndexHolders1999000000000];
    const migrating = migrateUp(url, { known, waiting });
    await until(() => obstacles.length > 0, 'The migration waits for the reader.');
    const begun = await indexOid();
    await sleep(LONG_MS);
    // One that was begun anew would be another.
    expect(await indexOid()).toBe(begun);
    await reader.query('ROLLBACK');
    expect(await migrating).toEqual(['IndexHolders1999000000000']);
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  async function indexOid(): Promise<unknown> {
    return withClient(url, async (client) => {
      const { rows } = await client.query(`SELECT to_regclass('positions_note_idx')::oid AS oid`);
      return (rows[0] as { oid: unknown }).oid;
    });
  }

  test('builds an index anew that an earlier run left half-built', async () => {
    const known = [...migrations, IndexHolders1999000000000];
    // Enough to find out who is in the way.
    const patienceMs = 4_000;
    const busy = migrateUp(url, { known, waiting, patienceMs });
    await expect(busy).rejects.toThrow(
      /may be half-done, and can be run again. Process \d+ still keeps a lock/,
    );
    expect(await indexes()).toEqual([{ valid: false }]);

    await reader.query('ROLLBACK');
    expect(await migrateUp(url, { known })).toEqual(['IndexHolders1999000000000']);
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  test('of which two run at once neither deadlocks over an index that is built beside others', async () => {
    const known = [...migrations, IndexHolders1999000000000];
    const runners = [migrateUp(url, { known, waiting }), migrateUp(url, { known, waiting })];
    const isSeen = (kind: Obstacle['kind']): boolean => obstacles.some((what) => what.kind === kind);
    await until(
      () => isSeen('lock') && isSeen('runner'),
      'One waits for the reader, the other for the first.',
    );
    await reader.query('ROLLBACK');
    // PostgreSQL looks for deadlocks once a second.
    expect((await Promise.all(runners)).flat()).toEqual(['IndexHolders1999000000000']);
    expect(await indexes()).toEqual([{ valid: true }]);
  });
});
