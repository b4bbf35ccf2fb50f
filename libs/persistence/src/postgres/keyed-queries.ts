import { referenceTo, type Family, type StoredRow, type Table } from '../table.js';
import { keyName, type KeyedQuery } from './grouped-reads.js';

/** Finds rows by a unique key, all of whose columns are text: all of them, or that key and what else is wanted. */
export function rowQuery(
  whole: Table,
  properties: readonly string[],
  wanted: readonly string[] = [],
): KeyedQuery<StoredRow> {
  const read = wanted.length === 0 ? undefined : [...properties, ...wanted];
  const table = {
    ...whole,
    columns: whole.columns.filter(({ property }) => read?.includes(property) ?? true),
  };
  const keys = properties.map((property) => columnName(table, property));
  const names = [`find_${table.name}_by`, ...keys, ...wanted.map((property) => columnName(table, property))];
  return {
    statement: {
      name: names.join('_'),
      text: `SELECT ${columnsOf(table, 't')} FROM "${table.name}" t WHERE ${isAsked(keys)}`,
    },
    collect: (rows) =>
      new Map(
        rows
          .map((values) => toRow(table, values))
          .map((row) => [keyName(properties.map((name) => row[name])), row]),
      ),
  };
}

/** Finds rows by their id, each with those rows of `children` that refer to it, sorted by one property. */
export function familyQuery(table: Table, children: Table, sort: string): KeyedQuery<Family> {
  const reference = referenceTo(table, children);
  const refers = reference.properties
    .map((property, index) => [property, reference.targetProperties[index] ?? ''] as const)
    .map(([from, to]) => `c."${columnName(children, from)}" = t."${columnName(table, to)}"`)
    .join(' AND ');
  return {
    statement: {
      name: `find_${table.name}_with_${children.name}_by_${columnName(children, sort)}`,
      text:
        `SELECT ${columnsOf(table, 't')}, ${columnsOf(children, 'c')} FROM "${table.name}" t ` +
        `LEFT JOIN "${children.name}" c ON ${refers} ` +
        `WHERE ${isAsked(['id'])} ORDER BY c."${columnName(children, sort)}"`,
    },
    collect: (rows) => collectFamilies(table, children, rows),
  };
}

function collectFamilies(
  table: Table,
  children: Table,
  rows: readonly (readonly unknown[])[],
): ReadonlyMap<string, Family> {
  const width = table.columns.length;
  const id = table.columns.findIndex(({ property }) => property === 'id');
  const childId = width + children.columns.findIndex(({ property }) => property === 'id');
  const families = new Map<string, Family>();
  for (const values of rows) {
    const name = keyName([values[id]]);
    const family = families.get(name) ?? { row: toRow(table, values), children: [] };
    families.set(name, family);
    if (values[childId] !== null) family.children.push(toRow(children, values, width));
  }
  return families;
}

/** One part of a key is compared with an array, whose plan does not depend on how many keys are asked for. */
function isAsked(names: readonly string[]): string {
  const [only, ...others] = names;
  if (others.length === 0) return `t."${only}" = ANY ($1::text[])`;
  const parameters = names.map((_, index) => `$${index + 1}::text[]`).join(', ');
  return `(${names.map((name) => `t."${name}"`).join(', ')}) IN (SELECT * FROM unnest(${parameters}))`;
}

function columnName(table: Table, property: string): string {
  const column = table.columns.find((candidate) => candidate.property === property);
  if (column === undefined) throw new Error(`${table.name} has no column for ${property}.`);
  return column.name;
}

function columnsOf(table: Table, alias: string): string {
  return table.columns.map(({ name }) => `${alias}."${name}"`).join(', ');
}

/** A row in the shape of its entity, of values in the order of the table's columns. */
function toRow(table: Table, values: readonly unknown[], from = 0): StoredRow {
  const row: StoredRow = {};
  for (const [index, { property }] of table.columns.entries()) row[property] = values[from + index];
  return row;
}
