import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currencyCodesInUse, findCurrency } from './currency.js';
import { DomainError } from './domain-error.js';
import { Money } from './money.js';

const codeOf = (read: () => unknown): string | undefined => {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.fault.code;
    throw error;
  }
};

/** An amount of any size that the store takes, in any currency, as text with exactly the currency's digits. */
const amounts = fc
  .record({
    code: fc.constantFrom(...currencyCodesInUse()),
    minorUnits: fc.bigInt({ min: 0n, max: 10n ** 24n - 1n }),
  })
  .map(({ code, minorUnits }) => {
    const digits = findCurrency(code)?.digits ?? 0;
    const text = minorUnits.toString().padStart(digits + 1, '0');
    return {
      code,
      text: digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`,
      minorUnits,
    };
  });

describe('money', () => {
  test.each([
    ['USD', '1000.10', '1000.10'],
    ['USD', '1000.1', '1000.10'],
    ['USD', '1000', '1000.00'],
    ['USD', '123456789012345678.12', '123456789012345678.12'],
    ['JPY', '1000', '1000'],
    ['KWD', '1.234', '1.234'],
    ['CLF', '0.0001', '0.0001'],
    ['USD', '0.00', '0.00'],
  ])('reads %s %s and writes it with the digits of its currency', (currency, text, written) => {
    expect(Money.parse(currency, text).toString()).toBe(written);
  });

  test.each([
    ['JPY', '100.5', 'money.too_many_decimals'],
    ['USD', '1.234', 'money.too_many_decimals'],
    ['USD', '1.000', 'money.too_many_decimals'],
    ['CLF', '0.00001', 'money.too_many_decimals'],
    ['XXX', '1', 'money.unknown_currency'],
    ['XAU', '1', 'money.unknown_currency'],
    ['usd', '1', 'money.unknown_currency'],
    ['DEM', '1', 'money.unknown_currency'],
    ...[
      '1e3',
      '+1',
      '-1',
      ' 1',
      '1 ',
      '01',
      '00',
      '.5',
      '1.',
      '1,5',
      '',
      '١',
      '1_000',
      '0x1',
      'NaN',
      '1.5e-8',
      '1000000000000000000000000',
      '0.123456789',
    ].map((text) => ['USD', text, 'money.malformed_amount']),
  ])('refuses %s %j with %s', (currency = '', text = '', code = '') => {
    expect(codeOf(() => Money.parse(currency, text))).toBe(code);
  });

  test('refuses zero where something must move', () => {
    expect(codeOf(() => Money.parsePositive('USD', '0.00'))).toBe('money.not_positive');
  });

  test('writes back every amount of every currency as it was read, also after the store has padded it', () => {
    fc.assert(
      fc.property(amounts, ({ code, text, minorUnits }) => {
        const money = Money.parse(code, text);
        expect(money.minorUnits).toBe(minorUnits);
        expect(money.toString()).toBe(text);
        const [whole = '', fraction = ''] = text.split('.');
        expect(Money.fromStored(code, `${whole}.${fraction.padEnd(8, '0')}`).toString()).toBe(text);
      }),
    );
  });

  test('adds and takes away exactly', () => {
    fc.assert(
      fc.property(amounts, ({ code, text, minorUnits }) => {
        const money = Money.parse(code, text);
        const more = Money.fromStored(code, money.toString()).plus(money);
        expect(more.minus(money).equals(money)).toBe(true);
        expect(more.minorUnits).toBe(minorUnits * 2n);
        expect(money.isLessThan(more)).toBe(minorUnits > 0n);
      }),
    );
  });

  test('never becomes negative and never mixes currencies', () => {
    expect(() => Money.parse('USD', '1').minus(Money.parse('USD', '2'))).toThrow(RangeError);
    expect(() => Money.parse('USD', '1').plus(Money.parse('EUR', '1'))).toThrow(TypeError);
  });

  test('refuses a stored amount that its currency cannot hold, rather than round it', () => {
    expect(() => Money.fromStored('JPY', '1.5')).toThrow(RangeError);
    expect(() => Money.fromStored('ABC', '1')).toThrow('unknown currency ABC');
  });
});
