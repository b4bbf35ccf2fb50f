import { referenceTo, type Family, type StoredRow, type Table } from '../table.js';
import { BETWEEN_PARTS, keyName, type KeyedQuery } from './grouped-reads.js';

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

/** Finds rows by a unique key of text, each with those rows of `children` that refer to it, sorted by one property. */
export function familyQuery(
  table: Table,
  properties: readonly string[],
  children: Table,
  sort: string,
): KeyedQuery<Family> {
  const keys = properties.map((property) => columnName(table, property));
  const reference = referenceTo(table, children);
  const refers = reference.properties
    .map((property, index) => [property, reference.targetProperties[index] ?? ''] as const)
    .map(([from, to]) => `c."${columnName(children, from)}" = t."${columnName(table, to)}"`)
    .join(' AND ');
  return {
    statement: {
      name: ['find', table.name, 'by', ...keys, 'with', children.name, columnName(children, sort)].join('_'),
      text:
        `SELECT ${columnsOf(table, 't')}, ${columnsOf(children, 'c')} FROM "${table.name}" t ` +
        `LEFT JOIN "${children.name}" c ON ${refers} ` +
        `WHERE ${isAsked(keys)} ORDER BY c."${columnName(children, sort)}"`,
    },
    collect: (rows) => collectFamilies(table, properties, children, rows),
  };
}

function collectFamilies(
  table: Table,
  properties: readonly string[],
  children: Table,
  rows: readonly (readonly unknown[])[],
): ReadonlyMap<string, Family> {
  const width = table.columns.length;
  const keys = properties.map((key) => table.columns.findIndex(({ property }) => property === key));
  const childId = width + children.columns.findIndex(({ property }) => property === 'id');
  const families = new Map<string, Family>();
  for (const values of rows) {
    const name = keyName(keys.map((index) => values[index]));
    const family = families.get(name) ?? { row: toRow(table, values), children: [] };
    families.set(name, family);
    if (values[childId] !== null) family.children.push(toRow(children, values, width));
  }
  return families;
}

/**
 * Each part is looked for by itself, so that an index is followed whose plan does not depend on how many keys are asked
 * for, and is made in no time; then only whole keys are let through, since others may have been asked for their parts.
 */
function isAsked(names: readonly string[]): string {
  const parts = names.map((name, index) => `t."${name}" = ANY ($${index + 1}::text[])`);
  if (names.length === 1) return parts.join();
  const whole = names.map((name) => `t."${name}"`).join(` || '${BETWEEN_PARTS}' || `);
  return [...parts, `(${whole}) = ANY ($${names.length + 1}::text[])`].join(' AND ');
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
