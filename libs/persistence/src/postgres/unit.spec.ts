import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Entity, PrimaryColumn } from 'typeorm';
import { Schema } from '../schema.js';
import { collect, stageInsert, stageRequire, stageUpdate } from '../staged-changes.js';
import { aBox, aSlipIn, BoxEntity, SlipEntity, TEST_ENTITIES } from '../test-tables.js';
import { takeBatch, Unit } from './unit.js';

const schema = new Schema(TEST_ENTITIES);

interface Steps {
  readonly updates?: readonly string[];
  readonly requires?: readonly string[];
}

/** A unit that changes some boxes, depends on others, and inserts a row of its own. */
function unitOf({ updates = [], requires = [] }: Steps): Unit {
  return new Unit(
    collect((changes) => {
      for (const id of updates) stageUpdate(changes, BoxEntity, aBox({ id, version: 2 }));
      for (const id of requires) stageRequire(changes, BoxEntity, { id, institutionId: 'inst_a' }, 1);
      stageInsert(changes, SlipEntity, aSlipIn(aBox()));
    }),
    schema,
  );
}

/** All batches that a queue is cut into. */
function batchesOf(units: readonly Unit[], limit: number): Unit[][] {
  const queue = [...units];
  const batches: Unit[][] = [];
  while (queue.length > 0) {
    const batch = takeBatch(queue, limit);
    if (batch.length === 0) throw new Error('A batch is empty.');
    batches.push(batch);
  }
  return batches;
}

/** The same batches by the numbers of their units. */
const numbered = (units: readonly Unit[], limit = 128): number[][] =>
  batchesOf(units, limit).map((batch) => batch.map((unit) => units.indexOf(unit)));

describe('a batch', () => {
  test('takes all units that touch different rows, in their order', () => {
    const units = [unitOf({ updates: ['a'] }), unitOf({}), unitOf({ updates: ['b', 'c'] }), unitOf({})];
    expect(numbered(units)).toEqual([[0, 1, 2, 3]]);
  });

  test('takes no more than its limit and leaves the rest in its order', () => {
    const units = Array.from({ length: 7 }, () => unitOf({}));
    expect(numbered(units, 3)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(numbered(units, 7)).toHaveLength(1);
    expect(numbered(units, 1)).toHaveLength(7);
  });

  test('lets a unit wait that changes a row which an earlier one changes', () => {
    const units = [unitOf({ updates: ['a'] }), unitOf({ updates: ['a'] }), unitOf({ updates: ['a'] })];
    expect(numbered(units)).toEqual([[0], [1], [2]]);
  });

  test('lets a unit wait that depends on a row which an earlier one changes', () => {
    expect(numbered([unitOf({ updates: ['a'] }), unitOf({ requires: ['a'] })])).toEqual([[0], [1]]);
  });

  test('takes units together that depend on a row which none changes, or only a later one', () => {
    const readers = [unitOf({ requires: ['a'] }), unitOf({ requires: ['a'] })];
    expect(numbered([...readers, unitOf({ updates: ['a'] })])).toEqual([[0, 1, 2]]);
  });

  test('takes rows of one id in different institutions for different rows', () => {
    const elsewhere = new Unit(
      collect((changes) =>
        stageUpdate(changes, BoxEntity, aBox({ id: 'a', institutionId: 'inst_b', version: 2 })),
      ),
      schema,
    );
    expect(numbered([unitOf({ updates: ['a'] }), elsewhere])).toEqual([[0, 1]]);
  });

  test('takes what comes behind a unit that waits, if it has nothing to do with it', () => {
    const units = [unitOf({ updates: ['a'] }), unitOf({ updates: ['a'] }), unitOf({ updates: ['b'] })];
    expect(numbered(units)).toEqual([[0, 2], [1]]);
  });

  test('lets no unit overtake one that waits and changes the same row', () => {
    const units = [
      unitOf({ updates: ['a'] }),
      unitOf({ updates: ['a', 'b'] }),
      unitOf({ updates: ['b'] }),
      unitOf({ requires: ['b'] }),
    ];
    expect(numbered(units)).toEqual([[0], [1], [2], [3]]);
  });

  test('lets no unit overtake one that waits and depends on the row it changes', () => {
    const units = [
      unitOf({ updates: ['a'] }),
      unitOf({ updates: ['a'], requires: ['b'] }),
      unitOf({ updates: ['b'] }),
    ];
    expect(numbered(units)).toEqual([[0], [1, 2]]);
  });

  test('fills up with units behind those that wait, up to its limit', () => {
    const units = [
      unitOf({ updates: ['a'] }),
      unitOf({ updates: ['a'] }),
      unitOf({ updates: ['b'] }),
      unitOf({ updates: ['c'] }),
    ];
    expect(numbered(units, 2)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  const steps = fc.record({
    updates: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
    requires: fc.uniqueArray(fc.constantFrom('e', 'f', 'a'), { maxLength: 1 }),
  });

  test('loses no unit, repeats none, and never holds two that change one row, whatever the queue', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (queue, limit) => {
        const units = queue.map(unitOf);
        const batches = batchesOf(units, limit);
        expect(batches.flat()).toHaveLength(units.length);
        expect(new Set(batches.flat())).toEqual(new Set(units));
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(limit);
          const updated = batch.flatMap((unit) => [...unit.updated]);
          expect(new Set(updated).size).toBe(updated.length);
        }
      }),
    );
  });

  test('keeps the order of the units that change one row, whatever the queue', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (queue, limit) => {
        const units = queue.map(unitOf);
        const sent = batchesOf(units, limit).flat();
        for (const row of new Set(units.flatMap((unit) => [...unit.updated]))) {
          const changing = (list: readonly Unit[]): Unit[] => list.filter((unit) => unit.updated.has(row));
          expect(changing(sent)).toEqual(changing(units));
        }
      }),
    );
  });
});

describe('a unit', () => {
  test('is recognised by a row that it alone inserts', () => {
    const [box, slip] = [aBox(), aSlipIn(aBox())];
    const unit = new Unit(
      collect((changes) => {
        stageInsert(changes, SlipEntity, slip);
        stageUpdate(changes, BoxEntity, { ...box, version: 2 });
      }),
      schema,
    );
    expect(unit.marker).toMatchObject({ table: schema.tableOf(SlipEntity), operation: { row: slip } });
    const without = new Unit(
      collect((changes) => stageUpdate(changes, BoxEntity, { ...box, version: 2 })),
      schema,
    );
    expect(without.marker).toBeUndefined();
  });

  test('is not recognised by a row whose key somebody else may choose too', () => {
    @Entity('tickets')
    class TicketEntity {
      @PrimaryColumn('text', { name: 'key' })
      key: string;
    }
    const slip = aSlipIn(aBox());
    const unit = new Unit(
      collect((changes) => {
        stageInsert(changes, SlipEntity, slip);
        stageInsert(changes, TicketEntity, { key: 'ours-or-theirs' });
      }),
      new Schema([...TEST_ENTITIES, TicketEntity]),
    );
    expect(unit.marker?.operation.row).toEqual(slip);
  });
});
