import { StoreUnavailable } from '#kernel';
import { openTestDatabase, until, withClient, type TestDatabase } from '#testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Schema } from '../schema.js';
import { stageInsert } from '../staged-changes.js';
import type { StoredRow } from '../table.js';
import { aBox, BoxEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { GroupedReads } from './grouped-reads.js';
import { rowQuery } from './keyed-queries.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { Statements } from './statements.js';

/** A pool that counts the queries it sends. */
class CountingPool extends pg.Pool {
  sent = 0;
  private readonly send = this.query.bind(this) as (...query: unknown[]) => unknown;

  constructor(config: pg.PoolConfig) {
    super(config);
    const count = (...query: unknown[]): unknown => {
      this.sent += 1;
      return this.send(...query);
    };
    this.query = count as typeof this.query;
  }
}

describe('grouped reads on PostgreSQL', () => {
  const schema = new Schema(TEST_ENTITIES);
  let database: TestDatabase;
  let pool: CountingPool;
  let reads: GroupedReads<StoredRow>;

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    pool = new CountingPool({ connectionString: database.url, pipeline: true, max: 5 });
    pool.on('error', () => undefined);
    reads = new GroupedReads(pool, rowQuery(schema.tableOf(BoxEntity), ['id']));
  });

  afterEach(async () => {
    await pool.end();
    await database.close();
  });

  async function store(count: number): Promise<BoxEntity[]> {
    const boxes = Array.from({ length: count }, () => aBox({ content: { note: 'Ünïcode' } }));
    const unitOfWork = new PostgresUnitOfWork(pool, new Statements(schema));
    await unitOfWork.commit((changes) => {
      for (const box of boxes) stageInsert(changes, BoxEntity, box);
    });
    pool.sent = 0;
    return boxes;
  }

  const endSessions = async (): Promise<void> =>
    withClient(database.ownerUrl, async (client) => {
      await client.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    });

  test('find a row in the shape of its entity, and nothing where there is none', async () => {
    const [box] = await store(1);
    expect(await reads.find(box?.id ?? '')).toEqual(box);
    expect(await reads.find('box_unknown')).toBeUndefined();
    expect(pool.sent).toBe(2);
  });

  test('share a query when they come together', async () => {
    const boxes = await store(100);
    const found = await Promise.all(boxes.map(async ({ id }) => reads.find(id)));
    expect(found).toEqual(boxes);
    // The first finds nobody to wait for; all that came after it share the second.
    expect(pool.sent).toBe(2);
  });

  test('share a query also when they ask for one row, or for rows that do not exist', async () => {
    const [box] = await store(1);
    const ids = [box?.id ?? '', 'box_x', box?.id ?? '', 'box_y', box?.id ?? ''];
    const found = await Promise.all(ids.map(async (id) => reads.find(id)));
    expect(found).toEqual([box, undefined, box, undefined, box]);
    expect(pool.sent).toBe(2);
  });

  test('are split when more come together than one query takes, and all are answered', async () => {
    const boxes = await store(600);
    const found = await Promise.all(boxes.map(async ({ id }) => reads.find(id)));
    expect(found).toEqual(boxes);
    expect(pool.sent).toBe(4);
  });

  test('start anew after they have all been answered', async () => {
    const boxes = await store(3);
    for (const box of boxes) expect(await reads.find(box.id)).toEqual(box);
    expect(pool.sent).toBe(3);
  });

  test('see what was committed before they were asked', async () => {
    const [box] = await store(1);
    const unitOfWork = new PostgresUnitOfWork(pool, new Statements(schema));
    for (let round = 0; round < 20; round += 1) {
      const fresh = aBox();
      const noise = Array.from({ length: 5 }, async () => reads.find(box?.id ?? ''));
      await unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, fresh));
      expect(await reads.find(fresh.id)).toEqual(fresh);
      await Promise.all(noise);
    }
  });

  test.each(['box_\0', '\0', '\ud800', '', "' OR true --", 'box 1', 'x'.repeat(10_000), 'böx'])(
    'take %j for the id of nothing, ask nobody, and hurt no neighbour',
    async (id) => {
      const boxes = await store(3);
      expect(await reads.find(id)).toBeUndefined();
      expect(pool.sent).toBe(0);
      const together = [reads.find(id), ...boxes.map(async (box) => reads.find(box.id)), reads.find(id)];
      expect(await Promise.all(together)).toEqual([undefined, ...boxes, undefined]);
    },
  );

  test('give each asker a row of its own', async () => {
    const [box] = await store(1);
    const ask = async () => reads.find(box?.id ?? '');
    const [, one, other] = await Promise.all([ask(), ask(), ask()]);
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
    expect(one?.content).not.toBe(other?.content);
  });

  test('survive a pooled connection that has died', async () => {
    const [box] = await store(1);
    await endSessions();
    expect(await reads.find(box?.id ?? '')).toEqual(box);
  });

  test('are sent again when their connection dies under way', async () => {
    const boxes = await store(3);
    const waiting = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await withClient(database.ownerUrl, async (holder) => {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE');
      const asked = Promise.all(boxes.map(async ({ id }) => reads.find(id)));
      await withClient(database.ownerUrl, async (observer) => {
        const isHeldUp = async () => (await observer.query(`SELECT 1 ${waiting}`)).rowCount !== 0;
        await until(isHeldUp, 'A read waits for the lock.');
        await observer.query(`SELECT pg_terminate_backend(pid, 5000) ${waiting}`);
      });
      await holder.query('COMMIT');
      expect(await asked).toEqual(boxes);
    });
  });

  test('survive the death of every pooled connection, at once and under way', async () => {
    const boxes = await store(20);
    await Promise.all(Array.from({ length: 5 }, async () => pool.query('SELECT pg_sleep(0.05)')));
    expect(pool.totalCount).toBe(5);
    const ended = endSessions();
    const rounds = Array.from({ length: 20 }, async () =>
      Promise.all(boxes.map(async ({ id }) => reads.find(id))),
    );
    expect(await Promise.all(rounds)).toEqual(Array.from({ length: 20 }, () => boxes));
    await ended;
    expect(await Promise.all(boxes.map(async ({ id }) => reads.find(id)))).toEqual(boxes);
  });

  test('tell every asker that the store is away, and answer again when it is back', async () => {
    const boxes = await store(10);
    const name = new URL(database.ownerUrl).pathname.slice(1);
    const outcomes = await withClient(new URL('/postgres', database.ownerUrl).href, async (client) => {
      await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
      await client.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
      );
      const settled = await Promise.allSettled(boxes.map(async ({ id }) => reads.find(id)));
      await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
      return settled;
    });
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
    expect(await Promise.all(boxes.map(async ({ id }) => reads.find(id)))).toEqual(boxes);
  });

  test('tell every asker when their query fails, once, and go on', async () => {
    const boxes = await store(5);
    await withClient(database.ownerUrl, async (client) => client.query('ALTER TABLE boxes RENAME TO crates'));
    const outcomes = await Promise.allSettled(boxes.map(async ({ id }) => reads.find(id)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
    expect(pool.sent).toBe(2);
    await withClient(database.ownerUrl, async (client) => client.query('ALTER TABLE crates RENAME TO boxes'));
    expect(await Promise.all(boxes.map(async ({ id }) => reads.find(id)))).toEqual(boxes);
  });
});
