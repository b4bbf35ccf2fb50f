import { StoreUnavailable } from '#kernel';
import { openTestDatabase, withClient, type TestDatabase } from '#testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Schema } from '../schema.js';
import { aBox, BoxEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { Snapshot } from './snapshot.js';

describe('a snapshot of PostgreSQL', () => {
  const schema = new Schema(TEST_ENTITIES);
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    // One connection: a snapshot that is not given back makes the next wait for ever.
    pool = new pg.Pool({
      connectionString: database.url,
      Client: LossTolerantClient,
      max: 1,
      connectionTimeoutMillis: 5_000,
    });
    pool.on('error', () => undefined);
  });

  afterEach(async () => {
    await pool.end();
    await database.close();
  });

  async function store(box: BoxEntity, createdAt = box.createdAt.toISOString()): Promise<void> {
    await withClient(database.ownerUrl, async (client) => {
      await client.query('INSERT INTO boxes VALUES ($1, $2, $3, $4, $5, $6)', [
        box.id,
        box.institutionId,
        box.label,
        box.content,
        box.version,
        createdAt,
      ]);
    });
  }

  const boxesOf = async (snapshot: Snapshot): Promise<BoxEntity[]> =>
    snapshot.rows<BoxEntity>(`SELECT ${snapshot.columnsOf(BoxEntity, 'b')} FROM boxes b ORDER BY b.id`, []);

  test('gives out rows in the shape of their entity, and none that comes later', async () => {
    const box = aBox({ content: { note: 'Ünïcode' } });
    await store(box);
    const snapshot = await Snapshot.open(pool, schema);
    expect(await boxesOf(snapshot)).toEqual([box]);
    await store(aBox());
    expect(await boxesOf(snapshot)).toEqual([box]);
    await snapshot.close();

    const next = await Snapshot.open(pool, schema);
    expect(await boxesOf(next)).toHaveLength(2);
    await next.close();
  });

  test.each([
    ['2026-01-01T00:00:00.123Z', '2026-01-01T00:00:00.123Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.123001Z', undefined],
    ['2026-01-01T00:00:00.0001Z', undefined],
  ])('takes %s for what it is', async (stored, read) => {
    await store(aBox(), stored);
    const snapshot = await Snapshot.open(pool, schema);
    const [box] = await boxesOf(snapshot);
    await snapshot.close();
    expect(box?.createdAt.getTime()).toBe(new Date(read ?? NaN).getTime());
  });

  test('writes nothing', async () => {
    const snapshot = await Snapshot.open(pool, schema);
    await expect(snapshot.rows('UPDATE boxes SET version = 2', [])).rejects.toThrow(StoreUnavailable);
    await snapshot.close();
  });

  test('waits as long as it was told to, and as the pool does otherwise', async () => {
    const waits = async (patienceMs?: number) => {
      const snapshot = await Snapshot.open(pool, schema, patienceMs);
      const [settings] = await snapshot.rows(
        `SELECT current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS pause`,
        [],
      );
      await snapshot.close();
      return settings;
    };
    expect(await waits(90_000)).toEqual({ statement: '90s', pause: '90s' });
    expect(await waits()).toEqual({ statement: '0', pause: '0' });
  });

  test('tells of a statement that fails without its text, and gives its connection back', async () => {
    const snapshot = await Snapshot.open(pool, schema);
    await expect(snapshot.rows('SELECT * FROM nothing', [])).rejects.toThrow(
      'The schema is not the one that this version needs.',
    );
    await snapshot.close();
    const next = await Snapshot.open(pool, schema);
    expect(await boxesOf(next)).toEqual([]);
    await next.close();
  });

  test('does not come back on a connection that was lost', async () => {
    const snapshot = await Snapshot.open(pool, schema);
    await endSessions();
    await expect(boxesOf(snapshot)).rejects.toThrow(StoreUnavailable);
    await snapshot.close();
    const next = await Snapshot.open(pool, schema);
    expect(await boxesOf(next)).toEqual([]);
    await next.close();
  });

  test('opens on a living connection when the pooled one has died', async () => {
    const connect = pool.connect.bind(pool);
    let isFirst = true;
    pool.connect = (async () => {
      const client = await connect();
      if (isFirst) await endSessions();
      isFirst = false;
      return client;
    }) as typeof pool.connect;
    const snapshot = await Snapshot.open(pool, schema);
    expect(await boxesOf(snapshot)).toEqual([]);
    await snapshot.close();
  });

  test('says that the database cannot be reached', async () => {
    const nowhere = new pg.Pool({ connectionString: 'postgresql://127.0.0.1:1/x' });
    await expect(Snapshot.open(nowhere, schema)).rejects.toThrow('The database cannot be reached.');
  });

  const endSessions = async (): Promise<void> =>
    withClient(database.ownerUrl, async (owner) => {
      await owner.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    });
});
