import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { Duplicate, institutionScope, MissingReference, PLATFORM_SCOPE, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { AssetTemplate } from '../domain/asset-template.js';
import type { AssetTemplateFilter, AssetTemplateRepository } from '../domain/asset-template-repository.js';
import { anAssetTemplate, assetTemplateBinding, AssetTemplateEntity } from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the asset template repository on %s', (backend) => {
  let store: TestStore;
  let templates: AssetTemplateRepository;
  let institutionId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, AssetTemplateEntity]);
    templates = store.bind(assetTemplateBinding);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    institutionId = await foundInstitution();
    scope = institutionScope(institutionId);
  });

  async function foundInstitution(): Promise<string> {
    const institution = anInstitution();
    await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, institution));
    return institution.id;
  }

  async function insert(...rows: readonly AssetTemplate[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const template of rows) templates.insert(changes, template);
    });
  }

  const aTemplate = (overrides: Partial<AssetTemplate> = {}): AssetTemplate =>
    anAssetTemplate({ institutionId, ...overrides });

  test('gives back what was stored, whole', async () => {
    const escrow = aTemplate({
      name: 'Escrow „Ost“ 🏗',
      config: { currency: 'USD', region: 'US', minAmount: '0.01', maxAmount: '123456789012345678.12' },
    });
    const invoice = aTemplate({
      code: 'TF_INVOICE',
      vertical: 'TRADE_FINANCE',
      region: 'EU_UK',
      config: { currency: 'EUR', maxTenorDays: 9_007_199_254_740_991, country: 'DE' },
      version: 3,
      updatedAt: new Date('2026-02-03T04:05:06.789Z'),
    });
    await insert(escrow, invoice);
    expect(await templates.find(scope, escrow.id)).toEqual(escrow);
    expect(await templates.find(scope, invoice.id)).toEqual(invoice);
    expect((await templates.list(scope, {}, PAGE)).items).toEqual([escrow, invoice]);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const template = aTemplate();
    const handedIn = { ...template, config: { ...template.config } };
    await insert(handedIn);
    Object.assign(handedIn.config, { currency: 'JPY' });
    const found = await templates.find(scope, template.id);
    Object.assign(found?.config ?? {}, { currency: 'JPY' });
    found?.createdAt.setTime(0);
    const [listed] = (await templates.list(scope, {}, PAGE)).items;
    expect(listed).toEqual(template);
    Object.assign(listed?.config ?? {}, { currency: 'JPY' });
    expect(await templates.find(scope, template.id)).toEqual(template);
  });

  test.each([
    'tmpl_01jd8x3fqje3wve2q1q9n8h2kz',
    '',
    'TMPL_1',
    "tmpl_' OR true --",
    'tmpl_\0',
    '__proto__',
    '\ud800',
  ])('finds nothing under the unknown id %j', async (id) => {
    await insert(aTemplate());
    expect(await templates.find(PLATFORM_SCOPE, id)).toBeUndefined();
  });

  test('shows a tenant its own templates alone, the platform all', async () => {
    const template = aTemplate();
    await insert(template);
    const foreign = institutionScope(await foundInstitution());
    expect(await templates.find(foreign, template.id)).toBeUndefined();
    expect((await templates.list(foreign, {}, PAGE)).items).toEqual([]);
    expect(await templates.find(PLATFORM_SCOPE, template.id)).toEqual(template);
    const newest = await templates.list(PLATFORM_SCOPE, {}, { limit: 200, order: 'desc' });
    expect(newest.items).toContainEqual(template);
  });

  test('takes an id of an institution once', async () => {
    const template = aTemplate();
    await insert(template);
    await expect(insert(aTemplate({ id: template.id, name: 'Again' }))).rejects.toThrow(
      new Duplicate('asset_templates_pk'),
    );
    expect(await templates.find(scope, template.id)).toEqual(template);
  });

  test('lets one of many racing inserts of an id win', async () => {
    const { id } = aTemplate();
    const names = Array.from({ length: 20 }, (_, index) => `Racer ${index}`);
    const races = await Promise.allSettled(names.map(async (name) => insert(aTemplate({ id, name }))));
    const winners = names.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof Duplicate);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect((await templates.find(scope, id))?.name).toBe(winners[0]);
  });

  test('takes no template of an institution that does not exist', async () => {
    const homeless = anAssetTemplate();
    await expect(insert(homeless)).rejects.toThrow(new MissingReference('asset_templates_institution_fk'));
    expect(await templates.find(PLATFORM_SCOPE, homeless.id)).toBeUndefined();
  });

  test('stores all of a commit or nothing', async () => {
    const [before, fresh] = [aTemplate(), aTemplate()];
    await insert(before);
    await expect(insert(fresh, { ...before, name: 'Again' })).rejects.toThrow(Duplicate);
    expect(await templates.find(scope, fresh.id)).toBeUndefined();
    expect((await templates.list(scope, {}, PAGE)).items).toEqual([before]);
  });

  describe('listing', () => {
    const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

    async function walk(
      filter: AssetTemplateFilter,
      limit: number,
      order: 'asc' | 'desc',
    ): Promise<AssetTemplate[][]> {
      const pages: AssetTemplate[][] = [];
      let page = await templates.list(scope, filter, { limit, order });
      while (page.next !== undefined) {
        pages.push([...page.items]);
        page = await templates.list(scope, filter, { limit, order, after: page.next });
      }
      return [...pages, [...page.items]];
    }

    /** Seven templates made in three moments, the last ids first, in the order of a list. */
    async function insertSeven(): Promise<AssetTemplate[]> {
      const seven = Array.from({ length: 7 }, (_, index) =>
        aTemplate({
          createdAt: at(2 - Math.floor(index / 3)),
          code: index % 2 === 0 ? 'CONSTR_ESCROW' : 'TF_LC',
        }),
      );
      await insert(...seven.toReversed());
      return seven.sort(
        (left, right) =>
          left.createdAt.getTime() - right.createdAt.getTime() || (left.id < right.id ? -1 : 1),
      );
    }

    test('goes by creation, and by id among templates of one moment', async () => {
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

    test('pages through what a filter leaves', async () => {
      const inOrder = await insertSeven();
      const pages = await walk({ code: 'TF_LC' }, 2, 'asc');
      expect(pages.map(({ length }) => length)).toEqual([2, 1]);
      expect(pages.flat()).toEqual(inOrder.filter(({ code }) => code === 'TF_LC'));
    });

    test('loses no row when others come in between two pages', async () => {
      const inOrder = await insertSeven();
      const first = await templates.list(scope, {}, { limit: 3, order: 'asc' });
      await insert(aTemplate({ createdAt: at(0) }), aTemplate({ createdAt: at(9) }));
      const rest = await templates.list(scope, {}, { limit: 50, order: 'asc', after: first.next });
      const seen = [...first.items, ...rest.items].map(({ id }) => id);
      expect(seen).toEqual(expect.arrayContaining(inOrder.map(({ id }) => id)));
      expect(new Set(seen).size).toBe(seen.length);
    });

    test('is empty where there is nothing', async () => {
      expect(await templates.list(scope, {}, PAGE)).toEqual({ items: [] });
    });

    test('keeps those whose config has every text that is asked for', async () => {
      const [dollars, euros] = ['USD', 'EUR'].map((currency, index) =>
        aTemplate({ createdAt: at(index), config: { currency, region: 'US', maxTenorDays: 90 } }),
      );
      await insert(...[dollars, euros].filter((template) => template !== undefined));
      const listed = async (filter: AssetTemplateFilter): Promise<readonly AssetTemplate[]> =>
        (await walk(filter, 1, 'asc')).flat();
      expect(await listed({ config: { currency: 'EUR' } })).toEqual([euros]);
      expect(await listed({ config: { region: 'US' } })).toEqual([dollars, euros]);
      expect(await listed({ config: { region: 'US', currency: 'USD' } })).toEqual([dollars]);
      expect(await listed({ config: { maxTenorDays: '90' } })).toEqual([]);
      expect(await listed({ config: { region: 'US' }, region: 'SG' })).toEqual([]);
    });

    test('keeps what has every value of the filter', async () => {
      const escrow = aTemplate({ createdAt: at(1) });
      const retainage = aTemplate({ createdAt: at(2), code: 'CONSTR_RETAINAGE' });
      const credit = aTemplate({ createdAt: at(3), code: 'TF_LC', vertical: 'TRADE_FINANCE', region: 'SG' });
      await insert(escrow, retainage, credit);
      const listed = async (filter: AssetTemplateFilter): Promise<readonly AssetTemplate[]> =>
        (await templates.list(scope, filter, PAGE)).items;
      expect(await listed({ code: 'CONSTR_RETAINAGE' })).toEqual([retainage]);
      expect(await listed({ vertical: 'CONSTRUCTION' })).toEqual([escrow, retainage]);
      expect(await listed({ region: 'SG' })).toEqual([credit]);
      expect(await listed({ vertical: 'CONSTRUCTION', region: 'SG' })).toEqual([]);
      expect(await listed({ code: undefined, region: 'US' })).toEqual([escrow, retainage]);
    });
  });
});
