import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Duplicate, MissingReference, Money, PLATFORM_SCOPE, StaleVersion } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { Position } from '../domain/position.js';
import type { PositionRepository } from '../domain/position-repository.js';
import {
  anOpening,
  aStory,
  foundTenant,
  ledgerEventBinding,
  POSITION_ENTITIES,
  positionBinding,
  positionEventBinding,
  storeSteps,
  type Tenant,
} from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;
const LATER = new Date('2026-02-03T04:05:06.789Z');

describe.each(BACKENDS)('the position repository on %s', (backend) => {
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

  async function update(...rows: readonly Position[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const position of rows) positions.update(changes, position);
    });
  }

  const aPosition = (overrides: Parameters<typeof anOpening>[0] = {}): Position =>
    anOpening({ institutionId: tenant.institutionId, assetId: tenant.assetId, ...overrides }).position;
  const changed = (position: Position, changes: Partial<Position> = {}): Position => ({
    ...position,
    version: position.version + 1,
    updatedAt: LATER,
    ...changes,
  });

  test('gives back what was stored, whole', async () => {
    const plain = aPosition();
    const full = aPosition({ holderReference: 'Bauträger №7 🏗', externalReference: `it's "ref\\7"` });
    await insert(plain, full);
    const moved = changed(full, {
      state: 'PARTIALLY_RELEASED',
      releasedAmount: Money.parse('USD', '300.05'),
      ledgerHead: 'ab'.repeat(32),
    });
    await update(moved);
    expect(await positions.find(tenant.scope, plain.id)).toEqual(plain);
    expect(await positions.find(tenant.scope, full.id)).toEqual(moved);
    expect((await positions.list(tenant.scope, {}, PAGE)).items).toEqual([plain, moved]);
  });

  test.each([
    ['JPY', '123456789012345678', '1', '123456789012345677'],
    ['USD', '123456789012345678.12', '0.01', '123456789012345678.11'],
    ['KWD', '123456789012345678.123', '0.001', '123456789012345678.122'],
    ['CLF', '123456789012345678.1234', '0.0001', '123456789012345678.1233'],
    ['CLF', '999999999999999999999999.9999', '999999999999999999999999.9998', '0.0001'],
    ['USD', '0.01', '0.00', '0.00'],
    ['JPY', '1000', '0', '0'],
  ])('keeps every digit of %s %s', async (currency, amount, released, refunded) => {
    const opened = aPosition({ amount: Money.parse(currency, amount) });
    await insert(opened);
    const moved = changed(opened, {
      state: 'CANCELLED',
      releasedAmount: Money.parse(currency, released),
      refundedAmount: Money.parse(currency, refunded),
    });
    await update(moved);
    const found = await positions.find(tenant.scope, opened.id);
    const [listed] = (await positions.list(tenant.scope, {}, PAGE)).items;
    for (const stored of [found, listed]) {
      expect(stored).toEqual(moved);
      expect(stored?.amount.toString()).toBe(amount);
      expect(stored?.releasedAmount.toString()).toBe(released);
      expect(stored?.refundedAmount.toString()).toBe(refunded);
    }
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const position = aPosition();
    const handedIn = { ...position, createdAt: new Date(position.createdAt) };
    await insert(handedIn);
    handedIn.createdAt.setTime(0);
    const found = await positions.find(tenant.scope, position.id);
    found?.updatedAt.setTime(0);
    Object.assign(found ?? {}, { holderReference: 'Changed' });
    const [listed] = (await positions.list(tenant.scope, {}, PAGE)).items;
    expect(listed).toEqual(position);
    listed?.createdAt.setTime(0);
    expect(await positions.find(tenant.scope, position.id)).toEqual(position);
  });

  test('gives each of several readers that come together a position of its own', async () => {
    const position = aPosition();
    await insert(position);
    const find = async (): Promise<Position | undefined> => positions.find(tenant.scope, position.id);
    const [, one, other] = await Promise.all([find(), find(), find()]);
    one?.createdAt.setTime(0);
    expect(other).toEqual(position);
  });

  test.each([
    'pos_01jd8x3fqje3wve2q1q9n8h2kz',
    '',
    'POS_1',
    "pos_' OR true --",
    'pos_\0',
    '__proto__',
    '\ud800',
    'x'.repeat(10_000),
  ])('finds nothing under the unknown id %j', async (id) => {
    await insert(aPosition());
    expect(await positions.find(PLATFORM_SCOPE, id)).toBeUndefined();
  });

  test('shows a tenant its own positions alone, the platform all', async () => {
    const position = aPosition();
    await insert(position);
    const { scope: foreign } = await foundTenant(store);
    const { assetId } = tenant;
    expect(await positions.find(foreign, position.id)).toBeUndefined();
    expect(await positions.list(foreign, {}, PAGE)).toEqual({ items: [] });
    expect(await positions.list(foreign, { assetId }, PAGE)).toEqual({ items: [] });
    expect(await positions.find(PLATFORM_SCOPE, position.id)).toEqual(position);
    expect((await positions.list(PLATFORM_SCOPE, { assetId }, PAGE)).items).toEqual([position]);
  });

  test('takes an id of an institution once', async () => {
    const position = aPosition();
    await insert(position);
    await expect(insert({ ...position, holderReference: 'Again' })).rejects.toThrow(
      new Duplicate('positions_pk'),
    );
    expect(await positions.find(tenant.scope, position.id)).toEqual(position);
  });

  test('takes no position on an asset that does not exist, or is another tenant’s', async () => {
    const { assetId: foreign } = await foundTenant(store);
    for (const assetId of ['ast_unknown', foreign]) {
      const position = aPosition({ assetId });
      await expect(insert(position)).rejects.toThrow(new MissingReference('positions_asset_fk'));
      expect(await positions.find(PLATFORM_SCOPE, position.id)).toBeUndefined();
    }
  });

  test.each([1, 3])('refuses version %i for a position that has version 1', async (version) => {
    const position = aPosition();
    await insert(position);
    const attempt = update({ ...position, state: 'FUNDED', version });
    await expect(attempt).rejects.toThrow(new StaleVersion('positions', position.id));
    await expect(attempt).rejects.toMatchObject({ table: 'positions', id: position.id });
    expect(await positions.find(tenant.scope, position.id)).toEqual(position);
  });

  test('refuses to update a position that does not exist, or under another tenant', async () => {
    const position = aPosition();
    await insert(position);
    await expect(update(changed(aPosition()))).rejects.toThrow(StaleVersion);
    const { institutionId, assetId } = await foundTenant(store);
    await expect(update(changed(position, { institutionId, assetId }))).rejects.toThrow(StaleVersion);
    expect(await positions.find(tenant.scope, position.id)).toEqual(position);
  });

  test('stores a step with both of its events or nothing of it', async () => {
    const { institutionId, assetId } = tenant;
    const [opening, funding] = aStory(anOpening({ institutionId, assetId }), { toState: 'FUNDED' });
    const [other, otherFunding] = aStory(anOpening({ institutionId, assetId }), { toState: 'FUNDED' });
    if (!opening || !funding || !other || !otherFunding) throw new Error('The stories are too short.');
    await storeSteps(store, opening, other);
    const commit = store.unitOfWork.commit((changes) => {
      positions.update(changes, funding.position);
      store.bind(positionEventBinding).append(changes, funding.event);
      store.bind(ledgerEventBinding).append(changes, funding.ledgerEvent);
      positions.update(changes, { ...otherFunding.position, version: 3 });
    });
    await expect(commit).rejects.toThrow(StaleVersion);
    expect(await positions.find(tenant.scope, opening.position.id)).toEqual(opening.position);
    expect(await positions.find(tenant.scope, other.position.id)).toEqual(other.position);
    const found = await positions.findWithEvents(tenant.scope, funding.position.id);
    expect(found).toEqual({ position: opening.position, events: [opening.event] });
    const ledger = await store
      .bind(ledgerEventBinding)
      .listOf(tenant.scope, funding.position, {}, { ...PAGE, order: 'desc' });
    expect(ledger.items).toEqual([opening.ledgerEvent]);
  });

  test('lets one of many racing updates of a version win', async () => {
    const position = aPosition();
    await insert(position);
    const heads = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(64, '0'));
    const races = await Promise.allSettled(
      heads.map(async (ledgerHead) => update(changed(position, { ledgerHead }))),
    );
    const winners = heads.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof StaleVersion);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await positions.find(tenant.scope, position.id)).toEqual(
      changed(position, { ledgerHead: winners[0] }),
    );
  });
});
