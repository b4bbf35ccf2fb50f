import { anAsset, anAssetTemplate, assetBinding, assetTemplateBinding } from '#assets/testing';
import { institutionScope, Money, newId, PLATFORM_SCOPE, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { balancesOf, netOf, type Balance } from '../domain/balance.js';
import type { LedgerEventRepository, TurnoverFilter } from '../domain/ledger-event-repository.js';
import type { Happened } from '../domain/open-position.js';
import {
  anOpening,
  aRandomStory,
  aStory,
  foundTenant,
  ledgerEventBinding,
  POSITION_ENTITIES,
  storeSteps,
  type Tenant,
} from '../testing.js';

const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 1) + ms);

const shown = (balances: readonly Balance[]): string[] =>
  balances.map((balance) =>
    [balance.debits.currency.code, balance.account, balance.debits, balance.credits, netOf(balance)].join(
      ' ',
    ),
  );

const ZERO_USD = [
  'USD depositor 0.00 0.00 0.00',
  'USD escrow 0.00 0.00 0.00',
  'USD beneficiary 0.00 0.00 0.00',
];

describe.each(BACKENDS)('the turnover of positions on %s', (backend) => {
  let store: TestStore;
  let ledger: LedgerEventRepository;
  let tenant: Tenant;

  beforeAll(async () => {
    store = await openStore(backend, POSITION_ENTITIES);
    ledger = store.bind(ledgerEventBinding);
  });
  afterAll(async () => store.close());

  beforeEach(async () => {
    tenant = await foundTenant(store);
  });

  const opening = (overrides: Parameters<typeof anOpening>[0] = {}): Happened =>
    anOpening({ institutionId: tenant.institutionId, assetId: tenant.assetId, at: at(0), ...overrides });

  const read = async (filter: TurnoverFilter = {}, scope: Scope = tenant.scope): Promise<string[]> =>
    shown(balancesOf(await ledger.turnover(scope, filter)));

  async function makeAsset(): Promise<string> {
    const { institutionId } = tenant;
    const template = anAssetTemplate({ institutionId });
    const asset = anAsset({ institutionId, templateId: template.id });
    await store.unitOfWork.commit((changes) => {
      store.bind(assetTemplateBinding).insert(changes, template);
      store.bind(assetBinding).insert(changes, asset);
    });
    return asset.id;
  }

  /** Stores a position whose whole amount is funded after a second, and all of it released after two. */
  async function storeReleased(
    amount: string,
    overrides: Parameters<typeof anOpening>[0] = {},
  ): Promise<void> {
    const claim = { amount: Money.parse('USD', amount), ...overrides };
    await storeSteps(store, ...aStory(opening(claim), { toState: 'FUNDED' }, { toState: 'RELEASED' }));
  }

  test('of no position is none', async () => {
    expect(await read()).toEqual([]);
  });

  test('of positions that are not funded is zero, in each of their currencies', async () => {
    await storeSteps(store, opening(), opening({ amount: Money.parse('JPY', '5') }));
    expect(await read()).toEqual([
      ...['depositor', 'escrow', 'beneficiary'].map((account) => `JPY ${account} 0 0 0`),
      ...ZERO_USD,
    ]);
  });

  test('adds up what was moved, beyond what a floating-point number holds', async () => {
    const amount = Money.parse('CLF', '999999999999999999999999.9999');
    const story = (): Happened[] =>
      aStory(opening({ amount }), { toState: 'FUNDED' }, { toState: 'PARTIALLY_RELEASED', amount: '0.0001' });
    await storeSteps(store, ...story(), ...story());
    expect(await read()).toEqual([
      'CLF depositor 1999999999999999999999999.9998 0.0000 -1999999999999999999999999.9998',
      'CLF escrow 0.0002 1999999999999999999999999.9998 1999999999999999999999999.9996',
      'CLF beneficiary 0.0000 0.0002 0.0002',
    ]);
  });

  test('is that of an asset, of a holder, or of both', async () => {
    const assetId = await makeAsset();
    await storeReleased('1.00');
    await storeReleased('20.00', { assetId });
    await storeReleased('300.00', { assetId, holderReference: 'holder-2' });
    await storeReleased('4000.00', { holderReference: 'holder-2' });
    const released = async (filter: TurnoverFilter): Promise<string | undefined> => (await read(filter))[2];
    expect([
      await released({}),
      await released({ assetId }),
      await released({ assetId: tenant.assetId }),
      await released({ holderReference: 'holder-2' }),
      await released({ assetId, holderReference: 'holder-2' }),
    ]).toEqual(
      ['4321.00', '320.00', '4001.00', '4300.00', '300.00'].map(
        (sum) => `USD beneficiary 0.00 ${sum} ${sum}`,
      ),
    );
  });

  test('is that up to a moment, that moment included', async () => {
    await storeReleased('7.00');
    const funded = ['USD depositor 7.00 0.00 -7.00', 'USD escrow 0.00 7.00 7.00', ZERO_USD[2]];
    const released = [
      'USD depositor 7.00 0.00 -7.00',
      'USD escrow 7.00 7.00 0.00',
      'USD beneficiary 0.00 7.00 7.00',
    ];
    for (const filter of [{}, { assetId: tenant.assetId }, { holderReference: 'holder-1' }]) {
      expect(await read({ ...filter, asOf: at(-1) })).toEqual(ZERO_USD);
      expect(await read({ ...filter, asOf: at(999) })).toEqual(ZERO_USD);
      expect(await read({ ...filter, asOf: at(1_000) })).toEqual(funded);
      expect(await read({ ...filter, asOf: at(1_999) })).toEqual(funded);
      expect(await read({ ...filter, asOf: at(2_000) })).toEqual(released);
      expect(await read(filter)).toEqual(released);
    }
  });

  test('keeps to the scope, whatever a filter names', async () => {
    await storeReleased('1.00');
    const stranger = await foundTenant(store);
    await storeReleased('20.00', { ...stranger, holderReference: 'holder-of-all' });
    await storeReleased('300.00', { holderReference: 'holder-of-all' });
    const holder = { holderReference: 'holder-of-all' };
    expect((await read())[2]).toBe('USD beneficiary 0.00 301.00 301.00');
    expect((await read({}, stranger.scope))[2]).toBe('USD beneficiary 0.00 20.00 20.00');
    expect((await read(holder))[2]).toBe('USD beneficiary 0.00 300.00 300.00');
    expect((await read(holder, PLATFORM_SCOPE))[2]).toBe('USD beneficiary 0.00 320.00 320.00');
    const { assetId } = stranger;
    expect((await read({ assetId }, PLATFORM_SCOPE))[2]).toBe('USD beneficiary 0.00 20.00 20.00');
    expect(await read({ assetId })).toEqual([]);
    expect(await read({}, institutionScope(newId('inst')))).toEqual([]);
  });

  test.each([
    ['an asset', { assetId: newId('ast') }],
    ['a holder', { holderReference: 'holder-0' }],
    ['an asset named by text that no database can hold', { assetId: 'ast_\0' }],
    ['a holder named by a lone surrogate', { holderReference: '\ud800' }],
    ['an asset named like SQL', { assetId: "' OR true --" }],
  ])('of %s that there is not is none', async (_, filter) => {
    await storeReleased('1.00');
    expect(await read(filter)).toEqual([]);
    expect(await read(filter, PLATFORM_SCOPE)).toEqual([]);
  });

  test('is, for any stories and at any of their moments, the sum of their transfers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRandomStory(), { minLength: 1, maxLength: 4 }),
        fc.nat(6),
        async (told, laterMs) => {
          const own = await foundTenant(store);
          const stories = told.map((story) => story.map((happened) => ofTenant(happened, own)));
          for (const story of stories) await storeSteps(store, ...story);
          const asOf = at(laterMs);
          const events = Map.groupBy(
            stories.flat().map(({ ledgerEvent }) => ledgerEvent),
            ({ currency }) => currency,
          );
          const turnovers = [...events].map(([currency, ofCurrency]) => ({
            currency,
            transfers: ofCurrency.flatMap(({ transfer, at: moved }) =>
              transfer && moved <= asOf ? [transfer] : [],
            ),
          }));
          const expected = shown(balancesOf(turnovers));
          expect(await read({ asOf }, own.scope)).toEqual(expected);
          expect(await read({ asOf, assetId: own.assetId }, own.scope)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });
});

/** A step as one of another institution's; its hash is of no interest here. */
function ofTenant({ position, event, ledgerEvent }: Happened, { institutionId, assetId }: Tenant): Happened {
  return {
    position: { ...position, institutionId, assetId },
    event: { ...event, institutionId },
    ledgerEvent: { ...ledgerEvent, institutionId },
  };
}
