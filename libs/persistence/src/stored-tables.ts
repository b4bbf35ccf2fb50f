import type { StoredTable } from '#kernel';
import { getMetadataArgsStorage } from 'typeorm';
import { columnRules } from './column-rules.js';
import type { Schema } from './schema.js';
import type { Table } from './table.js';

/** All tables of a schema as whoever moves them is told of them, in the schema's order. */
export class StoredTables {
  readonly all: readonly StoredTable[];
  private readonly tables: ReadonlyMap<StoredTable, Table>;

  constructor(schema: Schema) {
    this.tables = new Map(schema.tables.map((table) => [describe(table), table]));
    this.all = [...this.tables.keys()];
  }

  tableOf(stored: StoredTable): Table {
    const table = this.tables.get(stored);
    if (table === undefined) throw new Error(`${stored.name} is a table of another store.`);
    return table;
  }
}

function describe({ entity, name, columns, primaryKey }: Table): StoredTable {
  const rules = columnRules(entity, columns);
  const declared = getMetadataArgsStorage().columns.filter(({ target }) => target === entity);
  return {
    name,
    primaryKey,
    columns: columns.map((column) => ({
      property: column.property,
      type: column.type,
      isNullable:
        declared.find(({ propertyName }) => propertyName === column.property)?.options.nullable === true,
      rules: rules.get(column.name) ?? [],
    })),
  };
}

/** Why something cannot be filled, naming what is there. */
export function describeContent(names: readonly string[]): string {
  return `It is not empty: there are rows in ${names.join(', ')}.`;
}
