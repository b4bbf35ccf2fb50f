import { describe, expect, test } from '@jest/globals';
import { Money } from '#kernel';
import fc from 'fast-check';
import { anOpening, aRandomStory, aStory } from '../testing.js';
import { balancesOf, netOf, type Balance, type Turnover } from './balance.js';
import type { Account } from './ledger-event.js';
import type { Happened } from './open-position.js';
import { heldAmountOf } from './position.js';

const turnoverOf = (...stories: readonly (readonly Happened[])[]): Turnover[] => {
  const events = stories.flat().map(({ ledgerEvent }) => ledgerEvent);
  return [...Map.groupBy(events, ({ currency }) => currency)].map(([currency, ofCurrency]) => ({
    currency,
    transfers: ofCurrency.flatMap(({ transfer }) => transfer ?? []),
  }));
};

const shown = (balances: readonly Balance[]): string[] =>
  balances.map((balance) =>
    [
      balance.debits.currency.code,
      balance.account,
      balance.debits.toString(),
      balance.credits.toString(),
      netOf(balance),
    ].join(' '),
  );

/** Signed minor units, read back from the text that is shown. */
const unitsOf = (balance: Balance): bigint => BigInt(netOf(balance).replace('.', ''));

const find = (balances: readonly Balance[], currency: string, account: Account): Balance =>
  balances.find(
    (balance) => balance.account === account && balance.debits.currency.code === currency,
  ) as Balance;

describe('balances', () => {
  test('debit the account that money leaves and credit the one that it reaches', () => {
    const story = aStory(
      anOpening({ amount: Money.parse('USD', '1000.10') }),
      { toState: 'FUNDED' },
      { toState: 'PARTIALLY_RELEASED', amount: '300.05' },
      { toState: 'CANCELLED' },
    );
    expect(shown(balancesOf(turnoverOf(story)))).toEqual([
      'USD depositor 1000.10 700.05 -300.05',
      'USD escrow 1000.10 1000.10 0.00',
      'USD beneficiary 0.00 300.05 300.05',
    ]);
  });

  test('list every account of every currency, by currency, where nothing moved as zero', () => {
    const turnovers = turnoverOf(
      [anOpening({ amount: Money.parse('USD', '1') })],
      aStory(anOpening({ amount: Money.parse('JPY', '90071992547409930') }), { toState: 'FUNDED' }),
      aStory(anOpening({ amount: Money.parse('CLF', '0.0001') }), { toState: 'FUNDED' }),
    );
    expect(shown(balancesOf(turnovers))).toEqual([
      'CLF depositor 0.0001 0.0000 -0.0001',
      'CLF escrow 0.0000 0.0001 0.0001',
      'CLF beneficiary 0.0000 0.0000 0.0000',
      'JPY depositor 90071992547409930 0 -90071992547409930',
      'JPY escrow 0 90071992547409930 90071992547409930',
      'JPY beneficiary 0 0 0',
      'USD depositor 0.00 0.00 0.00',
      'USD escrow 0.00 0.00 0.00',
      'USD beneficiary 0.00 0.00 0.00',
    ]);
  });

  test('of nothing are none', () => {
    expect(balancesOf([])).toEqual([]);
  });

  test('of any stories add up to zero, with what is held in escrow and what was released at its beneficiaries', () => {
    fc.assert(
      fc.property(fc.array(aRandomStory(), { minLength: 1, maxLength: 6 }), (stories) => {
        const balances = balancesOf(turnoverOf(...stories));
        const ends = stories.map((story) => (story.at(-1) as Happened).position);
        const currencies = [...new Set(ends.map(({ amount }) => amount.currency.code))].sort();
        expect(balances.map(({ debits }) => debits.currency.code)).toEqual(
          currencies.flatMap((code) => [code, code, code]),
        );
        for (const currency of currencies) {
          const ofCurrency = balances.filter(({ debits }) => debits.currency.code === currency);
          expect(ofCurrency.reduce((sum, balance) => sum + unitsOf(balance), 0n)).toBe(0n);
          const positions = ends.filter(({ amount }) => amount.currency.code === currency);
          const held = positions.reduce((sum, position) => sum + heldAmountOf(position).minorUnits, 0n);
          const released = positions.reduce((sum, position) => sum + position.releasedAmount.minorUnits, 0n);
          const refunded = positions.reduce((sum, position) => sum + position.refundedAmount.minorUnits, 0n);
          expect(unitsOf(find(balances, currency, 'escrow'))).toBe(held);
          expect(unitsOf(find(balances, currency, 'beneficiary'))).toBe(released);
          expect(find(balances, currency, 'depositor').credits.minorUnits).toBe(refunded);
        }
      }),
    );
  });
});
