import { describe, expect, test } from '@jest/globals';
import { REGIONS } from '#kernel';
import fc from 'fast-check';
import { aPolicy } from '../testing.js';
import {
  hasRules,
  noPolicyYet,
  putRules,
  removeRules,
  requireOrderedBounds,
  requireRegion,
} from './policy.js';

const founded = new Date('2026-01-01T00:00:00.000Z');
const later = new Date('2026-02-01T00:00:00.000Z');
const latest = new Date('2026-03-01T00:00:00.000Z');
const refusal = (code: string) => expect.objectContaining({ fault: expect.objectContaining({ code }) });

describe('a region', () => {
  test.each(REGIONS)('%s is known', (name) => {
    expect(requireRegion(name)).toBe(name);
  });

  test.each(['MARS', 'us', '', 'EU', 'constructor'])('%j is not', (name) => {
    expect(() => requireRegion(name)).toThrow(refusal('policy.unknown_region'));
  });
});

describe('the bounds of a policy', () => {
  test.each([
    {},
    { minAmount: '1' },
    { maxAmount: '0' },
    { minAmount: '0', maxAmount: '0' },
    { minAmount: '1.50', maxAmount: '1.5' },
    { minAmount: '9.99999999', maxAmount: '10' },
  ])('may be %j', (rules) => {
    expect(() => requireOrderedBounds(rules)).not.toThrow();
  });

  test.each([
    ['10', '9.99999999'],
    ['0.00000001', '0'],
    ['123456789012345678.13', '123456789012345678.12'],
  ])('may not run from %s to %s', (minAmount, maxAmount) => {
    const policy = aPolicy();
    expect(() => putRules(policy, { minAmount, maxAmount }, later)).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'policy.bounds_reversed', kind: 'malformed' }),
        errors: [expect.objectContaining({ pointer: '/position/minAmount', code: 'policy.bounds_reversed' })],
        extensions: { minAmount, maxAmount },
      }),
    );
  });

  test('are compared exactly', () => {
    const units = fc.bigInt({ min: 0n, max: 10n ** 32n - 2n });
    const written = (amount: bigint): string =>
      `${amount / 10n ** 8n}.${`${amount % 10n ** 8n}`.padStart(8, '0')}`;
    fc.assert(
      fc.property(units, (amount) => {
        const [less, more] = [written(amount), written(amount + 1n)];
        expect(() => requireOrderedBounds({ minAmount: less, maxAmount: more })).not.toThrow();
        expect(() => requireOrderedBounds({ minAmount: less, maxAmount: less })).not.toThrow();
        expect(() => requireOrderedBounds({ minAmount: more, maxAmount: less })).toThrow(
          refusal('policy.bounds_reversed'),
        );
      }),
    );
  });
});

describe('a policy', () => {
  const absent = noPolicyYet('inst_1', 'SG', { id: 'pol_1', at: founded });

  test('starts without rules', () => {
    expect(absent).toEqual({
      id: 'pol_1',
      institutionId: 'inst_1',
      region: 'SG',
      rules: null,
      version: 1,
      createdAt: founded,
      updatedAt: founded,
    });
    expect(hasRules(absent)).toBe(false);
  });

  test('exists from the moment that rules come where none were', () => {
    const put = putRules(absent, { maxAmount: '5' }, later);
    expect(put).toEqual({
      ...absent,
      rules: { maxAmount: '5' },
      version: 2,
      createdAt: later,
      updatedAt: later,
    });
    expect(hasRules(put)).toBe(true);
    const again = putRules(put, { minAmount: '1' }, latest);
    expect(again).toEqual({ ...put, rules: { minAmount: '1' }, version: 3, updatedAt: latest });
  });

  test('with empty rules is a policy all the same', () => {
    expect(hasRules(putRules(absent, {}, later))).toBe(true);
  });

  test('keeps no rule that is undefined', () => {
    const { rules } = putRules(absent, { minAmount: undefined, allowedCurrencies: ['USD'] }, later);
    expect(Object.keys(rules)).toEqual(['allowedCurrencies']);
  });

  test('goes on counting its versions when it is removed and comes back', () => {
    const put = putRules(absent, { maxAmount: '5' }, later);
    const removed = removeRules(put, latest);
    expect(removed).toEqual({ ...put, rules: null, version: 3, updatedAt: latest });
    expect(putRules(removed, {}, latest)).toMatchObject({ rules: {}, version: 4, createdAt: latest });
  });
});
