import type { Schema } from '../schema.js';
import type { StoredRow, Table } from '../table.js';

export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** The statements that commits send to one table: one text each, whatever the number of rows. */
export interface TableStatements {
  readonly insert: NamedStatement;
  readonly update: NamedStatement;
  readonly lock: NamedStatement;
  readonly readVersions: NamedStatement;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Builds a table's statements from its entity. Rows travel as one JSON parameter, whose types PostgreSQL
 * takes from the table itself, so that a batch of any size is one statement that is planned once.
 */
function buildStatements(table: Table): TableStatements {
  const name = quote(table.name);
  const isKey = (property: string): boolean => table.primaryKey.properties.includes(property);
  const columns = table.columns.map((column) => quote(column.name));
  const keys = table.columns.filter((column) => isKey(column.property)).map((column) => quote(column.name));
  const assigned = table.columns
    .filter((column) => !isKey(column.property))
    .map((column) => quote(column.name));
  const sent = `json_populate_recordset(NULL::${name}, $1::json)`;
  const sameKey = keys.map((key) => `t.${key} = r.${key}`).join(' AND ');
  const versions =
    `SELECT ${keys.map((key) => `t.${key}`).join(', ')}, t."version" FROM ${name} t ` +
    `WHERE (${keys.map((key) => `t.${key}`).join(', ')}) IN (SELECT ${keys.map((key) => `r.${key}`).join(', ')} FROM ${sent} r)`;
  return {
    insert: {
      name: `insert_${table.name}`,
      text: `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM ${sent}`,
    },
    update: {
      name: `update_${table.name}`,
      text:
        `UPDATE ${name} t SET ${assigned.map((column) => `${column} = r.${column}`).join(', ')} ` +
        `FROM ${sent} r WHERE ${sameKey} AND t."version" = r."version" - 1`,
    },
    lock: {
      name: `lock_${table.name}`,
      text: `${versions} ORDER BY ${keys.map((key) => `t.${key}`).join(', ')} FOR NO KEY UPDATE OF t`,
    },
    readVersions: { name: `versions_${table.name}`, text: versions },
  };
}

/** The statements of every table, built once. */
export class Statements {
  private readonly byTable = new Map<Table, TableStatements>();

  constructor(readonly schema: Schema) {
    for (const table of schema.tables) this.byTable.set(table, buildStatements(table));
  }

  of(table: Table): TableStatements {
    const statements = this.byTable.get(table);
    if (statements === undefined) throw new Error(`No statements were built for ${table.name}.`);
    return statements;
  }
}

/** A row as JSON text, under the names of its columns. */
export function rowJson(table: Table, row: StoredRow): string {
  return JSON.stringify(
    Object.fromEntries(table.columns.map((column) => [column.name, row[column.property]])),
  );
}

/** Rows as the one JSON parameter of a statement. */
export function rowsParameter(rows: readonly string[]): string {
  return `[${rows.join(',')}]`;
}
