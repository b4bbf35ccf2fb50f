import { describe, expect, test } from '@jest/globals';
import { DomainError, Money } from '#kernel';
import fc from 'fast-check';
import { anAssetTemplate } from '../testing.js';
import { requireTemplateAllows } from './require-template-allows.js';

const template = (bounds: { minAmount?: string; maxAmount?: string; currency?: string }) =>
  anAssetTemplate({ id: 'tmpl_1', config: { currency: 'USD', region: 'US', ...bounds } });

/** The refusal as its code, pointer and numbers; undefined when the amount is allowed. */
function refusalOf(bounds: Parameters<typeof template>[0], amount: string, currency = 'USD') {
  try {
    requireTemplateAllows(template(bounds), Money.parse(currency, amount));
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [error.fault.code, error.fault.kind, error.errors.map(({ pointer }) => pointer), error.extensions];
  }
}

const outOfBounds = (numbers: object) => [
  'template.amount_out_of_bounds',
  'refused',
  ['/amount'],
  { templateId: 'tmpl_1', currency: 'USD', ...numbers },
];

describe('a template', () => {
  test('without bounds allows any amount of its currency', () => {
    expect(refusalOf({}, '0.01')).toBeUndefined();
    expect(refusalOf({}, '999999999999999999999999.99')).toBeUndefined();
  });

  test('refuses any other currency, whatever the amount', () => {
    expect(refusalOf({ minAmount: '5' }, '1', 'EUR')).toEqual([
      'template.currency_mismatch',
      'refused',
      ['/currency'],
      { templateId: 'tmpl_1', expected: 'USD', currency: 'EUR' },
    ]);
  });

  test.each(['100', '100.01', '250.00', '499.99', '500'])(
    'with bounds 100 and 500.00 allows %s',
    (amount) => {
      expect(refusalOf({ minAmount: '100', maxAmount: '500.00' }, amount)).toBeUndefined();
    },
  );

  test.each([
    ['0.01', { amount: '0.01', minAmount: '100' }],
    ['99.99', { amount: '99.99', minAmount: '100' }],
    ['9', { amount: '9.00', minAmount: '100' }],
    ['500.01', { amount: '500.01', maxAmount: '500.00' }],
    ['1000', { amount: '1000.00', maxAmount: '500.00' }],
  ])('with bounds 100 and 500.00 refuses %s and tells the numbers', (amount, numbers) => {
    expect(refusalOf({ minAmount: '100', maxAmount: '500.00' }, amount)).toEqual(outOfBounds(numbers));
  });

  test('bounds amounts beyond what a floating-point number can tell apart', () => {
    const bound = '123456789012345678.12';
    expect(refusalOf({ maxAmount: bound }, bound)).toBeUndefined();
    expect(refusalOf({ maxAmount: bound }, '123456789012345678.13')).toEqual(
      outOfBounds({ amount: '123456789012345678.13', maxAmount: bound }),
    );
  });

  test('compares exactly, however close an amount comes to a bound', () => {
    const cents = fc.bigInt({ min: 1n, max: 10n ** 25n });
    const written = (amount: bigint): string => `${amount / 100n}.${`${amount % 100n}`.padStart(2, '0')}`;
    fc.assert(
      fc.property(cents, fc.constantFrom(-1n, 0n, 1n), (bound, step) => {
        const isBelow = refusalOf({ minAmount: written(bound) }, written(bound + step)) !== undefined;
        const isAbove = refusalOf({ maxAmount: written(bound) }, written(bound + step)) !== undefined;
        expect([isBelow, isAbove]).toEqual([step < 0n, step > 0n]);
      }),
    );
  });
});
