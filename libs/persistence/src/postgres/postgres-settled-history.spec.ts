import { setTimeout as pause } from 'node:timers/promises';
import { SETTLED_AGE_MS, StoreUnavailable } from '#kernel';
import { openTestDatabase, until, withClient, type TestDatabase } from '#testing';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { aBox, TEST_TABLES } from '../test-tables.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { PostgresSettledHistory } from './postgres-settled-history.js';

const SHORT = { pollIntervalMs: 5, maxWaitMs: 300 };
const LONG = { pollIntervalMs: 5, maxWaitMs: 20_000 };

describe('settled history on PostgreSQL', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    // As the service connects, so that it is seen to have the rights that this takes.
    pool = new pg.Pool({ connectionString: database.url, Client: LossTolerantClient });
    pool.on('error', () => undefined);
  });

  afterEach(async () => {
    await pool.end();
    await database.close();
  });

  const settledUntil = async (patience = LONG): Promise<Date | undefined> =>
    new PostgresSettledHistory(pool, patience).settledUntil();
  /** A box in a transaction that has not ended. */
  const writeIn = async (client: pg.ClientBase): Promise<void> => {
    await client.query('BEGIN');
    await client.query(`INSERT INTO boxes VALUES ($1, 'inst_a', $1, NULL, 1, now())`, [aBox().id]);
  };
  const isAnswered = async (answer: Promise<unknown>): Promise<boolean> =>
    Promise.race([answer.then(() => true), pause(400).then(() => false)]);

  test('goes up to a minute ago by the database’s clock', async () => {
    const clock = async (): Promise<number> =>
      withClient(database.ownerUrl, async (client) => {
        const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
        return rows[0]?.now.getTime() ?? NaN;
      });
    const before = await clock();
    const settledMs = (await settledUntil())?.getTime() ?? NaN;
    expect(SETTLED_AGE_MS).toBe(60_000);
    expect(settledMs).toBeGreaterThanOrEqual(before - SETTLED_AGE_MS);
    expect(settledMs).toBeLessThanOrEqual((await clock()) - SETTLED_AGE_MS);
  });

  test.each(['COMMIT', 'ROLLBACK'])(
    'waits for the only transaction there is, which has written, until its %s',
    async (ending) => {
      await withClient(database.url, async (writer) => {
        await writeIn(writer);
        const answer = settledUntil();
        expect(await isAnswered(answer)).toBe(false);
        await writer.query(ending);
        expect(await answer).toBeInstanceOf(Date);
      });
    },
  );

  test('waits for the older of two transactions, and not for one that began to write later', async () => {
    await withClient(database.url, async (older) =>
      withClient(database.url, async (younger) => {
        await writeIn(older);
        const asked = jest.spyOn(pool, 'query');
        const answer = settledUntil();
        // Its second question comes when it has taken its number.
        await until(() => asked.mock.calls.length > 1, 'It asks who is under way.');
        await writeIn(younger);
        expect(await isAnswered(answer)).toBe(false);
        await older.query('COMMIT');
        expect(await answer).toBeInstanceOf(Date);
        await younger.query('COMMIT');
      }),
    );
  });

  test('waits for each of several transactions that wrote, in whatever order they end', async () => {
    const writers = await Promise.all(Array.from({ length: 3 }, async () => pool.connect()));
    for (const writer of writers) await writeIn(writer);
    const answer = settledUntil();
    const seen: boolean[] = [];
    for (const index of [1, 2, 0]) {
      seen.push(await isAnswered(answer));
      await writers[index]?.query('COMMIT');
      writers[index]?.release();
    }
    expect(seen).toEqual([false, false, false]);
    expect(await answer).toBeInstanceOf(Date);
  });

  test('is not held up by who only reads, however long, as pg_dump does', async () => {
    await withClient(database.ownerUrl, async (reader) => {
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await reader.query('SELECT * FROM boxes');
      expect(await settledUntil()).toBeInstanceOf(Date);
      await reader.query('COMMIT');
    });
  });

  test('is unknown when a transaction that wrote does not end in time, and known when it has', async () => {
    await withClient(database.url, async (writer) => {
      await writeIn(writer);
      expect(await settledUntil(SHORT)).toBeUndefined();
      await writer.query('COMMIT');
      expect(await settledUntil()).toBeInstanceOf(Date);
    });
  });

  test('keeps nobody from writing while it waits', async () => {
    await withClient(database.url, async (writer) => {
      await writeIn(writer);
      const answer = settledUntil();
      const startedAt = performance.now();
      for (let written = 0; written < 20; written += 1) {
        const other = await pool.connect();
        await writeIn(other);
        await other.query('COMMIT');
        other.release();
      }
      const waiting = await writer.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND database = (
          SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      expect(waiting.rows).toEqual([{ n: 0 }]);
      expect(performance.now() - startedAt).toBeLessThan(LONG.maxWaitMs);
      await writer.query('COMMIT');
      expect(await answer).toBeInstanceOf(Date);
    });
  });

  test('is as unavailable as the database', async () => {
    const nowhere = new pg.Pool({ connectionString: 'postgresql://127.0.0.1:1/x' });
    await expect(new PostgresSettledHistory(nowhere).settledUntil()).rejects.toBeInstanceOf(StoreUnavailable);
  });

  test('never gets a row after it was told: what carries its moment or an earlier one is there by then', async () => {
    let isOver = false;
    /** Writes rows that are as old as any that the database still takes: a minute when they are checked. */
    const write = async (): Promise<void> =>
      withClient(database.url, async (client) => {
        while (!isOver) {
          await writeIn(client);
          await pause(Math.random() * 5);
          await client.query(
            `INSERT INTO boxes VALUES ($1, 'inst_a', $1, NULL, 2,
              date_trunc('milliseconds', clock_timestamp()) - interval '59.999 s')`,
            [aBox().id],
          );
          await pause(Math.random() * 15);
          await client.query('COMMIT');
        }
      });
    const rowsUntil = async (moment: Date): Promise<number> => {
      const found = await pool.query('SELECT 1 FROM boxes WHERE version = 2 AND created_at <= $1', [moment]);
      return found.rowCount ?? 0;
    };
    const writing = Promise.all([write(), write(), write()]);
    const told: [moment: Date, rows: number][] = [];
    const isEnough = (): boolean => told.length > 20 && (told.at(-1)?.[1] ?? 0) > 50;
    const startedAt = performance.now();
    while (performance.now() - startedAt < 4_000 || (!isEnough() && performance.now() - startedAt < 20_000)) {
      const moment = await settledUntil();
      if (moment !== undefined) told.push([moment, await rowsUntil(moment)]);
    }
    isOver = true;
    await writing;
    expect(isEnough()).toBe(true);
    for (const [moment, rows] of told) expect([moment, await rowsUntil(moment)]).toEqual([moment, rows]);
  });
});
