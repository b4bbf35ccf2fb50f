import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { currencyCodesInUse } from '#kernel';
import { BACKENDS } from '#testing';
import type { Answer, Client } from '../support/client.js';
import { expectProblem } from '../support/problems.js';
import { readAll } from '../support/records.js';
import { closeService, openService, type Service } from '../support/service.js';
import { done, foundTenant, makeAsset, move, type Tenant } from '../support/tenant.js';
import { fromMinorUnits, placesOf } from './minor-units.js';
import { parametersOf, timeoutMsOf } from './property-runs.js';
import { tooManyDecimals } from './request-rules.js';

/** Of each currency. */
const RUNS = 1;
const MOST_DIGITS_BEFORE_POINT = 24;
const AT_ONCE = 8;

/** What happens to an amount: it is funded, parts of it are released, and the rest goes one way. */
interface Fate {
  readonly amount: bigint;
  /** Of what remains each time, in thousandths. */
  readonly parts: readonly number[];
  readonly end: 'RELEASED' | 'CANCELLED' | 'EXPIRED';
  /** Whether zeros at the end are left out where they can be. */
  readonly isWrittenShort: boolean;
}

function fates(places: number): Arbitrary<Fate> {
  const amount = fc
    .integer({ min: 1, max: MOST_DIGITS_BEFORE_POINT + places })
    .chain((digits) => fc.bigInt({ min: 10n ** BigInt(digits - 1), max: 10n ** BigInt(digits) - 1n }));
  return fc.record({
    amount,
    parts: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 3 }),
    end: fc.constantFrom('RELEASED', 'CANCELLED', 'EXPIRED'),
    isWrittenShort: fc.boolean(),
  });
}

/** The parts in minor units: each at least one unit, and something always remains. */
function partsOf({ amount, parts }: Fate): bigint[] {
  let remaining = amount;
  return parts.flatMap((thousandths) => {
    const part = (remaining * BigInt(thousandths)) / 1000n || 1n;
    if (part >= remaining) return [];
    remaining -= part;
    return [part];
  });
}

const sumOf = (units: readonly bigint[]): bigint => units.reduce((sum, part) => sum + part, 0n);

describe.each(BACKENDS)('amounts on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;
  let holders = 0;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  const codes = new Map([0, 2, 3, 4].map((places) => [places, codesWith(places)]));

  function codesWith(places: number): string[] {
    return currencyCodesInUse().filter((code) => placesOf(code) === places);
  }

  test('are of every currency in use, each of which has 0, 2, 3 or 4 decimal places', () => {
    expect([...codes.values()].flat().sort()).toEqual(currencyCodesInUse());
    expect([...codes.values()].map(({ length }) => length > 1)).toEqual([true, true, true, true]);
  });

  test.each([...codes])(
    'with %d decimal places stay exact to the last digit through every step, read, list and sum',
    async (places, currencies) => {
      for (let from = 0; from < currencies.length; from += AT_ONCE) {
        const some = currencies.slice(from, from + AT_ONCE);
        await Promise.all(some.map(async (currency) => expectExact(currency, places)));
      }
    },
    timeoutMsOf(RUNS * 100),
  );

  async function expectExact(currency: string, places: number): Promise<void> {
    const { assetId } = await makeAsset(tenant.admin, currency);
    const property = fc.asyncProperty(
      fc.constant(currency),
      fc.array(fates(places), { minLength: 1, maxLength: 2 }),
      async (_currency, some) => {
        holders += 1;
        const holderReference = `holder-${holders}`;
        const lives = some.map(
          (fate) => new Life(tenant.admin, { assetId, holderReference, currency }, fate),
        );
        await Promise.all(lives.map(async (life) => life.live()));
        await expectSums(holderReference, currency, some);
      },
    );
    await fc.assert(property, parametersOf(RUNS));
  }

  /** The holder's balances, and the amounts on its list, are those of its positions to the last digit. */
  async function expectSums(holder: string, currency: string, some: readonly Fate[]): Promise<void> {
    const text = (units: bigint): string => fromMinorUnits(units, currency);
    const amount = sumOf(some.map((fate) => fate.amount));
    const refunded = sumOf(
      some.map((fate) => (fate.end === 'RELEASED' ? 0n : fate.amount - sumOf(partsOf(fate)))),
    );
    const { data } = done(await tenant.admin.get(`/v1/balances?holderReference=${holder}`));
    expect(data).toEqual(
      [
        ['depositor', amount, refunded] as const,
        ['escrow', amount, amount] as const,
        ['beneficiary', 0n, amount - refunded] as const,
      ].map(([account, debits, credits]) => ({
        currency,
        account,
        debits: text(debits),
        credits: text(credits),
        balance: text(credits - debits),
      })),
    );
    const listed = await readAll(
      { root: tenant.admin, client: () => tenant.admin },
      `/v1/positions?holderReference=${holder}`,
    );
    expect(listed.map((row) => row.amount).sort()).toEqual(some.map((fate) => text(fate.amount)).sort());
  }
});

/** One position from its opening to its end, with every amount looked at. */
class Life {
  constructor(
    private readonly admin: Client,
    private readonly claim: {
      readonly assetId: string;
      readonly holderReference: string;
      readonly currency: string;
    },
    private readonly fate: Fate,
  ) {}

  async live(): Promise<void> {
    const { amount, end } = this.fate;
    await this.expectTooPrecise('/v1/positions', this.claim);
    const opened = await this.admin.post('/v1/positions', { ...this.claim, amount: this.written(amount) });
    this.expectAmounts(opened, 201, { remaining: amount });
    const path = `/v1/positions/${opened.body.id}`;
    const step = async (toState: string, units: bigint): Promise<Answer> =>
      move(this.admin, opened.body.id, toState, this.written(units));
    this.expectAmounts(await step('FUNDED', amount), 200, { held: amount, remaining: amount });
    await this.expectTooPrecise(`${path}/transition`, { toState: 'PARTIALLY_RELEASED' });
    let released = 0n;
    for (const part of partsOf(this.fate)) {
      released += part;
      const held = amount - released;
      this.expectAmounts(await step('PARTIALLY_RELEASED', part), 200, { released, held, remaining: held });
    }
    const rest = amount - released;
    const ended = await step(end, rest);
    this.expectAmounts(ended, 200, end === 'RELEASED' ? { released: amount } : { released, refunded: rest });
    expect(done(await this.admin.get(path))).toEqual(ended.body);
    const moved = [amount, ...partsOf(this.fate), rest].map((units) => this.text(units));
    const ledger = done(await this.admin.get(`/v1/ledger-events?positionId=${opened.body.id}`));
    expect(ledger.data.map((event: { amount: string }) => event.amount)).toEqual([null, ...moved]);
    expect(ended.body.events.map((event: { amount: string }) => event.amount)).toEqual([moved[0], ...moved]);
  }

  /** One decimal place more than the currency has is refused, be it a zero. */
  private async expectTooPrecise(path: string, json: Readonly<Record<string, string>>): Promise<void> {
    const { currency } = this.claim;
    const exact = this.text(this.fate.amount);
    for (const digit of ['0', '5']) {
      const amount = exact + (placesOf(currency) === 0 ? `.${digit}` : digit);
      expectProblem(await this.admin.post(path, { ...json, amount }), path, tooManyDecimals(currency));
    }
  }

  private expectAmounts(
    { status, body }: Answer,
    expectedStatus: number,
    { released = 0n, refunded = 0n, held = 0n, remaining = 0n },
  ): void {
    const { amount, releasedAmount, refundedAmount, heldAmount, remainingAmount } = body;
    expect({
      status,
      amounts: [amount, releasedAmount, refundedAmount, heldAmount, remainingAmount],
    }).toEqual({
      status: expectedStatus,
      amounts: [this.fate.amount, released, refunded, held, remaining].map((units) => this.text(units)),
    });
  }

  private text(units: bigint): string {
    return fromMinorUnits(units, this.claim.currency);
  }

  /** As a client may write it. */
  private written(units: bigint): string {
    const exact = this.text(units);
    return this.fate.isWrittenShort && exact.includes('.') ? exact.replace(/\.?0+$/, '') : exact;
  }
}
