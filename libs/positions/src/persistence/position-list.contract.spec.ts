import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anAsset, anAssetTemplate, assetBinding, assetTemplateBinding } from '#assets/testing';
import { institutionScope, Money } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { PositionState } from '../domain/lifecycle.js';
import type { Position } from '../domain/position.js';
import type { PositionFilter, PositionRepository } from '../domain/position-repository.js';
import { anOpening, foundTenant, POSITION_ENTITIES, positionBinding, type Tenant } from '../testing.js';

const at = (second: number, ms = 0): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second, ms));

describe.each(BACKENDS)('listing positions on %s', (backend) => {
  let store: TestStore;
  let positions: PositionRepository;
  let tenant: Tenant;

  beforeAll(async () => {
    store = await openStore(backend, POSITION_ENTITIES);
    positions = store.bind(positionBinding);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    tenant = await foundTenant(store);
  });

  async function insert(...rows: readonly Position[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const position of rows) positions.insert(changes, position);
    });
  }

  const aPosition = (overrides: Parameters<typeof anOpening>[0] = {}): Position =>
    anOpening({ institutionId: tenant.institutionId, assetId: tenant.assetId, ...overrides }).position;

  const inState = (state: PositionState): Position => {
    const position = aPosition();
    const released = state === 'PARTIALLY_RELEASED' ? '0.10' : state === 'RELEASED' ? '1000.10' : '0';
    return { ...position, state, releasedAmount: Money.parse('USD', released) };
  };

  async function walk(filter: PositionFilter, limit: number, order: 'asc' | 'desc'): Promise<Position[][]> {
    const pages: Position[][] = [];
    let page = await positions.list(tenant.scope, filter, { limit, order });
    while (page.next !== undefined) {
      pages.push([...page.items]);
      page = await positions.list(tenant.scope, filter, { limit, order, after: page.next });
    }
    return [...pages, [...page.items]];
  }

  /** What a filter keeps, in pages of one row, so that each filter is seen to hold behind a cursor too. */
  const kept = async (filter: PositionFilter): Promise<Position[]> => (await walk(filter, 1, 'asc')).flat();

  /** Seven positions opened in three moments, in the order of a list. */
  async function insertSeven(): Promise<Position[]> {
    const seven = Array.from({ length: 7 }, (_, index) => aPosition({ at: at(Math.floor(index / 3)) }));
    await insert(...seven.toReversed());
    return seven.sort(
      (left, right) => left.createdAt.getTime() - right.createdAt.getTime() || (left.id < right.id ? -1 : 1),
    );
  }

  test('goes by creation, and by id among positions of one moment', async () => {
    const inOrder = await insertSeven();
    expect(await walk({}, 50, 'asc')).toEqual([inOrder]);
    expect(await walk({}, 50, 'desc')).toEqual([inOrder.toReversed()]);
  });

  test('tells moments a millisecond apart', async () => {
    const [second, first] = [aPosition({ at: at(1, 1) }), aPosition({ at: at(1) })];
    await insert(second, first);
    expect(await walk({}, 1, 'asc')).toEqual([[first], [second]]);
    expect(await walk({}, 1, 'desc')).toEqual([[second], [first]]);
  });

  test.each([1, 2, 3, 6, 7, 8])('gives each row once in pages of %i', async (limit) => {
    const inOrder = await insertSeven();
    for (const order of ['asc', 'desc'] as const) {
      const pages = await walk({}, limit, order);
      expect(pages).toHaveLength(Math.ceil(7 / limit));
      expect(pages.flat()).toEqual(order === 'asc' ? inOrder : inOrder.toReversed());
    }
  });

  test('keeps the place of a position that moves on between two pages', async () => {
    const inOrder = await insertSeven();
    const first = await positions.list(tenant.scope, {}, { limit: 3, order: 'asc' });
    await store.unitOfWork.commit((changes) => {
      for (const position of inOrder) {
        positions.update(changes, { ...position, state: 'FUNDED', version: 2, updatedAt: at(9) });
      }
    });
    const rest = await positions.list(tenant.scope, {}, { limit: 50, order: 'asc', after: first.next });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
  });

  test('shows what was opened after the first page on a later one, and repeats nothing', async () => {
    const inOrder = await insertSeven();
    const first = await positions.list(tenant.scope, {}, { limit: 7, order: 'asc' });
    expect(first.next).toBeUndefined();
    const page = await positions.list(tenant.scope, {}, { limit: 3, order: 'asc' });
    const fresh = aPosition({ at: at(30) });
    await insert(fresh);
    const rest = await positions.list(tenant.scope, {}, { limit: 50, order: 'asc', after: page.next });
    expect(rest.items).toEqual([...inOrder.slice(3), fresh]);
  });

  test('is empty where there is nothing, also behind the last row', async () => {
    expect(await walk({}, 50, 'asc')).toEqual([[]]);
    const last = aPosition();
    await insert(last);
    const after = [last.createdAt.toISOString(), last.id];
    expect(await positions.list(tenant.scope, {}, { limit: 50, order: 'asc', after })).toEqual({ items: [] });
  });

  test('keeps the positions of an asset', async () => {
    const template = anAssetTemplate({ institutionId: tenant.institutionId });
    const asset = anAsset({ institutionId: tenant.institutionId, templateId: template.id });
    await store.unitOfWork.commit((changes) => {
      store.bind(assetTemplateBinding).insert(changes, template);
      store.bind(assetBinding).insert(changes, asset);
    });
    const [mine, another] = [aPosition(), aPosition({ assetId: asset.id })];
    await insert(mine, another);
    expect(await kept({ assetId: tenant.assetId })).toEqual([mine]);
    expect(await kept({ assetId: asset.id })).toEqual([another]);
    expect(await kept({ assetId: 'ast_unknown' })).toEqual([]);
  });

  test('keeps the positions of a holder, by its exact reference', async () => {
    const [mine, another] = [
      aPosition({ holderReference: 'Holder 1' }),
      aPosition({ holderReference: 'holder 1' }),
    ];
    await insert(mine, another);
    expect(await kept({ holderReference: 'Holder 1' })).toEqual([mine]);
    expect(await kept({ holderReference: 'Holder%' })).toEqual([]);
  });

  test('keeps the positions of an external reference, which several may share', async () => {
    const [one, other] = [
      aPosition({ externalReference: 'R-1', at: at(0) }),
      aPosition({ externalReference: 'R-1', at: at(1) }),
    ];
    await insert(one, other, aPosition({ externalReference: 'R-2' }), aPosition());
    expect(await kept({ externalReference: 'R-1' })).toEqual([one, other]);
    expect(await kept({ externalReference: '' })).toEqual([]);
  });

  test('keeps the positions of a currency', async () => {
    const [dollars, yen] = [
      aPosition({ amount: Money.parse('USD', '5') }),
      aPosition({ amount: Money.parse('JPY', '5') }),
    ];
    await insert(dollars, yen);
    expect(await kept({ currency: 'JPY' })).toEqual([yen]);
    expect(await kept({ currency: 'EUR' })).toEqual([]);
  });

  test('keeps the positions in a state, or in any of several', async () => {
    const [created, funded, released, expired] = [
      inState('CREATED'),
      inState('FUNDED'),
      inState('RELEASED'),
      inState('EXPIRED'),
    ] as const;
    await insert(created, funded, released, expired);
    expect(await kept({ state: ['FUNDED'] })).toEqual([funded]);
    expect((await kept({ state: ['EXPIRED', 'CREATED', 'RELEASED'] })).map(({ state }) => state)).toEqual([
      'CREATED',
      'RELEASED',
      'EXPIRED',
    ]);
    expect(await kept({ state: ['CANCELLED', 'PARTIALLY_RELEASED'] })).toEqual([]);
  });

  test('keeps nothing when any of no state is asked for', async () => {
    await insert(aPosition());
    expect(await kept({ state: [] })).toEqual([]);
  });

  test('compares amounts as decimals, bounds included', async () => {
    const amounts = ['9.00', '9.01', '10.00', '100.00', '123456789012345678.12'];
    const stored = amounts.map((amount, index) =>
      aPosition({ amount: Money.parse('USD', amount), at: at(index) }),
    );
    await insert(...stored);
    const between = async (minAmount?: string, maxAmount?: string): Promise<string[]> =>
      (await kept({ minAmount, maxAmount })).map(({ amount }) => amount.toString());
    expect(await between('9.01')).toEqual(amounts.slice(1));
    expect(await between('10')).toEqual(amounts.slice(2));
    expect(await between(undefined, '10.00')).toEqual(amounts.slice(0, 3));
    expect(await between('9', '9.00000000')).toEqual(['9.00']);
    expect(await between('9.00000001', '9.00999999')).toEqual([]);
    expect(await between('100', '99')).toEqual([]);
    expect(await between('123456789012345678.12')).toEqual(['123456789012345678.12']);
    expect(await between('123456789012345678.12000001')).toEqual([]);
    expect(await between(undefined, '123456789012345678.11999999')).toEqual(amounts.slice(0, 4));
    expect(await between('0', '999999999999999999999999.99999999')).toEqual(amounts);
  });

  test('compares amounts of any currency by their number', async () => {
    const [yen, dinar] = [
      aPosition({ amount: Money.parse('JPY', '10'), at: at(0) }),
      aPosition({ amount: Money.parse('KWD', '10.001'), at: at(1) }),
    ];
    await insert(yen, dinar);
    expect(await kept({ minAmount: '10' })).toEqual([yen, dinar]);
    expect(await kept({ minAmount: '10.0005' })).toEqual([dinar]);
  });

  test('keeps what was opened strictly after and strictly before a moment', async () => {
    const stored = [0, 1, 2].map((ms) => aPosition({ at: at(1, ms) }));
    const [first, second, third] = stored;
    await insert(...stored);
    expect(await kept({ createdAfter: at(1) })).toEqual([second, third]);
    expect(await kept({ createdBefore: at(1, 2) })).toEqual([first, second]);
    expect(await kept({ createdAfter: at(1), createdBefore: at(1, 2) })).toEqual([second]);
    expect(await kept({ createdAfter: at(1, 1), createdBefore: at(1, 1) })).toEqual([]);
    expect(await kept({ createdAfter: new Date('0001-01-01T00:00:00.000Z') })).toEqual(stored);
    expect(await kept({ createdBefore: new Date('9999-12-31T23:59:59.999Z') })).toEqual(stored);
  });

  test('joins all parts of a filter', async () => {
    const wanted = aPosition({ holderReference: 'H', externalReference: 'R', at: at(5) });
    await insert(
      wanted,
      aPosition({ holderReference: 'H', externalReference: 'R', at: at(7) }),
      aPosition({ holderReference: 'H', externalReference: 'S', at: at(5) }),
      aPosition({ holderReference: 'I', externalReference: 'R', at: at(5) }),
    );
    const filter: PositionFilter = {
      assetId: tenant.assetId,
      holderReference: 'H',
      externalReference: 'R',
      state: ['CREATED', 'FUNDED'],
      currency: 'USD',
      minAmount: '1000',
      maxAmount: '1000.1',
      createdAfter: at(4),
      createdBefore: at(6),
    };
    expect(await kept(filter)).toEqual([wanted]);
    expect(await kept({ ...filter, currency: 'EUR' })).toEqual([]);
  });

  test('keeps nothing for an institution that no row can belong to', async () => {
    await insert(aPosition());
    for (const institutionId of ['inst_\0', 'inst_\ud800', '', 'inst_unknown']) {
      const scope = institutionScope(institutionId);
      expect(await positions.list(scope, {}, { limit: 50, order: 'asc' })).toEqual({ items: [] });
    }
  });

  test.each(['\0', '\ud800', "' OR true --", '\\'])(
    'keeps nothing for a text that no row has: %j',
    async (text) => {
      await insert(aPosition());
      expect(await kept({ assetId: `ast_${text}` })).toEqual([]);
      expect(await kept({ holderReference: text })).toEqual([]);
      expect(await kept({ externalReference: text })).toEqual([]);
    },
  );
});
