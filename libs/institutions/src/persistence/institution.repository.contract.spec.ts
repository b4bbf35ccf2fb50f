import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Duplicate,
  institutionScope,
  newId,
  PLATFORM_SCOPE,
  StaleVersion,
  type Page,
  type PageRequest,
} from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { Institution } from '../domain/institution.js';
import type { InstitutionRepository } from '../domain/institution-repository.js';
import { anInstitution, institutionBinding, InstitutionEntity } from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the institution repository on %s', (backend) => {
  let store: TestStore;
  let institutions: InstitutionRepository;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity]);
    institutions = store.bind(institutionBinding);
  });

  afterAll(async () => store.close());

  async function insert(...rows: readonly Institution[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const institution of rows) institutions.insert(changes, institution);
    });
  }

  async function update(...rows: readonly Institution[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const institution of rows) institutions.update(changes, institution);
    });
  }

  const find = async (id: string): Promise<Institution | undefined> => institutions.find(PLATFORM_SCOPE, id);
  const renamed = (institution: Institution, name: string): Institution => ({
    ...institution,
    name,
    version: institution.version + 1,
    updatedAt: new Date('2026-02-03T04:05:06.789Z'),
  });

  test('gives back what was stored, whole', async () => {
    const one = anInstitution({ name: 'Größte Bank №1 🏦, "quoted" {and} \\braced\\' });
    const other = anInstitution({ regions: ['UAE'], verticals: [], version: 7 });
    await insert(one, other);
    expect(await find(one.id)).toEqual(one);
    expect(await find(other.id)).toEqual(other);
    expect((await institutions.list(institutionScope(other.id), PAGE)).items).toEqual([other]);
  });

  test('keeps the order of regions and verticals', async () => {
    const institution = anInstitution({
      regions: ['UAE', 'SG', 'US', 'EU_UK'],
      verticals: ['TRADE_FINANCE', 'CONSTRUCTION'],
    });
    await insert(institution);
    expect(await find(institution.id)).toEqual(institution);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const institution = anInstitution();
    const regions = [...institution.regions];
    await insert({ ...institution, regions });
    regions.push('SG');
    const found = await find(institution.id);
    (found?.regions as string[]).push('SG');
    found?.createdAt.setTime(0);
    const [listed] = (await institutions.list(institutionScope(institution.id), PAGE)).items;
    expect(listed).toEqual(institution);
    Object.assign(listed ?? {}, { name: 'Changed' });
    expect(await find(institution.id)).toEqual(institution);
  });

  test.each([
    'inst_01jd8x3fqje3wve2q1q9n8h2kz',
    '',
    'INST_1',
    "inst_' OR true --",
    'inst_\0',
    '__proto__',
    '\ud800',
  ])('finds nothing under the unknown id %j', async (id) => {
    await insert(anInstitution());
    expect(await find(id)).toBeUndefined();
    expect(await institutions.find(institutionScope(id), id)).toBeUndefined();
    expect(await institutions.list(institutionScope(id), PAGE)).toEqual({ items: [] });
  });

  test('shows a tenant itself alone, the platform all', async () => {
    const [mine, foreign] = [anInstitution(), anInstitution()];
    await insert(mine, foreign);
    const scope = institutionScope(mine.id);
    expect(await institutions.find(scope, mine.id)).toEqual(mine);
    expect(await institutions.find(scope, foreign.id)).toBeUndefined();
    expect((await institutions.list(scope, PAGE)).items).toEqual([mine]);
    expect(await institutions.list(institutionScope(newId('inst')), PAGE)).toEqual({ items: [] });
  });

  test('takes an id once', async () => {
    const institution = anInstitution();
    await insert(institution);
    await expect(insert({ ...institution, name: 'Again' })).rejects.toThrow(new Duplicate('institutions_pk'));
    expect(await find(institution.id)).toEqual(institution);
  });

  test('takes a name more than once', async () => {
    const [one, other] = [anInstitution({ name: 'Same' }), anInstitution({ name: 'Same' })];
    await insert(one, other);
    expect([await find(one.id), await find(other.id)]).toEqual([one, other]);
  });

  test('updates an institution that still has the version before', async () => {
    const institution = anInstitution();
    await insert(institution);
    const updated: Institution = {
      ...renamed(institution, 'Southern Escrow'),
      regions: ['SG'],
      verticals: [],
    };
    await update(updated);
    expect(await find(institution.id)).toEqual(updated);
  });

  test.each([1, 3])('refuses version %i for an institution that has version 1', async (version) => {
    const institution = anInstitution();
    await insert(institution);
    const attempt = update({ ...institution, name: 'Changed', version });
    await expect(attempt).rejects.toBeInstanceOf(StaleVersion);
    await expect(attempt).rejects.toMatchObject({ table: 'institutions', id: institution.id });
    expect(await find(institution.id)).toEqual(institution);
  });

  test('refuses to update an institution that does not exist', async () => {
    const institution = anInstitution({ version: 2 });
    await expect(update(institution)).rejects.toThrow(StaleVersion);
    expect(await find(institution.id)).toBeUndefined();
  });

  test('lets a commit depend on an institution being as it was read', async () => {
    const institution = anInstitution();
    await insert(institution);
    const found = async (fresh: Institution): Promise<void> =>
      store.unitOfWork.commit((changes) => {
        institutions.requireUnchanged(changes, institution);
        institutions.insert(changes, fresh);
      });
    const [before, after] = [anInstitution(), anInstitution()];
    await found(before);
    expect(await find(before.id)).toEqual(before);
    await update(renamed(institution, 'Changed'));
    await expect(found(after)).rejects.toThrow(new StaleVersion('institutions', institution.id));
    expect(await find(after.id)).toBeUndefined();
  });

  test('stores all of a commit or nothing', async () => {
    const [institution, stale, fresh] = [anInstitution(), anInstitution(), anInstitution()];
    await insert(institution, stale);
    const commit = store.unitOfWork.commit((changes) => {
      institutions.insert(changes, fresh);
      institutions.update(changes, renamed(institution, 'Changed'));
      institutions.update(changes, { ...stale, name: 'Changed' });
    });
    await expect(commit).rejects.toThrow(StaleVersion);
    expect(await find(fresh.id)).toBeUndefined();
    expect(await find(institution.id)).toEqual(institution);
    expect(await find(stale.id)).toEqual(stale);
  });

  test('lets one of many racing updates of a version win', async () => {
    const institution = anInstitution();
    await insert(institution);
    const names = Array.from({ length: 20 }, (_, index) => `Racer ${index}`);
    const races = await Promise.allSettled(names.map(async (name) => update(renamed(institution, name))));
    const winners = names.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof StaleVersion);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await find(institution.id)).toEqual(renamed(institution, winners[0] ?? ''));
  });
});

describe.each(BACKENDS)('listing institutions on %s', (backend) => {
  const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  /** Seven institutions founded in three moments, in the order of a list. */
  const inOrder = Array.from({ length: 7 }, (_, index) =>
    anInstitution({ createdAt: at(Math.floor(index / 3)) }),
  ).sort(
    (left, right) => left.createdAt.getTime() - right.createdAt.getTime() || (left.id < right.id ? -1 : 1),
  );
  let store: TestStore;
  let institutions: InstitutionRepository;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity]);
    institutions = store.bind(institutionBinding);
  });

  afterAll(async () => store.close());

  const list = async (page: PageRequest): Promise<Page<Institution>> =>
    institutions.list(PLATFORM_SCOPE, page);

  async function walk(limit: number, order: 'asc' | 'desc'): Promise<Institution[][]> {
    const pages: Institution[][] = [];
    let page = await list({ limit, order });
    while (page.next !== undefined) {
      pages.push([...page.items]);
      page = await list({ limit, order, after: page.next });
    }
    return [...pages, [...page.items]];
  }

  test('is empty where there is nothing', async () => {
    expect(await list(PAGE)).toEqual({ items: [] });
    await store.unitOfWork.commit((changes) => {
      for (const institution of inOrder.toReversed()) institutions.insert(changes, institution);
    });
  });

  test('goes by creation, and by id among institutions of one moment', async () => {
    expect(await walk(50, 'asc')).toEqual([inOrder]);
    expect(await walk(50, 'desc')).toEqual([inOrder.toReversed()]);
  });

  test.each([1, 2, 3, 6, 7, 8])('gives each row once in pages of %i', async (limit) => {
    for (const order of ['asc', 'desc'] as const) {
      const pages = await walk(limit, order);
      expect(pages).toHaveLength(Math.ceil(7 / limit));
      expect(pages.flat()).toEqual(order === 'asc' ? inOrder : inOrder.toReversed());
    }
  });

  test('starts a page behind a place that no row has', async () => {
    const after = [at(1).toISOString(), 'inst_'];
    expect((await list({ ...PAGE, after })).items).toEqual(inOrder.slice(3));
    expect((await list({ limit: 50, order: 'desc', after })).items).toEqual(inOrder.slice(0, 3).toReversed());
  });

  test('keeps the place of an institution that is changed between two pages', async () => {
    const first = await list({ limit: 3, order: 'asc' });
    await store.unitOfWork.commit((changes) => {
      for (const institution of inOrder)
        institutions.update(changes, { ...institution, version: 2, updatedAt: at(9) });
    });
    const rest = await list({ ...PAGE, after: first.next });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
  });
});
