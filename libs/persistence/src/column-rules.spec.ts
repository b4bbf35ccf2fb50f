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
    ['size', 'must be 1 or more', [1, 2], [0, -1]],
    ['price', 'must be more than zero', ['1', '0.01', '100'], ['0', '0.00']],
  ])('%s: %s', (column, demand, good, bad) => {
    const [rule, ...others] = rules.get(column) ?? [];
    expect(others).toEqual([]);
    expect(rule?.demand).toBe(demand);
    expect(good.map((value) => rule?.holds(value))).toEqual(good.map(() => true));
    expect(bad.map((value) => rule?.holds(value))).toEqual(bad.map(() => false));
  });

  test('are none where nothing is asked', () => {
    expect(rules.get('id')).toEqual([]);
  });
});
