import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals, fromUnits, toUnits } from './decimal.js';

describe('plain decimals', () => {
  test('turn into units and back without loss', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 32n - 1n }),
        fc.integer({ min: 0, max: 8 }),
        (units, scale) => {
          expect(toUnits(fromUnits(units, scale), scale)).toBe(units);
        },
      ),
    );
  });

  test.each([
    ['1', '1.00', 0],
    ['0.1', '0.10000000', 0],
    ['2', '10', -1],
    ['123456789012345678901234.00000001', '123456789012345678901234', 1],
  ])('compare %s with %s by value', (left, right, sign) => {
    expect(Math.sign(compareDecimals(left, right))).toBe(sign);
  });

  test('are never cut to a smaller scale', () => {
    expect(() => toUnits('1.234', 2)).toThrow(RangeError);
  });
});
