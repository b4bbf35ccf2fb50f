import { describe, expect, test } from '@jest/globals';
import type { JsonObject, StoredColumn, StoredTable } from '#kernel';
import { toJson } from './row-json.js';
import { readRow } from './row-reading.js';

const column = (property: string, type: string, isNullable = false): StoredColumn => ({
  property,
  type,
  isNullable,
  rules: [],
});

const TABLE: StoredTable = {
  name: 'boxes',
  primaryKey: { properties: ['id'] },
  columns: [
    column('id', 'text'),
    column('amount', 'numeric'),
    column('at', 'timestamptz', true),
    column('tags', 'text[]'),
    column('place', 'integer'),
    column('content', 'jsonb', true),
  ],
};

const ROW = {
  id: 'box',
  amount: '10',
  at: new Date('2026-01-31T12:00:00.001Z'),
  tags: ['a', 'b'],
  place: 7,
  content: { note: [1, null] },
};

describe('a row of an export', () => {
  test('shows every column, and reads as it was written', () => {
    const json = toJson(TABLE, ROW);
    expect(json).toEqual({ ...ROW, at: '2026-01-31T12:00:00.001Z' });
    expect(readRow(TABLE, json)).toEqual({ row: ROW, faults: [] });
    const withNulls = { ...ROW, at: null, content: null };
    expect(readRow(TABLE, toJson(TABLE, withNulls)).row).toEqual(withNulls);
  });

  test.each([
    ['1000.10000000', '1000.1'],
    ['1000.10', '1000.1'],
    ['1000.00000000', '1000'],
    ['1000', '1000'],
    ['0.00000001', '0.00000001'],
    ['0', '0'],
    ['100', '100'],
    ['123456789012345678901234.12345678', '123456789012345678901234.12345678'],
  ])('shows the stored amount %s as %s', (stored, shown) => {
    expect(toJson(TABLE, { ...ROW, amount: stored })).toMatchObject({ amount: shown });
  });

  test.each([
    [
      'a moment finer than milliseconds',
      { at: new Date(NaN) },
      'boxes box: at is no moment of whole milliseconds.',
    ],
    ['an amount that is none', { amount: 'NaN' }, 'boxes box: amount is no amount.'],
    ['an amount below zero', { amount: '-1' }, 'boxes box: amount is no amount.'],
  ])('is not written with %s', (_, members, message) => {
    expect(() => toJson(TABLE, { ...ROW, ...members })).toThrow(message);
  });

  test('tells of all that is wrong with it at once', () => {
    const json: JsonObject = {
      id: 'box',
      amount: 1,
      at: 'today',
      tags: ['a', 1],
      place: 2 ** 31,
      more: null,
    };
    expect(readRow(TABLE, json).faults.map(({ member }) => member)).toEqual([
      'more',
      'amount',
      'at',
      'tags',
      'place',
      'content',
    ]);
  });

  test('does not take what objects inherit for a member', () => {
    const table = { ...TABLE, columns: [column('toString', 'text')] };
    expect(readRow(table, {}).faults).toEqual([{ member: 'toString', why: 'is missing' }]);
  });
});
