import { StoreUnavailable } from '#kernel';
import { openTestDatabase, TcpProxy, withClient, type TestDatabase } from '#testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Schema } from '../schema.js';
import { stageInsert, stageUpdate } from '../staged-changes.js';
import { UNOBSERVED } from '../store-observer.js';
import { aBox, BoxEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { Statements } from './statements.js';

describe('group commit on PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let pool: pg.Pool;
  let unitOfWork: PostgresUnitOfWork;

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    proxy = await TcpProxy.open(database.url);
    pool = new pg.Pool({
      connectionString: proxy.url(database.url),
      pipeline: true,
      Client: LossTolerantClient,
    });
    pool.on('error', () => undefined);
    unitOfWork = new PostgresUnitOfWork(pool, new Statements(new Schema(TEST_ENTITIES)));
  });

  afterEach(async () => {
    await pool.end();
    proxy.close();
    await database.close();
  });

  const insert = async (box: BoxEntity): Promise<void> =>
    unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box));
  const countOf = async (sql: string): Promise<number> =>
    withClient(database.ownerUrl, async (client) =>
      Number((await client.query<{ n: string }>(sql)).rows[0]?.n),
    );
  const sessions = `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()`;

  test('merges commits that arrive together into few transactions', async () => {
    await insert(aBox());
    await Promise.all(Array.from({ length: 256 }, async () => insert(aBox())));
    // The first by itself, and four batches of 64.
    expect(await countOf('SELECT count(DISTINCT xmin::text) AS n FROM boxes')).toBeLessThanOrEqual(5);
    expect(await countOf('SELECT count(*) AS n FROM boxes')).toBe(257);
  });

  test('drains what is pending when the service stops', async () => {
    const pending = Array.from({ length: 300 }, async () => insert(aBox()));
    await unitOfWork.beforeApplicationShutdown();
    expect(await countOf('SELECT count(*) AS n FROM boxes')).toBe(300);
    await Promise.all(pending);
  });

  test('drains also while commits keep coming in', async () => {
    let going = true;
    const stream = Promise.all(
      Array.from({ length: 50 }, async () => {
        while (going) await insert(aBox());
      }),
    );
    const pending = Array.from({ length: 20 }, async () => insert(aBox()));
    await unitOfWork.beforeApplicationShutdown();
    await Promise.all(pending);
    going = false;
    await stream;
  });

  test('lets a row that another session holds delay others, but not fail them', async () => {
    const box = aBox();
    await insert(box);
    await pool.query(`SET lock_timeout = '100ms'`);
    await withClient(database.ownerUrl, async (client) => {
      await client.query(`BEGIN; SELECT FROM boxes WHERE id = '${box.id}' FOR UPDATE`);
      const held = unitOfWork.commit((changes) =>
        stageUpdate(changes, BoxEntity, { ...box, label: 'held', version: 2 }),
      );
      const others = Promise.all(Array.from({ length: 10 }, async () => insert(aBox())));
      await expect(held).rejects.toBeInstanceOf(StoreUnavailable);
      await others;
      await client.query('ROLLBACK');
    });
    expect(await countOf('SELECT count(*) AS n FROM boxes')).toBe(11);
  });

  test('finds out that a commit whose answer was lost had been made, and applies it once', async () => {
    const box = aBox();
    await insert(box);
    let isLost = false;
    proxy.onSent = (sent, connection) => {
      connection.passOn(sent);
      if (isLost || !sent.includes('COMMIT\0')) return;
      isLost = true;
      // The database has committed when it answers; the caller never hears of it.
      connection.onAnswer = () => connection.cut();
    };
    const second = aBox();
    await unitOfWork.commit((changes) => {
      stageUpdate(changes, BoxEntity, { ...box, label: 'moved', version: 2 });
      stageInsert(changes, BoxEntity, second);
    });
    expect(isLost).toBe(true);
    expect(await countOf(`SELECT count(*) AS n FROM boxes WHERE id = '${second.id}'`)).toBe(1);
    expect(await countOf(`SELECT version AS n FROM boxes WHERE id = '${box.id}'`)).toBe(2);
  });

  test('recovers when the server has closed its connections', async () => {
    await insert(aBox());
    await withClient(database.ownerUrl, async (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      ),
    );
    await insert(aBox());
    expect(await countOf('SELECT count(*) AS n FROM boxes')).toBe(2);
  });

  test('says that the store is unavailable when it cannot be reached, and that it was not stored', async () => {
    await withClient(new URL('/postgres', database.ownerUrl).href, async (client) => {
      const name = new URL(database.ownerUrl).pathname.slice(1);
      await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
      await expect(insert(aBox())).rejects.toBeInstanceOf(StoreUnavailable);
      await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    });
    await insert(aBox());
    expect(await countOf('SELECT count(*) AS n FROM boxes')).toBe(1);
  });

  test('lets nobody who queues for a connection wait longer than those before', async () => {
    const patient = new pg.Pool({ connectionString: database.url, max: 1, Client: LossTolerantClient });
    patient.on('error', () => undefined);
    let attempts = 0;
    const observer = { ...UNOBSERVED, asked: () => (attempts += 1) };
    const queueing = new PostgresUnitOfWork(patient, new Statements(new Schema(TEST_ENTITIES)), observer);
    const held = await patient.connect();
    // From here on, so that a slow machine may take its time to connect.
    patient.options.connectionTimeoutMillis = 200;
    const boxes = Array.from({ length: 300 }, () => aBox());
    const outcomes = await Promise.allSettled(
      boxes.map(async (box) => queueing.commit((changes) => stageInsert(changes, BoxEntity, box))),
    );
    const reason = new StoreUnavailable('Every connection to the database is in use.');
    expect(outcomes).toEqual(boxes.map(() => ({ status: 'rejected', reason })));
    expect(attempts).toBe(1);
    held.release();
    await patient.end();
  });

  test('leaves no session in a transaction after a refusal', async () => {
    const box = aBox();
    await insert(box);
    await expect(insert(box)).rejects.toThrow();
    expect(await countOf(`${sessions} AND state LIKE 'idle in transaction%'`)).toBe(0);
  });
});
