import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock } from '#testing';
import type { Client, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { invalid, refusedAt } from './support/refusals.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, makeAsset, move, openPosition, type Tenant } from './support/tenant.js';

type Query = Readonly<Record<string, string>>;

const pathOf = (query: Query): string => `/v1/balances?${new URLSearchParams(query).toString()}`;

const ask = async (client: Client, query: Query = {}): Promise<Json> => {
  const { status, body } = await client.get(pathOf(query));
  return { status, body };
};

/** The three rows of a currency, each given by its debits, credits and balance. */
const rows = (currency: string, ...sums: readonly string[]): Json[] =>
  ['depositor', 'escrow', 'beneficiary'].map((account, index) => {
    const [debits, credits, balance] = (sums[index] ?? '').split(' ');
    return { currency, account, debits, credits, balance };
  });

const zeros = (currency: string, zero: string): Json[] =>
  rows(currency, ...Array<string>(3).fill(`${zero} ${zero} ${zero}`));

const answerOf = (...data: readonly Json[]): Json => ({
  status: 200,
  body: { data: data.flat(), page: { limit: 50, nextCursor: null } },
});

const CLF = zeros('CLF', '0.0000');
const JPY = rows('JPY', '1000 0 -1000', '1 1000 999', '0 1 1');
const KWD = rows('KWD', '1.234 1.234 0.000', '1.234 1.234 0.000', '0.000 0.000 0.000');
/** Of the asset `bridge`, by holder. */
const REFUNDED = rows('USD', '1000.10 700.05 -300.05', '1000.10 1000.10 0.00', '0.00 300.05 300.05');
const RELEASED = rows('USD', '20.00 0.00 -20.00', '20.00 20.00 0.00', '0.00 20.00 20.00');

describe.each(BACKENDS)('balances on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let service: Service;
  let ours: Tenant;
  let theirs: Tenant;
  const assets: Record<string, string> = {};
  /** When the position of theirs was opened whose balances are asked for as of past moments. */
  let towerAtMs: number;

  beforeAll(async () => {
    service = await openService(backend, {}, clock);
    ours = await foundTenant(service);
    theirs = await foundTenant(service, 'Southern Escrow');
    for (const currency of ['JPY', 'KWD', 'CLF']) {
      assets[currency] = (await makeAsset(ours.admin, currency)).assetId;
    }
    assets.road = ours.assetId;
    assets.bridge = (await makeAsset(ours.admin, 'USD')).assetId;
    assets.tower = theirs.assetId;
    assets.quay = (await makeAsset(theirs.admin, 'USD')).assetId;
    await tell(ours, 'road', '3.33', 'holder-1');
    await tell(ours, 'road', '90071992547409930.07', 'holder-1', 'FUNDED', 'PARTIALLY_RELEASED 0.01');
    await tell(ours, 'bridge', '1000.10', 'holder-1', 'FUNDED', 'PARTIALLY_RELEASED 300.05', 'CANCELLED');
    await tell(ours, 'bridge', '20.00', 'holder-2', 'FUNDED', 'RELEASED');
    await tell(ours, 'JPY', '1000', 'holder-2', 'FUNDED', 'PARTIALLY_RELEASED 1');
    await tell(ours, 'KWD', '1.234', 'holder-1', 'FUNDED', 'EXPIRED');
    await tell(ours, 'CLF', '0.0001', 'holder-3', 'CANCELLED');
    towerAtMs = clock.now().getTime() + 1_000;
    await tell(theirs, 'tower', '10.00', 'holder-7', 'FUNDED', 'PARTIALLY_RELEASED 4.00', 'EXPIRED');
    await tell(theirs, 'quay', '7.00', 'holder-2', 'FUNDED');
  });
  afterAll(() => closeService(service));

  /** The story of one position; a second passes before each of its steps. */
  async function tell(
    { admin }: Tenant,
    asset: string,
    amount: string,
    holderReference: string,
    ...steps: readonly string[]
  ): Promise<void> {
    clock.advance(1_000);
    const currency = asset.length === 3 ? asset : 'USD';
    const id = await openPosition(admin, assets[asset] ?? '', amount, { currency, holderReference });
    for (const step of steps) {
      clock.advance(1_000);
      const [toState = '', part] = step.split(' ');
      done(await move(admin, id, toState, part));
    }
  }

  test('sum what was funded, released and given back exactly, each currency with its own digits', async () => {
    const usd = rows(
      'USD',
      '90071992547410950.17 700.05 -90071992547410250.12',
      '1020.11 90071992547410950.17 90071992547409930.06',
      '0.00 320.06 320.06',
    );
    expect(await ask(ours.admin)).toEqual(answerOf(CLF, JPY, KWD, usd));
    expect(await ask(ours.reader)).toEqual(answerOf(CLF, JPY, KWD, usd));
    expect(await ask(ours.admin, { institutionId: ours.id })).toEqual(answerOf(CLF, JPY, KWD, usd));
    expect(await ask(service.root, { institutionId: ours.id })).toEqual(answerOf(CLF, JPY, KWD, usd));
  });

  test('are none where there is no position, and zero where none is funded', async () => {
    const { admin, assetId } = await foundTenant(service, 'Western Escrow');
    expect(await ask(admin)).toEqual(answerOf());
    await openPosition(admin, assetId, '5.00');
    expect(await ask(admin)).toEqual(answerOf(zeros('USD', '0.00')));
  });

  test('of an asset, of a holder and of both leave the others out', async () => {
    const { admin } = ours;
    const { bridge = '', JPY: jpy = '' } = assets;
    const both = rows('USD', '1020.10 700.05 -320.05', '1020.10 1020.10 0.00', '0.00 320.05 320.05');
    expect(await ask(admin, { assetId: bridge })).toEqual(answerOf(both));
    expect(await ask(admin, { assetId: jpy })).toEqual(answerOf(JPY));
    expect(await ask(admin, { holderReference: 'holder-2' })).toEqual(answerOf(JPY, RELEASED));
    expect(await ask(admin, { holderReference: 'holder-3' })).toEqual(answerOf(CLF));
    const ofHolder = async (holderReference: string): Promise<Json> =>
      ask(admin, { assetId: bridge, holderReference });
    expect(await ofHolder('holder-1')).toEqual(answerOf(REFUNDED));
    expect(await ofHolder('holder-2')).toEqual(answerOf(RELEASED));
    expect(await ofHolder('holder-3')).toEqual(answerOf());
  });

  test('of what is unknown, or another tenant’s, are none', async () => {
    const queries: Query[] = [
      { assetId: UNKNOWN.asset },
      { assetId: theirs.assetId },
      { assetId: 'no id at all' },
      { holderReference: 'holder-7' },
      { holderReference: 'holder-9' },
    ];
    for (const query of queries) expect(await ask(ours.admin, query)).toEqual(answerOf());
  });

  test('add up to zero, with what positions hold in escrow and what they released at beneficiaries', async () => {
    const positions: Json[] = done(await ours.admin.get('/v1/positions?limit=200')).data;
    const units = (text: string): bigint => BigInt(text.replace('.', ''));
    const { body } = await ask(ours.admin);
    for (const currency of ['CLF', 'JPY', 'KWD', 'USD']) {
      const total = (member: string): bigint =>
        positions
          .filter((position) => position.currency === currency)
          .reduce((sum, position) => sum + units(position[member]), 0n);
      const [depositor, escrow, beneficiary] = body.data
        .filter((row: Json) => row.currency === currency)
        .map(({ balance }: Json) => units(balance)) as [bigint, bigint, bigint];
      expect(depositor + escrow + beneficiary).toBe(0n);
      expect([escrow, beneficiary]).toEqual([total('heldAmount'), total('releasedAmount')]);
    }
  });

  test('are those of all institutions for root, unless it names one or what one has', async () => {
    const theirOwn = rows('USD', '17.00 6.00 -11.00', '10.00 17.00 7.00', '0.00 4.00 4.00');
    expect(await ask(theirs.reader)).toEqual(answerOf(theirOwn));
    expect(await ask(service.root, { institutionId: theirs.id })).toEqual(answerOf(theirOwn));
    expect(await ask(service.root, { assetId: assets.bridge ?? '', holderReference: 'holder-1' })).toEqual(
      answerOf(REFUNDED),
    );
    expect(await ask(service.root, { holderReference: 'holder-2' })).toEqual(
      answerOf(JPY, rows('USD', '27.00 0.00 -27.00', '20.00 27.00 7.00', '0.00 20.00 20.00')),
    );
    const usd = rows(
      'USD',
      '90071992547410967.17 706.05 -90071992547410261.12',
      '1030.11 90071992547410967.17 90071992547409937.06',
      '0.00 324.06 324.06',
    );
    expect(await ask(service.root)).toEqual(answerOf(CLF, JPY, KWD, usd));
  });

  const funded = rows('USD', '10.00 0.00 -10.00', '0.00 10.00 10.00', '0.00 0.00 0.00');
  const partly = rows('USD', '10.00 0.00 -10.00', '4.00 10.00 6.00', '0.00 4.00 4.00');
  const ended = rows('USD', '10.00 6.00 -4.00', '10.00 10.00 0.00', '0.00 4.00 4.00');

  test.each([
    ['before its creation', -1, zeros('USD', '0.00')],
    ['at its creation', 0, zeros('USD', '0.00')],
    ['a millisecond before its funding', 999, zeros('USD', '0.00')],
    ['just at its funding', 1_000, funded],
    ['between two steps', 1_500, funded],
    ['just at its release', 2_000, partly],
    ['a millisecond before its end', 2_999, partly],
    ['just at its end', 3_000, ended],
  ])('of a position %s are those of then', async (_, ms, expected) => {
    const asOf = new Date(towerAtMs + ms).toISOString();
    const queries: Query[] = [
      { asOf },
      { asOf, assetId: theirs.assetId },
      { asOf, holderReference: 'holder-7' },
    ];
    for (const query of queries) expect(await ask(theirs.admin, query)).toEqual(answerOf(expected));
  });

  test('of long ago are zero in the currencies of today, and those of now are those of no moment', async () => {
    const { admin } = ours;
    expect(await ask(admin, { asOf: '0001-01-01T00:00:00Z' })).toEqual(
      answerOf(CLF, zeros('JPY', '0'), zeros('KWD', '0.000'), zeros('USD', '0.00')),
    );
    expect(await ask(admin, { asOf: clock.now().toISOString() })).toEqual(await ask(admin));
  });

  test('take a moment with an offset and with fractions of a second', async () => {
    const inDelhi = new Date(towerAtMs + 1_000 + 19_800_000).toISOString().replace('Z', '999+05:30');
    expect(await ask(theirs.admin, { assetId: theirs.assetId, asOf: inDelhi })).toEqual(answerOf(funded));
  });

  test('of the future are refused before anything is looked up', async () => {
    const asOf = new Date(clock.now().getTime() + 1).toISOString();
    for (const path of [pathOf({ asOf }), pathOf({ asOf, institutionId: theirs.id })]) {
      expectProblem(await ours.admin.get(path), path, refusedAt(400, 'position.future_moment', '/asOf'));
    }
  });

  test.each([
    ['asOf=yesterday', invalid(['/asOf', 'field.malformed'])],
    ['asOf=2026-03-01T12:00:00+01:00', invalid(['/asOf', 'field.malformed'])],
    ['asOf=', invalid(['/asOf', 'field.malformed'])],
    ['holderReference=', invalid(['/holderReference', 'field.wrong_length'])],
    ['assetId=a&assetId=b', invalid(['/assetId', 'field.wrong_type'])],
    ['limit=10', invalid(['/limit', 'field.unknown'])],
    [`institutionId=${UNKNOWN.institution}`, refusedAt(404, 'institution.unknown', '/institutionId')],
  ])('asked for with %s are refused', async (query, refusal) => {
    const path = `/v1/balances?${query}`;
    expectProblem(await ours.admin.get(path), path, refusal);
  });
});
