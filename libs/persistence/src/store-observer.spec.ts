import { MissingReference, StaleVersion, StoreUnavailable } from '#kernel';
import { openTestDatabase, TcpProxy, withClient, type TestDatabase } from '#testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { MemoryStore } from './memory/memory-store.js';
import { MemoryUnitOfWork } from './memory/memory-unit-of-work.js';
import { dataSourceOptions } from './postgres/data-source-options.js';
import { poolOf } from './postgres/pool.js';
import { PostgresStore } from './postgres/postgres-store.js';
import { PostgresUnitOfWork } from './postgres/postgres-unit-of-work.js';
import { Statements } from './postgres/statements.js';
import { Schema } from './schema.js';
import { stageInsert, stageRequire, stageUpdate } from './staged-changes.js';
import { UNOBSERVED, type StoreObserver } from './store-observer.js';
import { aBox, aSlipIn, BoxEntity, SlipEntity, TEST_ENTITIES, TEST_TABLES } from './test-tables.js';

/** Keeps what it is told, but for durations. */
class Told implements StoreObserver {
  readonly lines: string[] = [];
  readonly poolOpened = UNOBSERVED.poolOpened;
  asked(operation: string, durationMs: number, isUnavailable: boolean): void {
    const isDuration = durationMs > 0 && durationMs < 60_000;
    this.lines.push(
      `asked ${operation}${isUnavailable ? ' in vain' : ''}${isDuration ? '' : ' for no time'}`,
    );
  }
  grouped(units: number): void {
    this.lines.push(`grouped ${units}`);
  }
  settled(outcome: string): void {
    this.lines.push(`settled ${outcome}`);
  }
  retried(reason: string): void {
    this.lines.push(`retried ${reason}`);
  }
  fateResolved(fate: string): void {
    this.lines.push(`fate ${fate}`);
  }
  /** What it was told since it was last asked. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

const schema = new Schema(TEST_ENTITIES);
const LONG_AGO = 0;

describe('who observes a memory store', () => {
  test('is told what became of every commit', async () => {
    const told = new Told();
    const unitOfWork = new MemoryUnitOfWork(new MemoryStore(schema), told);
    const box = aBox();
    const insert = async (decidedAtMs?: number): Promise<void> =>
      unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box), decidedAtMs);
    await insert();
    await expect(insert()).rejects.toThrow();
    await expect(insert(LONG_AGO)).rejects.toThrow();
    expect(told.take()).toEqual(['settled stored', 'settled duplicate', 'settled expired']);
  });
});

describe('who observes a PostgreSQL store', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let dataSource: DataSource;
  let store: PostgresStore;
  let unitOfWork: PostgresUnitOfWork;
  const told = new Told();

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    proxy = await TcpProxy.open(database.url);
    const url = proxy.url(database.url);
    const options = {
      url,
      poolMax: 5,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      sslMode: 'disable',
    } as const;
    dataSource = new DataSource(dataSourceOptions(options, TEST_ENTITIES, () => undefined));
    await dataSource.initialize();
    store = new PostgresStore(dataSource, poolOf(dataSource), schema, told);
    unitOfWork = new PostgresUnitOfWork(poolOf(dataSource), new Statements(schema), told);
    told.take();
  });
  afterEach(async () => {
    await dataSource.destroy();
    proxy.close();
    await database.close();
  });

  const insert = async (box = aBox(), decidedAtMs?: number): Promise<void> =>
    unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box), decidedAtMs);

  test('is told what became of every commit, and of the transactions they made', async () => {
    const box = aBox();
    await insert(box);
    expect(told.take()).toEqual(['grouped 1', 'asked commit', 'settled stored']);
    await expect(insert(box)).rejects.toThrow();
    expect(told.take()).toEqual(['grouped 1', 'asked commit', 'settled duplicate']);
    await expect(insert(aBox(), LONG_AGO)).rejects.toThrow();
    expect(told.take()).toEqual(['asked commit', 'settled expired']);
    const stale = unitOfWork.commit((changes) => stageRequire(changes, BoxEntity, box, 7));
    await expect(stale).rejects.toBeInstanceOf(StaleVersion);
    expect(told.take()).toEqual(['grouped 1', 'asked commit', 'settled stale']);
    const lost = unitOfWork.commit((changes) => stageInsert(changes, SlipEntity, aSlipIn(aBox())));
    await expect(lost).rejects.toBeInstanceOf(MissingReference);
    expect(told.take()).toEqual(['grouped 1', 'asked commit', 'settled missing_reference']);
  });

  test('is told how many commits shared a transaction', async () => {
    await Promise.all(Array.from({ length: 10 }, async () => insert()));
    const lines = told.take();
    const units = lines
      .filter((line) => line.startsWith('grouped'))
      .map((line) => Number(line.split(' ')[1]));
    expect(units.reduce((sum, each) => sum + each, 0)).toBe(10);
    expect(Math.max(...units)).toBeGreaterThan(1);
    expect(lines.filter((line) => line === 'settled stored')).toHaveLength(10);
    expect(lines.filter((line) => line === 'asked commit')).toHaveLength(units.length);
  });

  test('is told of reads by what kind they are', async () => {
    const box = aBox();
    await insert(box);
    told.take();
    await store.findById(BoxEntity, box.id);
    expect(told.take()).toEqual(['asked point_read']);
    const page = { limit: 1, order: 'asc', withTotal: true } as const;
    await store.page(BoxEntity, { kind: 'platform' }, () => undefined, ['createdAt', 'id'], page);
    expect(told.take()).toEqual(['asked list', 'asked count']);
    await store.read(BoxEntity, async (repository) => repository.find());
    await store.maintain(BoxEntity, async (repository) => repository.find());
    expect(told.take()).toEqual(['asked read', 'asked maintenance']);
    const snapshot = await store.openSnapshot();
    await snapshot.rows('SELECT 1', []);
    await snapshot.close();
    expect(told.take()).toEqual(['asked snapshot']);
  });

  test('is told what was found out of a commit whose answer was lost', async () => {
    const box = aBox();
    await insert(box);
    told.take();
    let isLost = false;
    proxy.onSent = (sent, connection) => {
      connection.passOn(sent);
      if (isLost || !sent.includes('COMMIT\0')) return;
      isLost = true;
      connection.onAnswer = () => connection.cut();
    };
    await unitOfWork.commit((changes) => {
      stageUpdate(changes, BoxEntity, { ...box, label: 'moved', version: 2 });
      stageInsert(changes, BoxEntity, aBox());
    });
    expect(told.take()).toEqual([
      'grouped 1',
      'asked commit in vain',
      'retried connection',
      'grouped 1',
      'asked commit',
      'settled stored',
      'fate stored',
    ]);
  });

  test('is told that the database is away, and of nothing that was not asked', async () => {
    await insert();
    told.take();
    proxy.close();
    await expect(insert()).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.findById(BoxEntity, 'box_0')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.read(BoxEntity, async (rows) => rows.find())).rejects.toBeInstanceOf(StoreUnavailable);
    const lines = told.take();
    expect(lines.filter((line) => line.startsWith('asked') && !line.endsWith(' in vain'))).toEqual([]);
    expect(lines).toEqual(
      expect.arrayContaining(['asked commit in vain', 'asked point_read in vain', 'asked read in vain']),
    );
    expect(lines).toContain('settled unavailable');
  });
});
