import { setImmediate as turn } from 'node:timers/promises';
import { BACKENDS } from '#testing';
import { institutionScope, PLATFORM_SCOPE, type Page, type PageRequest, type Scope } from '#kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hasEqual, isInScope, whereEqual, type EqualFilter } from './conditions.js';
import type { MemoryStore } from './memory/memory-store.js';
import type { PostgresStore } from './postgres/postgres-store.js';
import type { SortOrder } from './sort-order.js';
import { stageInsert, stageUpdate } from './staged-changes.js';
import type { Family } from './table.js';
import {
  aBox,
  aSlipIn,
  BoxEntity,
  ROWS_BINDING,
  SlipEntity,
  TEST_ENTITIES,
  TEST_TABLES,
  type Rows,
} from './test-tables.js';
import { openStore, type TestStore } from './testing.js';

/** Pages of boxes, by all that a store offers to narrow and order a list. */
abstract class BoxPages {
  abstract page(
    scope: Scope,
    filter: EqualFilter,
    request: PageRequest,
    sort?: SortOrder<BoxEntity>,
  ): Promise<Page<BoxEntity>>;
}

const BY_CREATION: SortOrder<BoxEntity> = ['createdAt', 'id'];

class PostgresBoxPages extends BoxPages {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  async page(scope: Scope, filter: EqualFilter, request: PageRequest, sort = BY_CREATION) {
    return this.store.page(BoxEntity, scope, (query) => whereEqual(query, filter), sort, request);
  }
}

class MemoryBoxPages extends BoxPages {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async page(scope: Scope, filter: EqualFilter, request: PageRequest, sort = BY_CREATION) {
    const matches = (row: BoxEntity): boolean => isInScope(row, scope) && hasEqual(row, filter);
    return Promise.resolve(this.store.page(BoxEntity, matches, sort, request));
  }
}

/** Boxes with the slips in them. */
abstract class BoxFamilies {
  abstract find(id: string): Promise<Family<BoxEntity, SlipEntity> | undefined>;
}

class PostgresBoxFamilies extends BoxFamilies {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  async find(id: string) {
    return this.store.findFamily(BoxEntity, { id }, SlipEntity, 'place');
  }
}

class MemoryBoxFamilies extends BoxFamilies {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async find(id: string) {
    return Promise.resolve(this.store.findFamily(BoxEntity, id, SlipEntity, 'place'));
  }
}

const BOX_FAMILIES_BINDING = {
  port: BoxFamilies,
  postgres: PostgresBoxFamilies,
  memory: MemoryBoxFamilies,
};
const BOX_PAGES_BINDING = { port: BoxPages, postgres: PostgresBoxPages, memory: MemoryBoxPages };
const ALL = { limit: 200, order: 'asc' } as const;
let institutions = 0;

describe.each(BACKENDS)('reading rows on %s', (backend) => {
  let store: TestStore;
  let rows: Rows;
  let pages: BoxPages;
  let families: BoxFamilies;
  let institutionId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, TEST_ENTITIES, TEST_TABLES);
    rows = store.bind(ROWS_BINDING);
    pages = store.bind(BOX_PAGES_BINDING);
    families = store.bind(BOX_FAMILIES_BINDING);
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    institutionId = `inst_${(institutions += 1)}`;
    scope = institutionScope(institutionId);
  });

  async function insert(...boxes: readonly BoxEntity[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const box of boxes) stageInsert(changes, BoxEntity, box);
    });
  }
  const myBox = (overrides: Partial<BoxEntity> = {}): BoxEntity => aBox({ institutionId, ...overrides });
  const labelsOf = async (filter: EqualFilter, within = scope): Promise<string[]> =>
    (await pages.page(within, filter, ALL)).items.map(({ label }) => label);

  test('narrows by every value that is asked for, and by none that is not', async () => {
    const labels = ['a', 'b', 'c'];
    await insert(...labels.map((label) => myBox({ label })));
    expect(await labelsOf({})).toEqual(labels);
    expect(await labelsOf({ label: undefined, id: undefined })).toEqual(labels);
    expect(await labelsOf({ label: 'b' })).toEqual(['b']);
    expect(await labelsOf({ label: 'b', id: 'box_0' })).toEqual([]);
    expect(await labelsOf({ label: '' })).toEqual([]);
  });

  test('takes text literally', async () => {
    const labels = ['%', '_', "it's", 'a\\b', ':label', '$1', 'Ä🏗'];
    await insert(...labels.map((label) => myBox({ label })));
    for (const label of labels) expect(await labelsOf({ label })).toEqual([label]);
    for (const label of ['B', "'", '\\', 'ä🏗']) expect(await labelsOf({ label })).toEqual([]);
  });

  test('narrows by any of several values', async () => {
    await insert(...['a', 'b', 'c'].map((label) => myBox({ label })));
    expect(await labelsOf({ label: ['c', 'a', 'x'] })).toEqual(['a', 'c']);
    expect(await labelsOf({ label: ['b'] })).toEqual(['b']);
    expect(await labelsOf({ label: ['x', 'y'] })).toEqual([]);
  });

  test('finds nothing for any of no values', async () => {
    await insert(myBox());
    expect(await labelsOf({ label: [] })).toEqual([]);
  });

  test('finds nothing for text that cannot be stored, and what fits beside it', async () => {
    await insert(myBox({ label: 'a' }));
    for (const label of ['a\0', '\0', '\ud800', 'a\udc00']) {
      expect(await labelsOf({ label })).toEqual([]);
      expect(await labelsOf({ label: [label] })).toEqual([]);
      expect(await labelsOf({ label: [label, 'a'] })).toEqual(['a']);
      expect(await labelsOf({}, institutionScope(label))).toEqual([]);
    }
  });

  test('keeps to the scope, whatever institution a filter names', async () => {
    const foreign = aBox({ institutionId: `${institutionId}_foreign`, label: 'foreign' });
    await insert(myBox({ label: 'mine' }), foreign);
    expect(await labelsOf({ institutionId: foreign.institutionId })).toEqual([]);
    expect(await labelsOf({ institutionId })).toEqual(['mine']);
    expect(await labelsOf({ institutionId: [institutionId, foreign.institutionId] })).toEqual(['mine']);
    expect(await labelsOf({ institutionId: foreign.institutionId }, PLATFORM_SCOPE)).toEqual(['foreign']);
  });

  test('orders and pages by numbers as numbers', async () => {
    const versions = [10, 9, 100, 1, 2];
    await insert(...versions.map((version) => myBox({ version })));
    const walked: number[] = [];
    let after: PageRequest['after'];
    do {
      const page = await pages.page(scope, {}, { limit: 2, order: 'desc', after }, ['version', 'id']);
      walked.push(...page.items.map(({ version }) => version));
      after = page.next;
    } while (after !== undefined);
    expect(walked).toEqual([100, 10, 9, 2, 1]);
  });

  test('orders ids by their code units', async () => {
    const ids = ['b_A', 'b_Z', 'b__', 'b_a', 'b_a1', 'b_z'].map((id) => `${id}_${institutionId}`);
    await insert(...ids.toReversed().map((id) => myBox({ id, label: id })));
    const page = await pages.page(scope, {}, ALL);
    expect(page.items.map(({ id }) => id)).toEqual(ids.toSorted());
  });

  test('starts behind places before the first row, between rows, and behind the last', async () => {
    const boxes = [1, 3, 5].map((second) =>
      myBox({ createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)) }),
    );
    await insert(...boxes);
    const idsBehind = async (moment: string, order: 'asc' | 'desc'): Promise<(string | undefined)[]> =>
      (await pages.page(scope, {}, { limit: 50, order, after: [moment, 'zzz'] })).items.map(({ id }) => id);
    const [first, second, third] = boxes.map(({ id }) => id);
    expect(await idsBehind('0001-01-01T00:00:00.000Z', 'asc')).toEqual([first, second, third]);
    expect(await idsBehind('2026-01-01T00:00:02.000Z', 'asc')).toEqual([second, third]);
    expect(await idsBehind('2026-01-01T00:00:02.000Z', 'desc')).toEqual([first]);
    expect(await idsBehind('2026-01-01T00:00:05.000Z', 'asc')).toEqual([]);
    expect(await idsBehind('2026-01-01T00:00:05.000Z', 'desc')).toEqual([third, second, first]);
    expect(await idsBehind('9999-12-31T23:59:59.999Z', 'asc')).toEqual([]);
  });

  test('pages the longest page there is, and one row more', async () => {
    await insert(...Array.from({ length: 201 }, () => myBox()));
    const first = await pages.page(scope, {}, ALL);
    expect(first.items).toHaveLength(200);
    const rest = await pages.page(scope, {}, { ...ALL, after: first.next });
    expect(rest.items).toHaveLength(1);
    expect(rest.next).toBeUndefined();
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(201);
  });

  test('counts all rows of a list, on whatever page, where it is asked to', async () => {
    await insert(...Array.from({ length: 7 }, (_, index) => myBox({ label: `label ${index}` })));
    for (const order of ['asc', 'desc'] as const) {
      const totals: (number | undefined)[] = [];
      let after: PageRequest['after'];
      do {
        const page = await pages.page(scope, {}, { limit: 3, order, after, withTotal: true });
        totals.push(page.total);
        after = page.next;
      } while (after !== undefined);
      expect(totals).toEqual([7, 7, 7]);
    }
    for (const withTotal of [undefined, false]) {
      expect(await pages.page(scope, {}, { ...ALL, withTotal })).not.toHaveProperty('total');
    }
  });

  test('counts what the filter leaves, of one institution or of all', async () => {
    const foreign = `${institutionId}_foreign`;
    const label = `counted by ${institutionId}`;
    await insert(myBox({ label }), myBox(), aBox({ institutionId: foreign, label }));
    const totalOf = async (within: Scope, filter: EqualFilter): Promise<number | undefined> =>
      (await pages.page(within, filter, { limit: 1, order: 'asc', withTotal: true })).total;
    expect(await totalOf(scope, {})).toBe(2);
    expect(await totalOf(scope, { label })).toBe(1);
    expect(await totalOf(PLATFORM_SCOPE, { label })).toBe(2);
    expect(await totalOf(PLATFORM_SCOPE, { institutionId: foreign })).toBe(1);
    expect(await totalOf(scope, { institutionId: foreign })).toBe(0);
    expect(await totalOf(institutionScope('inst_nowhere'), {})).toBe(0);
    expect(await totalOf(PLATFORM_SCOPE, { label: '\0' })).toBe(0);
  });

  test('hands out rows of their columns alone', async () => {
    const box = { ...myBox(), smuggled: 'in' };
    await insert(box);
    const { smuggled: _, ...columns } = box;
    expect(await rows.find(BoxEntity, box.id)).toEqual(columns);
    expect((await pages.page(scope, {}, ALL)).items).toEqual([columns]);
  });

  test('stores what was staged, though its maker changes it before the commit is done', async () => {
    const box = myBox({ content: { note: 'as staged' } });
    const done = insert(box);
    if (box.content) box.content.note = 'changed meanwhile';
    box.createdAt.setTime(0);
    await done;
    expect(await rows.find(BoxEntity, box.id)).toMatchObject({
      content: { note: 'as staged' },
      createdAt: new Date('2026-01-01T00:00:00.000Z'),
    });
  });

  test('gives each of several readers that come together a row of its own', async () => {
    const box = myBox({ content: { note: 'as stored' } });
    await insert(box);
    const found = await Promise.all([1, 2, 3].map(async () => rows.find(BoxEntity, box.id)));
    for (const [index, row] of found.entries()) {
      expect(row).toEqual(box);
      if (row?.content) row.content.note = `changed by reader ${index}`;
      row?.createdAt.setTime(index);
    }
  });

  test('lists each institution its own row though two share an id', async () => {
    const mine = myBox();
    const twin = { ...aBox({ institutionId: `${institutionId}_foreign` }), id: mine.id };
    await insert(mine, twin);
    expect((await pages.page(scope, { id: mine.id }, ALL)).items).toEqual([mine]);
    const foreign = institutionScope(twin.institutionId);
    expect((await pages.page(foreign, { id: mine.id }, ALL)).items).toEqual([twin]);
  });

  describe('finds a row with the rows that refer to it', () => {
    const insertSlips = async (...slips: readonly SlipEntity[]): Promise<void> =>
      store.unitOfWork.commit((changes) => {
        for (const slip of slips) stageInsert(changes, SlipEntity, slip);
      });

    test('whole and sorted by a number, however they were written', async () => {
      const [box, other] = [myBox({ content: { note: 'x' } }), myBox()];
      await insert(box, other);
      const slips = [10, 9, 100, 1, 2].map((place) => aSlipIn(box, place));
      await insertSlips(...slips, aSlipIn(other, 3));
      const sorted = slips.toSorted((left, right) => left.place - right.place);
      expect(await families.find(box.id)).toEqual({ row: box, children: sorted });
      const late = aSlipIn(box, 0);
      await insertSlips(late);
      expect(await families.find(box.id)).toEqual({ row: box, children: [late, ...sorted] });
    });

    test('or by itself, when none does, or not at all, when there is no such row', async () => {
      const box = myBox();
      await insert(box);
      expect(await families.find(box.id)).toEqual({ row: box, children: [] });
      for (const id of ['box_nowhere', '', `${box.id} `, 'a\0', '\ud800']) {
        expect(await families.find(id)).toBeUndefined();
      }
    });

    test('to each of many readers that come together what it asked for, though some ask for no id', async () => {
      const boxes = Array.from({ length: 20 }, () => myBox());
      const slips = boxes.map((box, index) =>
        Array.from({ length: index % 4 }, (_none, place) => aSlipIn(box, place)),
      );
      await insert(...boxes);
      await insertSlips(...slips.flat());
      const asked = [...boxes.flatMap(({ id }) => [id, id]), 'a\0', 'box_nowhere'];
      const found = await Promise.all(asked.map(async (id) => families.find(id)));
      const expected = boxes.map((row, index) => ({ row, children: slips[index] }));
      expect(found).toEqual([...expected.flatMap((family) => [family, family]), undefined, undefined]);
    });

    test('as copies, one for each reader', async () => {
      const box = myBox({ content: { note: 'as stored' } });
      const slip = aSlipIn(box);
      await insert(box);
      await insertSlips(slip);
      for (const family of await Promise.all([1, 2, 3].map(async () => families.find(box.id)))) {
        expect(family).toEqual({ row: box, children: [slip] });
        if (family?.row.content) family.row.content.note = 'changed';
        for (const child of family?.children ?? []) child.place = 99;
        family?.children.pop();
      }
      expect(await families.find(box.id)).toEqual({ row: box, children: [slip] });
    });

    test('as of one moment, while a writer changes both in each commit', async () => {
      const box = myBox();
      await insert(box);
      let isWriting = true;
      const write = async (): Promise<void> => {
        for (let version = 2; version <= 60; version += 1) {
          await store.unitOfWork.commit((changes) => {
            stageUpdate(changes, BoxEntity, { ...box, version });
            stageInsert(changes, SlipEntity, aSlipIn(box, version));
          });
          await turn();
        }
        isWriting = false;
      };
      const seen = new Set<number>();
      const watch = async (): Promise<void> => {
        while (isWriting) {
          const { row, children = [] } = (await families.find(box.id)) ?? {};
          expect(children.map(({ place }) => place)).toEqual(
            Array.from({ length: Number(row?.version) - 1 }, (_none, index) => index + 2),
          );
          seen.add(Number(row?.version));
          await turn();
        }
      };
      await Promise.all([write(), watch(), watch()]);
      expect(seen.size).toBeGreaterThan(1);
    });
  });
});
