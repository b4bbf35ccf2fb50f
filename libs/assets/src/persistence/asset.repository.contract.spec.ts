import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import {
  Duplicate,
  institutionScope,
  MissingReference,
  PLATFORM_SCOPE,
  StaleVersion,
  type Scope,
} from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { Asset } from '../domain/asset.js';
import type { AssetFilter, AssetRepository } from '../domain/asset-repository.js';
import {
  anAsset,
  anAssetTemplate,
  assetBinding,
  AssetEntity,
  assetTemplateBinding,
  AssetTemplateEntity,
} from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the asset repository on %s', (backend) => {
  let store: TestStore;
  let assets: AssetRepository;
  let institutionId: string;
  let templateId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, AssetTemplateEntity, AssetEntity]);
    assets = store.bind(assetBinding);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    ({ institutionId, templateId } = await foundTenant());
    scope = institutionScope(institutionId);
  });

  async function foundTenant(): Promise<{ institutionId: string; templateId: string }> {
    const institution = anInstitution();
    const template = anAssetTemplate({ institutionId: institution.id });
    await store.unitOfWork.commit((changes) => {
      store.bind(institutionBinding).insert(changes, institution);
      store.bind(assetTemplateBinding).insert(changes, template);
    });
    return { institutionId: institution.id, templateId: template.id };
  }

  async function insert(...rows: readonly Asset[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const asset of rows) assets.insert(changes, asset);
    });
  }

  async function update(...rows: readonly Asset[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const asset of rows) assets.update(changes, asset);
    });
  }

  const theAsset = (overrides: Partial<Asset> = {}): Asset =>
    anAsset({ institutionId, templateId, ...overrides });
  const relabelled = (asset: Asset, label: string): Asset => ({
    ...asset,
    label,
    version: asset.version + 1,
  });

  test('gives back what was stored, whole', async () => {
    const plain = theAsset({ label: 'Brücke №1 🌉' });
    const described = theAsset({
      metadata: {
        site: { city: 'Hull', lots: [1, 2.5, -0.1, 1e21], 'odd/key~': null, '': true },
        note: 'Ünïcode 🏗, "quotes" and \\backslashes\\',
      },
      version: 4,
      updatedAt: new Date('2026-02-03T04:05:06.789Z'),
    });
    await insert(plain, described);
    expect(await assets.find(scope, plain.id)).toEqual(plain);
    expect(await assets.find(scope, described.id)).toEqual(described);
    expect((await assets.list(scope, {}, PAGE)).items).toEqual([plain, described]);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const asset = theAsset({ metadata: { lots: [1] } });
    const handedIn = { ...asset, metadata: { lots: [1] } };
    await insert(handedIn);
    handedIn.metadata.lots.push(2);
    const found = await assets.find(scope, asset.id);
    (found?.metadata.lots as number[]).push(3);
    found?.updatedAt.setTime(0);
    const [listed] = (await assets.list(scope, {}, PAGE)).items;
    expect(listed).toEqual(asset);
    Object.assign(listed ?? {}, { label: 'Changed' });
    expect(await assets.find(scope, asset.id)).toEqual(asset);
  });

  test.each([
    'ast_01jd8x3fqje3wve2q1q9n8h2kz',
    '',
    'AST_1',
    "ast_' OR true --",
    'ast_\0',
    '__proto__',
    '\ud800',
  ])('finds nothing under the unknown id %j', async (id) => {
    await insert(theAsset());
    expect(await assets.find(PLATFORM_SCOPE, id)).toBeUndefined();
  });

  test('shows a tenant its own assets alone, the platform all', async () => {
    const asset = theAsset();
    await insert(asset);
    const foreign = institutionScope((await foundTenant()).institutionId);
    expect(await assets.find(foreign, asset.id)).toBeUndefined();
    expect((await assets.list(foreign, {}, PAGE)).items).toEqual([]);
    expect((await assets.list(foreign, { templateId }, PAGE)).items).toEqual([]);
    expect(await assets.find(PLATFORM_SCOPE, asset.id)).toEqual(asset);
    expect((await assets.list(PLATFORM_SCOPE, { templateId }, PAGE)).items).toEqual([asset]);
  });

  test('takes an id of an institution once', async () => {
    const asset = theAsset();
    await insert(asset);
    await expect(insert({ ...asset, label: 'Again' })).rejects.toThrow(new Duplicate('assets_pk'));
    expect(await assets.find(scope, asset.id)).toEqual(asset);
  });

  test('takes no asset of a template that does not exist', async () => {
    await expect(insert(anAsset({ institutionId }))).rejects.toThrow(
      new MissingReference('assets_template_fk'),
    );
  });

  test('takes no asset of another tenant’s template', async () => {
    const { templateId: foreign } = await foundTenant();
    const asset = theAsset({ templateId: foreign });
    await expect(insert(asset)).rejects.toThrow(new MissingReference('assets_template_fk'));
    expect(await assets.find(PLATFORM_SCOPE, asset.id)).toBeUndefined();
  });

  test('updates an asset that still has the version before', async () => {
    const asset = theAsset({ metadata: { old: true } });
    await insert(asset);
    const updated = { ...relabelled(asset, 'New bridge'), metadata: { fresh: [] }, updatedAt: new Date() };
    await update(updated);
    expect(await assets.find(scope, asset.id)).toEqual(updated);
  });

  test.each([1, 3])('refuses version %i for an asset that has version 1', async (version) => {
    const asset = theAsset();
    await insert(asset);
    await expect(update({ ...asset, label: 'Changed', version })).rejects.toThrow(StaleVersion);
    expect(await assets.find(scope, asset.id)).toEqual(asset);
  });

  test('refuses to update an asset that does not exist, or under another tenant', async () => {
    const asset = theAsset();
    await insert(asset);
    await expect(update(theAsset({ version: 2 }))).rejects.toThrow(StaleVersion);
    const stolen = { ...relabelled(asset, 'Stolen'), institutionId: (await foundTenant()).institutionId };
    await expect(update(stolen)).rejects.toThrow(StaleVersion);
    expect(await assets.find(scope, asset.id)).toEqual(asset);
  });

  test('stores all of a commit or nothing', async () => {
    const [asset, stale, fresh] = [theAsset(), theAsset(), theAsset()];
    await insert(asset, stale);
    const commit = store.unitOfWork.commit((changes) => {
      assets.insert(changes, fresh);
      assets.update(changes, relabelled(asset, 'Changed'));
      assets.update(changes, { ...stale, label: 'Changed' });
    });
    await expect(commit).rejects.toThrow(StaleVersion);
    expect(await assets.find(scope, fresh.id)).toBeUndefined();
    expect(await assets.find(scope, asset.id)).toEqual(asset);
    expect(await assets.find(scope, stale.id)).toEqual(stale);
  });

  test('lets one of many racing updates of a version win', async () => {
    const asset = theAsset();
    await insert(asset);
    const labels = Array.from({ length: 20 }, (_, index) => `Racer ${index}`);
    const races = await Promise.allSettled(labels.map(async (label) => update(relabelled(asset, label))));
    const winners = labels.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof StaleVersion);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await assets.find(scope, asset.id)).toEqual({ ...asset, label: winners[0], version: 2 });
  });

  describe('listing', () => {
    const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

    async function walk(filter: AssetFilter, limit: number, order: 'asc' | 'desc'): Promise<Asset[][]> {
      const pages: Asset[][] = [];
      let page = await assets.list(scope, filter, { limit, order });
      while (page.next !== undefined) {
        pages.push([...page.items]);
        page = await assets.list(scope, filter, { limit, order, after: page.next });
      }
      return [...pages, [...page.items]];
    }

    /** Seven assets made in three moments, the last ids first, in the order of a list. */
    async function insertSeven(): Promise<Asset[]> {
      const seven = Array.from({ length: 7 }, (_, index) =>
        theAsset({ createdAt: at(2 - Math.floor(index / 3)) }),
      );
      await insert(...seven.toReversed());
      return seven.sort(
        (left, right) =>
          left.createdAt.getTime() - right.createdAt.getTime() || (left.id < right.id ? -1 : 1),
      );
    }

    test('goes by creation, and by id among assets of one moment', async () => {
      const inOrder = await insertSeven();
      expect(await walk({}, 50, 'asc')).toEqual([inOrder]);
      expect(await walk({}, 50, 'desc')).toEqual([inOrder.toReversed()]);
    });

    test.each([1, 2, 3, 6, 7, 8])('gives each row once in pages of %i', async (limit) => {
      const inOrder = await insertSeven();
      for (const order of ['asc', 'desc'] as const) {
        const pages = await walk({}, limit, order);
        expect(pages).toHaveLength(Math.ceil(7 / limit));
        expect(pages.flat()).toEqual(order === 'asc' ? inOrder : inOrder.toReversed());
      }
    });

    test('keeps the place of an asset that is changed between two pages', async () => {
      const inOrder = await insertSeven();
      const first = await assets.list(scope, {}, { limit: 3, order: 'asc' });
      await update(...inOrder.map((asset) => ({ ...relabelled(asset, 'Changed'), updatedAt: at(9) })));
      const rest = await assets.list(scope, {}, { limit: 50, order: 'asc', after: first.next });
      expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
    });

    describe('by metadata', () => {
      const kept = async (metadata: Record<string, string>): Promise<Asset[]> =>
        (await walk({ metadata }, 1, 'asc')).flat();

      test('keeps those that have every text that is asked for, to the letter', async () => {
        const [bridge, wall] = [
          theAsset({
            metadata: { project: 'Harbour', lot: '7', '': '', 'a/b~ "c"': '\\é🏗' },
            createdAt: at(0),
          }),
          theAsset({ metadata: { project: 'Harbour', lot: '8' }, createdAt: at(1) }),
        ];
        await insert(bridge, wall, theAsset());
        expect(await kept({ project: 'Harbour' })).toEqual([bridge, wall]);
        expect(await kept({ project: 'Harbour', lot: '8' })).toEqual([wall]);
        expect(await kept({ '': '' })).toEqual([bridge]);
        expect(await kept({ 'a/b~ "c"': '\\é🏗' })).toEqual([bridge]);
        for (const other of ['harbour', 'Harbour ', 'Harb', '%', '']) {
          expect(await kept({ project: other })).toEqual([]);
        }
        expect(await kept({ project: 'Harbour', lot: '9' })).toEqual([]);
        expect(await kept({ Project: 'Harbour' })).toEqual([]);
      });

      test('takes for a text nothing but a text, at the top level', async () => {
        const metadata = { lot: 7, done: true, gone: null, list: ['x'], deep: { project: 'x' } };
        await insert(theAsset({ metadata }));
        for (const [key, text] of [
          ['lot', '7'],
          ['done', 'true'],
          ['gone', 'null'],
          ['list', 'x'],
          ['deep', 'x'],
          ['project', 'x'],
        ] as const) {
          expect(await kept({ [key]: text })).toEqual([]);
        }
      });

      test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
        'finds nothing by a key that every object inherits, unless it is stored: %s',
        async (key) => {
          const stored = theAsset({ metadata: { constructor: 'x' } });
          await insert(stored, theAsset());
          const wanted = Object.fromEntries([[key, 'x']]);
          expect(await kept(wanted)).toEqual(key === 'constructor' ? [stored] : []);
        },
      );

      test('finds nothing for what cannot be stored', async () => {
        await insert(theAsset({ metadata: { a: 'b' } }));
        for (const text of ['\0', '\ud800', 'b\0']) {
          expect(await kept({ a: text })).toEqual([]);
          expect(await kept({ [text]: 'b' })).toEqual([]);
          expect(await kept({ a: 'b', [text]: 'b' })).toEqual([]);
        }
      });

      test('stands beside the other parts of a filter, within the scope, and is counted', async () => {
        const metadata = { project: templateId };
        const foreign = await foundTenant();
        await insert(theAsset({ metadata }), theAsset({ metadata }), anAsset({ ...foreign, metadata }));
        const listed = async (filter: AssetFilter, within = scope) =>
          assets.list(within, filter, { limit: 1, order: 'asc', withTotal: true });
        expect(await listed({ metadata })).toMatchObject({ total: 2, next: expect.anything() });
        expect(await listed({ metadata, templateId })).toMatchObject({ total: 2 });
        expect(await listed({ metadata, templateId: foreign.templateId })).toEqual({ items: [], total: 0 });
        expect(await listed({ metadata }, PLATFORM_SCOPE)).toMatchObject({ total: 3 });
      });
    });

    test('is empty where there is nothing', async () => {
      expect(await assets.list(scope, {}, PAGE)).toEqual({ items: [] });
    });

    test('keeps the assets of a template', async () => {
      const other = anAssetTemplate({ institutionId });
      await store.unitOfWork.commit((changes) => store.bind(assetTemplateBinding).insert(changes, other));
      const [mine, another] = [theAsset(), theAsset({ templateId: other.id })];
      await insert(mine, another);
      expect(await walk({ templateId }, 1, 'asc')).toEqual([[mine]]);
      expect(await walk({ templateId: other.id }, 50, 'asc')).toEqual([[another]]);
      expect(await walk({ templateId: 'tmpl_unknown' }, 50, 'asc')).toEqual([[]]);
    });
  });
});
