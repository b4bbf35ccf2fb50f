import { describe, expect, test } from '@jest/globals';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { columnRules } from './column-rules.js';
import { describeTable } from './table.js';

@Entity('jars')
@Check('jars_lid_check', `lid IN ('OPEN', 'SHUT')`)
@Check('jars_labels_check', `labels <@ ARRAY['red', 'blue']`)
@Check('jars_code_check', `code ~ '^[0-9a-f]{4}$' AND size >= 1`)
@Check('jars_price_check', `price > 0 AND price <> 'NaN'`)
@Check('jars_either_check', `CASE lid WHEN 'OPEN' THEN size >= 7 END`)
@Check('jars_first_check', `(size = 1) = (lid = 'OPEN') OR size >= 9`)
@Check('jars_pair_check', `(size = 1) = (code = '0000') AND code ~ '^0'`)
class JarEntity {
  @PrimaryColumn('text', { name: 'id' })
  id: string;

  @Column('text', { name: 'lid' })
  lid: string;

  @Column('text', { name: 'labels', array: true })
  labels: string[];

  @Column('text', { name: 'code' })
  code: string;

  @Column('integer', { name: 'size' })
  size: number;

  @Column('numeric', { name: 'price' })
  price: string;
}

const rules = columnRules(JarEntity, describeTable(JarEntity).columns);

describe('the rules of a column', () => {
  test.each<[string, string, unknown[], unknown[]]>([
    ['lid', 'must be one of OPEN, SHUT', ['OPEN', 'SHUT'], ['open', '', 'OPEN, SHUT']],
    ['labels', 'must hold only red, blue', [[], ['blue'], ['red', 'blue']], [['green'], ['red', 'green']]],
    ['code', 'must match ^[0-9a-f]{4}$', ['00af'], ['00AF', '00a', '00aff']],
    ['code', 'must match ^0', ['0', '00af'], ['10']],
    ['size', 'must be 1 or more', [1, 2], [0, -1]],
    ['price', 'must be more than zero', ['1', '0.01', '100'], ['0', '0.00']],
    ['price', 'must be a number', ['1'], ['NaN']],
  ])('%s: %s', (column, demand, good, bad) => {
    const rule = rules.get(column)?.find((each) => each.demand === demand);
    expect(good.map((value) => rule?.holds(value))).toEqual(good.map(() => true));
    expect(bad.map((value) => rule?.holds(value))).toEqual(bad.map(() => false));
  });

  test('are all that is asked of it by itself, and none of what is asked of several', () => {
    const many = [...rules].map(([column, some]) => [column, some.length]);
    expect(Object.fromEntries(many)).toEqual({ id: 0, lid: 1, labels: 1, code: 2, size: 1, price: 2 });
  });

  test.each([
    `lid IN ('OPEN') AND length(lid) < 9`,
    `lid IS NULL OR lid <> ''`,
    'lid BETWEEN 1 AND 5',
    `CASE lid WHEN 'OPEN' THEN true END`,
    `"lid" ~ '^O'`,
  ])('are not passed over where they cannot be read: %s', (expression) => {
    class BadJarEntity {}
    Check('jars_unread_check', expression)(BadJarEntity);
    const [, lid] = describeTable(JarEntity).columns;
    expect(() => columnRules(BadJarEntity, lid === undefined ? [] : [lid])).toThrow(/^No rule for imports/);
  });
});
