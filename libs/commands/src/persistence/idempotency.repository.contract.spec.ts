import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Duplicate, newId, PLATFORM_ID } from '#kernel';
import { stageInsert, type PostgresStore } from '#persistence';
import {
  aBox,
  BoxEntity,
  openStore,
  ROWS_BINDING,
  TEST_ENTITIES,
  TEST_TABLES,
  type TestStore,
} from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { IdempotencyRecord } from '../domain/idempotency-record.js';
import type { IdempotencyRepository } from '../domain/idempotency-repository.js';
import { idempotencyBinding, IdempotencyRecordEntity } from '../testing.js';

const EXPIRY = new Date('2026-03-01T00:00:00.500Z');

/** Some milliseconds from the expiry that records here have. */
const fromExpiry = (ms: number): Date => new Date(EXPIRY.getTime() + ms);

const recordOf = (overrides: Partial<IdempotencyRecord>): IdempotencyRecord => ({
  institutionId: 'inst_1',
  key: 'key-1',
  requestHash: 'f'.repeat(64),
  status: 201,
  headers: { etag: '"1"', location: '/v1/boxes/1' },
  body: '{"id":"1"}',
  createdAt: new Date('2026-02-22T00:00:00.500Z'),
  expiresAt: EXPIRY,
  ...overrides,
});

/** How often the store had to end one of two commits that waited for each other. */
abstract class Deadlocks {
  abstract count(): Promise<number>;
}

class PostgresDeadlocks extends Deadlocks {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  async count(): Promise<number> {
    const [counted] = await this.store.read(IdempotencyRecordEntity, async (repository) =>
      repository.query<{ deadlocks: string }[]>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      ),
    );
    return Number(counted?.deadlocks);
  }
}

class MemoryDeadlocks extends Deadlocks {
  async count(): Promise<number> {
    return Promise.resolve(0);
  }
}

const DEADLOCKS_BINDING = { port: Deadlocks, postgres: PostgresDeadlocks, memory: MemoryDeadlocks };

describe.each(BACKENDS)('the idempotency repository on %s', (backend) => {
  let store: TestStore;
  let records: IdempotencyRepository;
  let institutionId: string;

  beforeAll(async () => {
    store = await openStore(backend, [...TEST_ENTITIES, IdempotencyRecordEntity], TEST_TABLES);
    records = store.bind(idempotencyBinding);
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    institutionId = newId('inst');
  });

  const aRecord = (overrides: Partial<IdempotencyRecord> = {}): IdempotencyRecord =>
    recordOf({ institutionId, ...overrides });

  async function insert(...rows: readonly IdempotencyRecord[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const record of rows) records.insert(changes, record);
    });
  }

  /** Those of some records that are still there. */
  async function remaining(rows: readonly IdempotencyRecord[]): Promise<IdempotencyRecord[]> {
    const found = await Promise.all(rows.map(async ({ institutionId: id, key }) => records.find(id, key)));
    return found.filter((record) => record !== undefined);
  }

  test('gives back what was stored, whole, and the body in the same bytes', async () => {
    const rows = [
      aRecord(),
      aRecord({ key: 'key-2', status: 200, headers: {}, body: '' }),
      aRecord({
        key: 'key-3',
        headers: { etag: '"7"' },
        body: '{"b":1,"a":"Brücke №1 🌉, \\"quoted\\", \\\\ and \\u0000", "a ":[1e21,-0.1,null]}',
        expiresAt: new Date('2026-03-04T05:06:07.891Z'),
      }),
      aRecord({ key: 'key-4', body: JSON.stringify({ data: 'x'.repeat(1_000_000) }) }),
    ];
    await insert(...rows);
    expect(await remaining(rows)).toEqual(rows);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const record = aRecord({ headers: { etag: '"1"' } });
    const handedIn = { ...record, headers: { etag: '"1"' }, expiresAt: new Date(EXPIRY) };
    await insert(handedIn);
    handedIn.headers.etag = '"2"';
    handedIn.expiresAt.setTime(0);
    const found = (await records.find(institutionId, record.key)) as IdempotencyRecord;
    expect(found).toEqual(record);
    Object.assign(found.headers, { location: '/v1/elsewhere' });
    found.createdAt.setTime(0);
    Object.assign(found, { body: 'changed' });
    expect(await records.find(institutionId, record.key)).toEqual(record);
  });

  test('tells the hash of the request that a key was used for, and of no other key', async () => {
    const record = aRecord();
    await insert(record);
    expect(await records.findRequestHash(institutionId, record.key)).toBe(record.requestHash);
    expect(await records.findRequestHash(newId('inst'), record.key)).toBeUndefined();
  });

  test('gives those who ask for one record at once a copy each', async () => {
    const record = aRecord();
    await insert(record);
    const found = await Promise.all(
      Array.from({ length: 5 }, async () => records.find(institutionId, record.key)),
    );
    expect(found).toEqual(Array(5).fill(record));
    expect(new Set(found.map((one) => one?.headers)).size).toBe(5);
  });

  test.each(['key-2', 'KEY-1', 'key-1 ', 'key', '', '%', 'key__', '__proto__', 'key-1\0', '\ud800'])(
    'finds nothing under the unknown key %j',
    async (key) => {
      await insert(aRecord());
      expect(await records.findRequestHash(institutionId, key)).toBeUndefined();
    },
  );

  const KEYS = [
    'a"b',
    '""',
    '\\',
    'a\\"b',
    '\\N',
    'a,b',
    ',',
    '{a,b}',
    '{}',
    'NULL',
    'null',
    '%',
    'a%20b',
    '%00',
    '$1',
    "'; DROP TABLE idempotency_records; --",
    "'",
    '__proto__',
    'constructor',
    '["x"]',
    'x'.repeat(255),
    ...Array.from({ length: 0x7e - 0x20 }, (_none, index) => String.fromCharCode(0x21 + index)),
  ].map((key) => key.replaceAll(' ', '_'));

  test('tells every key of visible characters from every other', async () => {
    const rows = [...new Set(KEYS)].map((key, index) => aRecord({ key, body: `"${index}"` }));
    await insert(...rows);
    for (const record of rows) expect(await records.find(institutionId, record.key)).toEqual(record);
    expect(await remaining(rows)).toEqual(rows);
  });

  test('takes a key of a tenant once, whatever else the second record says', async () => {
    const record = aRecord();
    await insert(record);
    const second = aRecord({ requestHash: '0'.repeat(64), status: 200, headers: {}, body: '{}' });
    await expect(insert(second)).rejects.toThrow(new Duplicate('idempotency_records_pk'));
    await expect(insert(record)).rejects.toThrow(new Duplicate('idempotency_records_pk'));
    expect(await records.find(institutionId, record.key)).toEqual(record);
  });

  test('takes a key once within a commit', async () => {
    await expect(insert(aRecord(), aRecord())).rejects.toThrow(new Duplicate('idempotency_records_pk'));
    expect(await records.find(institutionId, 'key-1')).toBeUndefined();
  });

  test('keeps the same key of two tenants and of the platform apart', async () => {
    const owners = [institutionId, newId('inst'), PLATFORM_ID];
    const key = `key-of-${institutionId}`;
    const rows = owners.map((owner) => aRecord({ institutionId: owner, key, body: `"${owner}"` }));
    await insert(...rows);
    expect(await remaining(rows)).toEqual(rows);
    expect(await records.find(newId('inst'), key)).toBeUndefined();
    await expect(insert(rows[1] as IdempotencyRecord)).rejects.toThrow(Duplicate);
  });

  test('is stored in the commit of an effect, or neither is', async () => {
    const rows = store.bind(ROWS_BINDING);
    const [box, second] = [aBox({ institutionId }), aBox({ institutionId })];
    const commit = async (one: BoxEntity, key: string): Promise<void> =>
      store.unitOfWork.commit((changes) => {
        records.insert(changes, aRecord({ key }));
        stageInsert(changes, BoxEntity, one);
      });
    await commit(box, 'key-1');
    expect(await rows.find(BoxEntity, box.id)).toEqual(box);
    // The box is refused: its record is not there either.
    await expect(commit(box, 'key-2')).rejects.toThrow(new Duplicate('boxes_pk'));
    expect(await records.find(institutionId, 'key-2')).toBeUndefined();
    // The record is refused: its box is not there either.
    await expect(commit(second, 'key-1')).rejects.toThrow(new Duplicate('idempotency_records_pk'));
    expect(await rows.find(BoxEntity, second.id)).toBeUndefined();
  });

  test('lets one of many racing commits of a key win, with its effect, and hurts no other key', async () => {
    const rows = store.bind(ROWS_BINDING);
    const boxes = Array.from({ length: 40 }, () => aBox({ institutionId }));
    const commits = boxes.map(async (box, index) =>
      store.unitOfWork.commit((changes) => {
        // Every other one has a key of its own.
        const key = index % 2 === 0 ? 'shared' : `own-${index}`;
        records.insert(changes, aRecord({ key, body: `"${box.id}"` }));
        stageInsert(changes, BoxEntity, box);
      }),
    );
    const races = await Promise.allSettled(commits);
    const lost = races.filter((race) => race.status === 'rejected');
    for (const { reason } of lost) expect(reason).toEqual(new Duplicate('idempotency_records_pk'));
    expect(lost).toHaveLength(19);
    const winners = boxes.filter((_box, index) => races[index]?.status === 'fulfilled');
    const [winner, ...others] = winners.filter((box) => boxes.indexOf(box) % 2 === 0);
    expect(others).toEqual([]);
    expect((await records.find(institutionId, 'shared'))?.body).toBe(`"${winner?.id}"`);
    const stored = await Promise.all(boxes.map(async ({ id }) => rows.find(BoxEntity, id)));
    expect(stored.filter((box) => box !== undefined)).toEqual(winners);
  });

  test('never makes commits of the same keys in opposite orders wait for each other', async () => {
    const deadlocks = store.bind(DEADLOCKS_BINDING);
    for (let round = 0; round < 5; round += 1) {
      const rows = Array.from({ length: 1_000 }, (_none, index) => aRecord({ key: `${round}-${index}` }));
      const races = await Promise.allSettled([insert(...rows), insert(...rows.toReversed())]);
      expect(races.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await remaining(rows)).toEqual(rows);
    }
    expect(await deadlocks.count()).toBe(0);
  });

  describe('removal', () => {
    // Nothing that another test left may expire among the records that are counted here.
    beforeEach(async () => {
      await records.removeExpired(new Date('2027-01-01T00:00:00.000Z'), 100_000);
    });

    test('removes what expired before a moment, and not what expires at it or later', async () => {
      const [before, at, after] = [-1, 0, 1].map((ms) =>
        aRecord({ key: `key-at-${ms}`, expiresAt: fromExpiry(ms) }),
      ) as [IdempotencyRecord, IdempotencyRecord, IdempotencyRecord];
      await insert(after, at, before);
      expect(await records.removeExpired(EXPIRY, 10)).toBe(1);
      expect(await remaining([before, at, after])).toEqual([at, after]);
      expect(await records.removeExpired(EXPIRY, 10)).toBe(0);
    });

    test('leaves a key free for another record', async () => {
      await insert(aRecord());
      expect(await records.removeExpired(fromExpiry(1), 10)).toBe(1);
      expect(await records.find(institutionId, 'key-1')).toBeUndefined();
      const next = aRecord({ body: '"next"', expiresAt: fromExpiry(1_000) });
      await insert(next);
      expect(await records.find(institutionId, 'key-1')).toEqual(next);
      await expect(insert(next)).rejects.toThrow(Duplicate);
    });

    test.each([1, 3, 6, 7, 8])('takes the oldest first, %i of seven at a time', async (limit) => {
      const moments = [3, 1, 6, 0, 5, 2, 4];
      const rows = moments.map((ms) =>
        aRecord({
          // Spread over tenants, so that no order of keys is that of their expiry.
          institutionId: ms % 2 === 0 ? institutionId : newId('inst'),
          key: `key-${(ms * 5) % 7}`,
          expiresAt: fromExpiry(ms),
        }),
      );
      await insert(...rows);
      const inOrder = rows.toSorted((left, right) => left.expiresAt.getTime() - right.expiresAt.getTime());
      for (let gone = 0; gone < 7; gone += limit) {
        const removed = await records.removeExpired(fromExpiry(100), limit);
        expect(removed).toBe(Math.min(limit, 7 - gone));
        expect(await remaining(inOrder)).toEqual(inOrder.slice(gone + limit));
      }
      expect(await records.removeExpired(fromExpiry(100), limit)).toBe(0);
    });

    test('removes no more than it may among many that expired at one moment', async () => {
      const rows = Array.from({ length: 50 }, (_none, index) => aRecord({ key: `key-${index}` }));
      await insert(...rows);
      expect(await records.removeExpired(fromExpiry(1), 20)).toBe(20);
      expect(await remaining(rows)).toHaveLength(30);
    });

    test('leaves everything else alone, also under the same key of another tenant', async () => {
      const box = aBox({ institutionId });
      await store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box));
      const expired = aRecord();
      const kept = [
        aRecord({ key: 'key-2', expiresAt: fromExpiry(60_000) }),
        aRecord({ institutionId: newId('inst'), expiresAt: fromExpiry(60_000) }),
      ];
      await insert(expired, ...kept);
      expect(await records.removeExpired(fromExpiry(1), 500)).toBe(1);
      expect(await remaining([expired, ...kept])).toEqual(kept);
      expect(await store.bind(ROWS_BINDING).find(BoxEntity, box.id)).toEqual(box);
    });

    test('done by several at once removes each record once, and every one of them its fill', async () => {
      // So many that one removal is still at work when the others begin.
      const rows = Array.from({ length: 5_000 }, (_none, index) =>
        aRecord({ key: `key-${index}`, expiresAt: fromExpiry(index) }),
      );
      await insert(...rows);
      const removals = Array.from({ length: 3 }, async () => records.removeExpired(fromExpiry(9_999), 1_500));
      expect(await Promise.all(removals)).toEqual([1_500, 1_500, 1_500]);
      expect(await records.removeExpired(fromExpiry(9_999), 1_500)).toBe(500);
    });

    test('and commits of the same keys at once never fail, and leave a record of every key', async () => {
      const keys = Array.from({ length: 30 }, (_none, index) => `key-${index}`);
      await insert(...keys.map((key) => aRecord({ key })));
      const fresh = keys.map((key) => aRecord({ key, expiresAt: fromExpiry(60_000) }));
      const removals = Array.from({ length: 6 }, async () => records.removeExpired(fromExpiry(1), 5));
      const races = await Promise.allSettled(fresh.map(async (record) => insert(record)));
      expect(await Promise.all(removals)).toEqual(Array(6).fill(5));
      for (const race of races) {
        if (race.status === 'rejected') expect(race.reason).toBeInstanceOf(Duplicate);
      }
      const inserted = fresh.filter((_record, index) => races[index]?.status === 'fulfilled');
      expect(await remaining(fresh)).toEqual(inserted);
    });
  });
});

/** Statistics of a table that had one row, by which the planner takes a way for cheap that looks at all of it often. */
const OLD_STATISTICS = `
  INSERT INTO idempotency_records VALUES ('inst_old', 'old', '', 200, '{}', '', '2027-01-01Z', '2027-01-08Z');
  ANALYZE idempotency_records`;

describe.each(BACKENDS)('a removal of expired records on %s', (backend) => {
  test('keeps to its limit when the table has grown since the planner looked at it', async () => {
    const store = await openStore(backend, [IdempotencyRecordEntity], OLD_STATISTICS);
    try {
      const records = store.bind(idempotencyBinding);
      await store.unitOfWork.commit((changes) => {
        for (let index = 0; index < 40; index += 1) {
          records.insert(changes, recordOf({ key: `key-${index}`, expiresAt: fromExpiry(index) }));
        }
      });
      expect(await records.removeExpired(fromExpiry(100), 15)).toBe(15);
      expect(await records.removeExpired(fromExpiry(100), 500)).toBe(25);
    } finally {
      await store.close();
    }
  });
});
