import { RowRefused, StoreNotEmpty, StoreUnavailable, type StoredRow, type StoredTable } from '#kernel';
import { BACKENDS } from '#testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stageInsert, stageUpdate } from './staged-changes.js';
import {
  aBox,
  BoxEntity,
  openStore,
  ROWS_BINDING,
  SlipEntity,
  TEST_ENTITIES,
  TEST_TABLES,
  type TestStore,
} from './testing.js';
import { aSlipIn } from './test-tables.js';

let store: TestStore;
let boxes: StoredTable;
let slips: StoredTable;

const asRows = (...rows: object[]): StoredRow[] => rows as StoredRow[];

async function flat(batches: AsyncIterable<readonly StoredRow[]>): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

async function allRows(table: StoredTable): Promise<StoredRow[]> {
  const reading = await store.whole.open();
  try {
    return await flat(reading.rows(table));
  } finally {
    await reading.close();
  }
}

describe.each(BACKENDS)('a whole store on %s', (backend) => {
  beforeEach(async () => {
    store = await openStore(backend, TEST_ENTITIES, TEST_TABLES);
    [boxes, slips] = store.whole.tables as [StoredTable, StoredTable];
  });
  afterEach(async () => store.close());

  test('lists its tables, each after those that it refers to, with what their values may be', () => {
    expect([boxes, slips].map(({ name }) => name)).toEqual(['boxes', 'slips']);
    expect(boxes.columns.map(({ property, type, isNullable }) => [property, type, isNullable])).toEqual([
      ['id', 'text', false],
      ['institutionId', 'text', false],
      ['label', 'text', false],
      ['content', 'jsonb', true],
      ['version', 'integer', false],
      ['createdAt', 'timestamptz', false],
    ]);
    expect(slips.primaryKey.properties).toEqual(['id', 'institutionId']);
  });

  test('gives out what was added, by primary key, whatever the order in which it came', async () => {
    const made = Array.from({ length: 1_200 }, (_none, index) =>
      aBox({ id: `box_${String(index).padStart(5, '0')}`, content: { note: `é ${index}` } }),
    );
    const shuffled = made.toSorted((left, right) =>
      (left.id.at(-1) ?? '').localeCompare(right.id.at(-1) ?? ''),
    );
    await store.whole.fill(async (filling) => {
      await filling.add(boxes, asRows(...shuffled.slice(0, 700)));
      await filling.add(boxes, asRows(...shuffled.slice(700)));
    });
    expect(await allRows(boxes)).toEqual(made);
  });

  test('gives out rows with one first key by the second', async () => {
    const made = ['inst_a', 'inst_b', 'inst_c'].map((institutionId) =>
      aBox({ id: 'box_same', institutionId }),
    );
    await store.whole.fill(async (filling) => filling.add(boxes, asRows(...made.toReversed())));
    expect(await allRows(boxes)).toEqual(made);
  });

  test('is read as of the moment at which reading began', async () => {
    const [first, second] = [aBox(), aBox()];
    await store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, first));
    const reading = await store.whole.open();
    await store.unitOfWork.commit((changes) => {
      stageInsert(changes, BoxEntity, second);
      stageUpdate(changes, BoxEntity, { ...first, label: 'changed', version: 2 });
    });
    expect(await reading.count(boxes)).toBe(1);
    expect(await flat(reading.rows(boxes))).toEqual([first]);
    await reading.close();
    expect(await allRows(boxes)).toHaveLength(2);
  });

  test('is read without taking a connection from those who serve', async () => {
    const readings = await Promise.all(Array.from({ length: 11 }, async () => store.whole.open()));
    await store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, aBox()));
    for (const reading of readings) await reading.close();
    expect(await allRows(boxes)).toHaveLength(1);
  });

  test('fails whoever reads on after closing', async () => {
    const reading = await store.whole.open();
    await reading.close();
    await expect(reading.count(boxes)).rejects.toThrow();
  });

  test('is empty until something is stored', async () => {
    expect(await store.whole.isEmpty()).toBe(true);
    await store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, aBox()));
    expect(await store.whole.isEmpty()).toBe(false);
  });

  test('is filled with all or nothing', async () => {
    const failing = store.whole.fill(async (filling) => {
      await filling.add(boxes, asRows(aBox(), aBox()));
      throw new Error('Enough.');
    });
    await expect(failing).rejects.toThrow('Enough.');
    expect(await store.whole.isEmpty()).toBe(true);
  });

  test('shows what is being filled to nobody but whoever fills it', async () => {
    const box = aBox();
    await store.whole.fill(async (filling) => {
      await filling.add(boxes, asRows(box));
      expect(await filling.bind(ROWS_BINDING).find(BoxEntity, box.id)).toEqual(box);
      expect(await store.bind(ROWS_BINDING).find(BoxEntity, box.id)).toBeUndefined();
    });
    expect(await store.bind(ROWS_BINDING).find(BoxEntity, box.id)).toEqual(box);
  });

  test('takes commits after it was filled', async () => {
    const box = aBox();
    await store.whole.fill(async (filling) => filling.add(boxes, asRows(box)));
    await store.unitOfWork.commit((changes) => stageInsert(changes, SlipEntity, aSlipIn(box)));
    expect(await allRows(slips)).toHaveLength(1);
  });

  test('is not filled where something is, and says what', async () => {
    await store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, aBox()));
    const filling = store.whole.fill(async () => Promise.resolve('filled'));
    await expect(filling).rejects.toThrow(new StoreNotEmpty('It is not empty: there are rows in boxes.'));
  });

  test('is not filled twice at once', async () => {
    const box = aBox();
    const fill = async (): Promise<void> =>
      store.whole.fill(async (filling) => filling.add(boxes, asRows(box)));
    const results = await Promise.allSettled([fill(), fill()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(StoreNotEmpty),
    });
  });

  test.each<[string, () => [StoredTable, StoredRow[]], string]>([
    ['with a primary key that is taken', () => same(), 'has a key (boxes_pk) that a row before it has'],
    [
      'with a unique key that is taken',
      () => [boxes, asRows(aBox({ label: 'one' }), aBox(), aBox({ label: 'one' }))],
      'has a key (boxes_label_key) that a row before it has',
    ],
    [
      'that refers to nothing',
      () => [slips, asRows(aSlipIn({ id: 'box_none', institutionId: 'inst_a' }))],
      'refers (slips_box_fk) to a row that is not there',
    ],
    [
      'that refers to what is another institution’s',
      () => [slips, asRows({ ...aSlipIn({ id: 'box_first', institutionId: 'inst_b' }) })],
      'refers (slips_box_fk) to a row that is not there',
    ],
  ])('names the row %s, and keeps none', async (_, given, why) => {
    const [table, rows] = given();
    const filling = store.whole.fill(async (filled) => {
      await filled.add(boxes, asRows(aBox({ id: 'box_first' })));
      await filled.add(table, rows);
    });
    const refusal: unknown = await filling.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RowRefused);
    expect(refusal).toMatchObject({ place: rows.length - 1, why });
    expect(await store.whole.isEmpty()).toBe(true);
  });

  function same(): [StoredTable, StoredRow[]] {
    const box = aBox();
    return [boxes, asRows(box, aBox(), { ...box, label: 'another label' })];
  }
});

describe('a whole store in memory', () => {
  beforeEach(async () => {
    store = await openStore('memory', TEST_ENTITIES);
    [boxes, slips] = store.whole.tables as [StoredTable, StoredTable];
  });

  test('refuses commits as one that cannot be reached while it is held, and is read as ever', async () => {
    const commit = async (): Promise<void> =>
      store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, aBox()));
    await commit();
    store.whole.hold();
    await expect(commit()).rejects.toThrow(StoreUnavailable);
    expect(await allRows(boxes)).toHaveLength(1);
    store.whole.resume();
    await commit();
    expect(await allRows(boxes)).toHaveLength(2);
  });
});
