import { types } from 'node:util';
import type { Cursor, Page, PageRequest } from '#kernel';

/** The properties a list is sorted by; together they are unique, so that no two rows tie. */
export type SortOrder<Row> = readonly (keyof Row & string)[];

type SortValue = string | number;

function sortValues<Row>(row: Row, sort: SortOrder<Row>): SortValue[] {
  return sort.map((property) => {
    const value = row[property];
    if (types.isDate(value)) return value.toISOString();
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw new TypeError(`${property} cannot be sorted by.`);
  });
}

function compareValues(left: Cursor, right: Cursor): number {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (other === undefined || value === other) continue;
    return value < other ? -1 : 1;
  }
  return 0;
}

export function compareRows<Row>(left: Row, right: Row, sort: SortOrder<Row>): number {
  return compareValues(sortValues(left, sort), sortValues(right, sort));
}

export function isAfter<Row>(
  row: Row,
  cursor: Cursor,
  sort: SortOrder<Row>,
  order: PageRequest['order'],
): boolean {
  const comparison = compareValues(sortValues(row, sort), cursor);
  return order === 'asc' ? comparison > 0 : comparison < 0;
}

/** Makes a page of rows that were read one beyond its limit: the surplus row tells that more follow. */
export function cutPage<Row>(rows: readonly Row[], sort: SortOrder<Row>, request: PageRequest): Page<Row> {
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  if (rows.length <= request.limit || last === undefined) return { items };
  return { items, next: sortValues(last, sort) };
}
