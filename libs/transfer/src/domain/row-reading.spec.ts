import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue, StoredColumn, StoredTable } from '#kernel';
import { readRow } from './row-reading.js';

const column = (property: string, type: string, others: Partial<StoredColumn> = {}): StoredColumn => ({
  ...{ property, type, isNullable: false, rules: [] },
  ...others,
});

const ID = `pos_${'0'.repeat(26)}`;
const INSTITUTION = `inst_${'0'.repeat(26)}`;
const GOOD: JsonObject = {
  ...{ id: ID, institutionId: INSTITUTION, note: null, currency: 'JPY', labels: ['a'] },
  ...{ details: { a: [1, { b: 'c' }] }, size: 3, amount: '10.05', at: '2026-01-31T12:00:00.123Z' },
};
const POSITIONS: StoredTable = {
  name: 'positions',
  columns: [
    ...[column('id', 'text'), column('institutionId', 'text'), column('note', 'text', { isNullable: true })],
    ...[column('currency', 'text'), column('labels', 'text[]'), column('details', 'jsonb')],
    column('size', 'integer', {
      rules: [{ demand: 'must be even or 3', holds: (value) => value === 3 || Number(value) % 2 === 0 }],
    }),
    ...[column('amount', 'numeric'), column('at', 'timestamptz')],
  ],
  primaryKey: { properties: ['id'] },
};

const faultsOf = (json: JsonObject, table = POSITIONS): string[] =>
  readRow(table, json).faults.map(({ member, why }) => `${member} ${why}`);
const faultsWith = (member: string, value: JsonValue): string[] => faultsOf({ ...GOOD, [member]: value });

describe('a row of an export', () => {
  test('is read to what is stored: moments become such, and all else stays as it is', () => {
    const { row, faults } = readRow(POSITIONS, GOOD);
    expect(faults).toEqual([]);
    expect(row).toEqual({ ...GOOD, at: new Date('2026-01-31T12:00:00.123Z') });
  });

  test.each<[string, JsonValue[], JsonValue[], string]>([
    ['id', [ID], [`ast_${'0'.repeat(26)}`, ''], 'must be an id that begins with pos_'],
    ['institutionId', [INSTITUTION], ['inst_1'], 'must be an id that begins with inst_'],
    ['id', [], [7, true, {}, []], 'must be text'],
    ['id', [], [null], 'must not be null'],
    ['note', [null, '', 'é\u0001'], ['\0', 'a\0'], 'must not hold the character U+0000'],
    ['currency', ['USD', 'KWD'], ['ABC', 'usd', ''], 'must be the code of an active currency'],
    ['labels', [[], ['a', '']], ['a', [7], [null], { 0: 'a' }], 'must be a list of texts'],
    ['labels', [], [['a', '\0']], 'must not hold the character U+0000'],
    ['details', [{}, { a: null, b: '\\u0000' }], [[], 'a', 7, false], 'must be an object'],
    ['details', [], [{ a: [{ b: '\0' }] }, { '\0': 1 }], 'must not hold the character U+0000'],
    ['size', [0, -2_147_483_646], [1.5, '2', 2_147_483_648, 1e300], 'must be a whole number'],
    ['size', [3, 4], [5], 'must be even or 3'],
    [
      'amount',
      ['0', '0.00000001', '9'.repeat(24)],
      [10, '10.0', '01', '-1', '+1', '1e1', '.5', '1.', 'NaN', '', '0.000000001', '9'.repeat(25)],
      'must be an exact amount in a text, without zeros at its end',
    ],
    [
      'at',
      ['2024-02-29T00:00:00.000Z'],
      [7, '', '2026-02-29T00:00:00.000Z', '2026-13-01T00:00:00.000Z', '2026-01-31T12:00:00Z'],
      'must be a moment such as 2026-01-31T12:00:00.000Z',
    ],
  ])('has a good %s of %j, and no other', (member, good, bad, why) => {
    expect(good.map((value) => faultsWith(member, value))).toEqual(good.map(() => []));
    expect(bad.map((value) => faultsWith(member, value))).toEqual(bad.map(() => [`${member} ${why}`]));
  });

  test('is told of every member at once, and of those that it should not have', () => {
    const { size: _, amount: __, ...others } = GOOD;
    const json = JSON.parse(
      JSON.stringify(others).replace('{', '{"__proto__":1,"toString":2,'),
    ) as JsonObject;
    expect(readRow(POSITIONS, json).row).not.toHaveProperty('toString', 2);
    expect(faultsOf(json)).toEqual([
      ...['__proto__ is unknown', 'toString is unknown', 'size is missing', 'amount is missing'],
    ]);
  });

  test('may have an id of no kind that is known, in a table that keeps none', () => {
    const jars: StoredTable = { ...POSITIONS, name: 'jars', columns: [column('id', 'text')] };
    expect(faultsOf({ id: 'anything' }, jars)).toEqual([]);
  });

  test('is not read where nobody has said how its column is to be', () => {
    const jars: StoredTable = { ...POSITIONS, columns: [column('bits', 'bytea')] };
    expect(() => readRow(jars, { bits: 'a' })).toThrow('a column of the type bytea');
  });
});
