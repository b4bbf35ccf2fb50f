import { describe, expect, test } from '@jest/globals';
import { DomainError, Money } from '#kernel';
import fc from 'fast-check';
import { aPolicy } from '../testing.js';
import type { PolicyRules } from './policy.js';
import { requirePolicyAllows } from './require-policy-allows.js';

/** The refusal as its code, pointer and numbers; undefined when the amount is allowed. */
function refusalOf(rules: PolicyRules | null, amount: string, currency = 'USD') {
  try {
    requirePolicyAllows(aPolicy({ region: 'SG', version: 7, rules }), Money.parse(currency, amount));
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [error.fault.code, error.fault.kind, error.errors.map(({ pointer }) => pointer), error.extensions];
  }
}

const named = { policyVersion: 7, region: 'SG' };

describe('a policy', () => {
  test.each([null, {}])('of rules %j allows every amount', (rules) => {
    expect(refusalOf(rules, '0.01')).toBeUndefined();
    expect(refusalOf(rules, '999999999999999999999999.99')).toBeUndefined();
  });

  test.each<[PolicyRules, string, string]>([
    [{ minAmount: '100' }, '100', 'USD'],
    [{ minAmount: '100.00000000' }, '100', 'JPY'],
    [{ maxAmount: '100' }, '100.000', 'KWD'],
    [{ minAmount: '0' }, '0.01', 'USD'],
    [{ minAmount: '0.001', maxAmount: '0.001' }, '0.001', 'KWD'],
    [{ minAmount: '100', maxAmount: '500', allowedCurrencies: ['EUR', 'USD'] }, '250.25', 'USD'],
    [{ maxAmount: '123456789012345678.12' }, '123456789012345678.12', 'USD'],
  ])('of rules %j allows %s %s', (rules, amount, currency) => {
    expect(refusalOf(rules, amount, currency)).toBeUndefined();
  });

  test.each<[PolicyRules, string, string, object]>([
    [{ minAmount: '100' }, '99.99', 'USD', { amount: '99.99', minAmount: '100' }],
    [{ minAmount: '100' }, '9', 'USD', { amount: '9.00', minAmount: '100' }],
    [{ minAmount: '99.991' }, '99.99', 'USD', { amount: '99.99', minAmount: '99.991' }],
    [{ minAmount: '100.00000001' }, '100', 'JPY', { amount: '100', minAmount: '100.00000001' }],
    [{ maxAmount: '100' }, '100.01', 'USD', { amount: '100.01', maxAmount: '100' }],
    [{ maxAmount: '0' }, '0.001', 'KWD', { amount: '0.001', maxAmount: '0' }],
    [{ maxAmount: '9' }, '10', 'JPY', { amount: '10', maxAmount: '9' }],
    [
      { maxAmount: '123456789012345678.12' },
      '123456789012345678.13',
      'USD',
      { amount: '123456789012345678.13', maxAmount: '123456789012345678.12' },
    ],
  ])(
    'of rules %j refuses %s %s, naming its version, its region and the bound',
    (rules, amount, currency, numbers) => {
      expect(refusalOf(rules, amount, currency)).toEqual([
        'policy.amount_out_of_bounds',
        'refused',
        ['/amount'],
        { ...named, currency, ...numbers },
      ]);
    },
  );

  test('refuses a currency that it does not allow, before any bound', () => {
    const allowedCurrencies = ['EUR', 'GBP'];
    expect(refusalOf({ minAmount: '100', allowedCurrencies }, '1', 'USD')).toEqual([
      'policy.currency_not_allowed',
      'refused',
      ['/currency'],
      { ...named, currency: 'USD', allowedCurrencies },
    ]);
  });

  test('bounds plain decimals whatever the currency, exactly, however close an amount comes', () => {
    const scales = { JPY: 0, USD: 2, KWD: 3, CLF: 4 };
    const currency = fc.constantFrom(...(Object.keys(scales) as (keyof typeof scales)[]));
    const written = (units: bigint, scale: number): string => {
      const digits = `${units}`.padStart(scale + 1, '0');
      return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    };
    fc.assert(
      fc.property(
        currency,
        fc.bigInt({ min: 1n, max: 10n ** 24n - 1n }),
        // The bound lies a hundred-millionth from the amount, or on it.
        fc.constantFrom(-1n, 0n, 1n),
        (code, units, step) => {
          const scale = scales[code];
          const bound = written(units * 10n ** BigInt(8 - scale) + step, 8);
          const amount = written(units, scale);
          const isBelow = refusalOf({ minAmount: bound }, amount, code) !== undefined;
          const isAbove = refusalOf({ maxAmount: bound }, amount, code) !== undefined;
          expect([isBelow, isAbove]).toEqual([step > 0n, step < 0n]);
        },
      ),
    );
  });
});
