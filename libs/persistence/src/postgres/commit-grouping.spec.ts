import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Entity, PrimaryColumn } from 'typeorm';
import { openTestDatabase, withClient, type TestDatabase } from '#testing';
import pg from 'pg';
import { Schema } from '../schema.js';
import { collect, stageInsert, stageRequire, stageUpdate } from '../staged-changes.js';
import { aBox, aSlipIn, BoxEntity, SlipEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { Statements } from './statements.js';
import { takeBatch, Unit } from './unit.js';

/** A table that is of no institution, as institutions themselves are. */
@Entity('stamps')
class StampEntity {
  @PrimaryColumn('text', { name: 'id' })
  id: string;
}

const schema = new Schema([...TEST_ENTITIES, StampEntity]);

/** A unit that puts a slip into a box of each of some institutions. */
function unitOf(...institutions: string[]): Unit {
  return new Unit(
    collect((changes) => {
      for (const institutionId of institutions) {
        stageInsert(changes, SlipEntity, aSlipIn(aBox({ institutionId })));
      }
    }),
    schema,
  );
}

/** The batches that a queue is cut into, by the numbers of their units. */
function numbered(units: readonly Unit[], limit = 64): number[][] {
  const queue = [...units];
  const batches: number[][] = [];
  while (queue.length > 0) {
    batches.push(takeBatch(queue, limit, 'institution').map((unit) => units.indexOf(unit)));
  }
  return batches;
}

describe('a batch that is grouped by institution', () => {
  test('takes the units of the institution whose unit has waited longest, in their order', () => {
    const units = ['a', 'b', 'a', 'c', 'b', 'a'].map((institution) => unitOf(institution));
    expect(numbered(units)).toEqual([[0, 2, 5], [1, 4], [3]]);
  });

  test('lets no institution wait for ever behind one that is never done', () => {
    const busy = Array.from({ length: 10 }, () => unitOf('busy'));
    const quiet = unitOf('quiet');
    const queue = [...busy, quiet, ...busy.map(() => unitOf('busy'))];
    const sent: Unit[][] = [];
    while (!sent.flat().includes(quiet)) {
      sent.push(takeBatch(queue, 4, 'institution'));
      // As fast as its units are sent, new ones come.
      queue.push(...Array.from({ length: 8 }, () => unitOf('busy')));
    }
    // After those that came before it, and with none of another institution.
    expect(sent.map(({ length }) => length)).toEqual([4, 4, 4, 1]);
  });

  test('holds a unit that writes for several institutions, or rows that are of none, alone', () => {
    const stamping = new Unit(
      collect((changes) => {
        stageInsert(changes, SlipEntity, aSlipIn(aBox({ institutionId: 'a' })));
        stageInsert(changes, StampEntity, { id: 'of nobody' });
      }),
      schema,
    );
    const units = [unitOf('a', 'b'), unitOf('a'), stamping, unitOf('a'), unitOf('b', 'a')];
    expect(numbered(units)).toEqual([[0], [1, 3], [2], [4]]);
  });

  test('is the same as ever for a unit that only depends on what is of nobody', () => {
    const depending = new Unit(
      collect((changes) => {
        stageInsert(changes, SlipEntity, aSlipIn(aBox({ institutionId: 'a' })));
        stageRequire(changes, StampEntity as never, { id: 'of nobody' } as never, 1);
      }),
      schema,
    );
    expect(numbered([depending, unitOf('a')])).toEqual([[0, 1]]);
  });

  test('loses no unit, and is of one institution whatever the queue', () => {
    const institution = fc.constantFrom('a', 'b', 'c');
    const queues = fc.array(fc.uniqueArray(institution, { minLength: 1, maxLength: 2 }), { maxLength: 20 });
    fc.assert(
      fc.property(queues, fc.integer({ min: 1, max: 6 }), (queue, limit) => {
        const units = queue.map((institutions) => unitOf(...institutions));
        const batches = numbered(units, limit);
        expect(batches.flat().sort((left, right) => left - right)).toEqual(units.map((_, index) => index));
        for (const batch of batches) {
          const owners = new Set(batch.map((index) => queue[index]?.join()));
          expect(owners.size).toBe(1);
          if (batch.some((index) => (queue[index]?.length ?? 0) > 1)) expect(batch).toHaveLength(1);
        }
      }),
    );
  });
});

describe('what a commit that is grouped by institution sends', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    pool = new pg.Pool({
      connectionString: database.url,
      max: 2,
      pipeline: true,
      Client: LossTolerantClient,
    });
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  test('names in each statement that locks or changes rows the one institution whose they are', async () => {
    const unitOfWork = new PostgresUnitOfWork(pool, new Statements(new Schema(TEST_ENTITIES), 'institution'));
    const boxes = ['inst_z', 'inst_a'].map((institutionId) => aBox({ institutionId }));
    await unitOfWork.commit((changes) => boxes.forEach((box) => stageInsert(changes, BoxEntity, box)));
    const sent: { text: string; values?: unknown[] }[] = [];
    const client = await pool.connect();
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((given: string | { text: string; values: unknown[] }, ...others: unknown[]) => {
      sent.push(typeof given === 'string' ? { text: given } : given);
      return query(given, ...others);
    }) as never;
    client.release();

    await unitOfWork.commit((changes) => {
      for (const box of boxes)
        stageUpdate(changes, BoxEntity, { ...box, label: `${box.label}'`, version: 2 });
    });
    const onBoxes = sent.filter(({ text }) => text.includes('"boxes"'));
    expect(onBoxes.map(({ text, values }) => [text.split(' ')[0], values?.at(-1)])).toEqual([
      ['SELECT', 'inst_a'],
      ['SELECT', 'inst_z'],
      ['UPDATE', 'inst_a'],
      ['UPDATE', 'inst_z'],
    ]);
    for (const { text } of onBoxes) expect(text).toContain(' AND t."institution_id" = $3');
    const { rows } = await pool.query<{ version: number }>('SELECT version FROM boxes');
    expect(rows.map(({ version }) => version)).toEqual([2, 2]);
  });
});
