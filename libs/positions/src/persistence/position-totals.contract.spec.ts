import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { institutionScope, Money, newId, PLATFORM_SCOPE, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { PositionRepository } from '../domain/position-repository.js';
import type { Transition } from '../domain/transition-position.js';
import {
  anOpening,
  aStory,
  foundTenant,
  POSITION_ENTITIES,
  positionBinding,
  storeSteps,
  type Tenant,
} from '../testing.js';

const FUND: Transition = { toState: 'FUNDED' };

describe.each(BACKENDS)('the totals of positions on %s', (backend) => {
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

  async function open(
    of: Tenant,
    currency: string,
    amount: string,
    ...steps: readonly Transition[]
  ): Promise<void> {
    const { institutionId, assetId } = of;
    const opening = anOpening({ institutionId, assetId, amount: Money.parse(currency, amount) });
    await storeSteps(store, ...aStory(opening, ...steps));
  }

  const read = async (scope: Scope): Promise<string[]> =>
    (await positions.totals(scope))
      .map(({ state, count, amount, releasedAmount, refundedAmount }) =>
        [amount.currency.code, state, count, amount, releasedAmount, refundedAmount].join(' '),
      )
      .sort();

  test('of an institution without positions are none', async () => {
    expect(await read(tenant.scope)).toEqual([]);
    expect(await read(institutionScope(newId('inst')))).toEqual([]);
  });

  test('are exact sums for each currency and state', async () => {
    await open(tenant, 'USD', '123456789012345678.12');
    await open(tenant, 'USD', '0.01');
    await open(tenant, 'USD', '10.00', FUND);
    await open(tenant, 'USD', '20.30', FUND, { toState: 'PARTIALLY_RELEASED', amount: '0.10' });
    await open(tenant, 'USD', '5.00', FUND, { toState: 'PARTIALLY_RELEASED', amount: '1.25' });
    await open(tenant, 'USD', '7.00', FUND, { toState: 'RELEASED' });
    await open(tenant, 'JPY', '700', FUND, { toState: 'CANCELLED' });
    await open(tenant, 'KWD', '1.234', { toState: 'EXPIRED' });
    expect(await read(tenant.scope)).toEqual([
      'JPY CANCELLED 1 700 0 700',
      'KWD EXPIRED 1 1.234 0.000 0.000',
      'USD CREATED 2 123456789012345678.13 0.00 0.00',
      'USD FUNDED 1 10.00 0.00 0.00',
      'USD PARTIALLY_RELEASED 2 25.30 1.35 0.00',
      'USD RELEASED 1 7.00 7.00 0.00',
    ]);
  });

  test('are those of all institutions for the platform, and of no other for one', async () => {
    const other = await foundTenant(store);
    // A currency of this test alone, since the platform's totals are those of the whole suite.
    await open(tenant, 'CLF', '1.0001', FUND);
    await open(other, 'CLF', '2.0002', FUND);
    const inCurrency = (totals: string[]): string[] => totals.filter((total) => total.startsWith('CLF'));
    expect(inCurrency(await read(PLATFORM_SCOPE))).toEqual(['CLF FUNDED 2 3.0003 0.0000 0.0000']);
    expect(await read(tenant.scope)).toEqual(['CLF FUNDED 1 1.0001 0.0000 0.0000']);
  });
});
