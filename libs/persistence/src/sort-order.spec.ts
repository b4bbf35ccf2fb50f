import { describe, expect, test } from '@jest/globals';
import { compareRows, cutPage, isAfter, type SortOrder } from './sort-order.js';

interface Row {
  readonly at: Date;
  readonly seq: number;
  readonly id: string;
  readonly note: string | null;
}

const row = (second: number, id: string, seq = 1): Row => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)),
  seq,
  id,
  note: null,
});
const BY_MOMENT: SortOrder<Row> = ['at', 'id'];

describe('the order of rows', () => {
  test('is that of their first sort value that differs', () => {
    expect(compareRows(row(1, 'z'), row(2, 'a'), BY_MOMENT)).toBeLessThan(0);
    expect(compareRows(row(2, 'a'), row(1, 'z'), BY_MOMENT)).toBeGreaterThan(0);
    expect(compareRows(row(1, 'a'), row(1, 'b'), BY_MOMENT)).toBeLessThan(0);
    expect(compareRows(row(1, 'a', 5), row(1, 'a', 6), BY_MOMENT)).toBe(0);
  });

  test('is that of numbers for numbers, and of code units for text', () => {
    expect(compareRows(row(1, 'a', 9), row(1, 'a', 10), ['seq'])).toBeLessThan(0);
    expect(compareRows(row(1, 'Z'), row(1, 'a'), ['id'])).toBeLessThan(0);
    expect(compareRows(row(1, 'a_1'), row(1, 'a1'), ['id'])).toBeGreaterThan(0);
  });

  test('is that of time for moments of any era', () => {
    const [ancient, late] = [new Date('0001-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')];
    const rows = [late, new Date(0), ancient].map((at) => ({ ...row(0, 'a'), at }));
    expect(rows.sort((left, right) => compareRows(left, right, ['at'])).map(({ at }) => at)).toEqual([
      ancient,
      new Date(0),
      late,
    ]);
  });

  test('does not exist for values that are no moment, number or text', () => {
    expect(() => compareRows(row(1, 'a'), row(1, 'b'), ['note'])).toThrow('note cannot be sorted by.');
  });
});

describe('a cursor', () => {
  const cursor = ['2026-01-01T00:00:01.000Z', 'm'];

  test.each([
    [row(1, 'n'), true, false],
    [row(2, 'a'), true, false],
    [row(1, 'm'), false, false],
    [row(1, 'l'), false, true],
    [row(0, 'z'), false, true],
  ])('%#: stands between the rows before and behind it', (candidate, ascending, descending) => {
    expect(isAfter(candidate, cursor, BY_MOMENT, 'asc')).toBe(ascending);
    expect(isAfter(candidate, cursor, BY_MOMENT, 'desc')).toBe(descending);
  });
});

describe('a page', () => {
  const rows = [row(1, 'a'), row(1, 'b'), row(2, 'a')];

  test('ends with its limit and tells of more when one row more was read', () => {
    expect(cutPage(rows, BY_MOMENT, { limit: 2, order: 'asc' })).toEqual({
      items: rows.slice(0, 2),
      next: ['2026-01-01T00:00:01.000Z', 'b'],
    });
  });

  test('is the last when no row more was read', () => {
    expect(cutPage(rows, BY_MOMENT, { limit: 3, order: 'asc' })).toEqual({ items: rows });
    expect(cutPage(rows, BY_MOMENT, { limit: 4, order: 'desc' })).toEqual({ items: rows });
    expect(cutPage([], BY_MOMENT, { limit: 1, order: 'asc' })).toEqual({ items: [] });
  });
});
