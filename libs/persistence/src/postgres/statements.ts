import type { Schema } from '../schema.js';
import type { CommitGrouping } from '../store-options.js';
import type { Column, StoredRow, Table } from '../table.js';

export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** The statements that commits send to one table: one text each, whatever the number of rows. */
export interface TableStatements {
  readonly insert: NamedStatement;
  /**
   * This one and all below take the first parts of the keys as a second parameter, and where commits are grouped by
   * institution, that of all rows as a third one, if the table has it: Citus locks rows where it is given, and no others.
   */
  readonly update: NamedStatement;
  /** Locks rows in the order of their keys, and answers their keys and versions. */
  readonly lock: NamedStatement;
  readonly readVersions: NamedStatement;
  /** Locks rows in the order of their keys; fails when one of them is gone or has not the version given. */
  readonly lockUnchanged: NamedStatement;
  /** Fails when a row is gone or has not the version given. */
  readonly requireUnchanged: NamedStatement;
}

/**
 * SQLSTATE `invalid_text_representation`, by which a statement fails that finds rows changed: SQL has no plainer way to
 * fail on purpose than to take words for a number. They stand in PostgreSQL's log.
 */
export const ROWS_CHANGED = '22P02';
const ROWS_CHANGED_WORDS = 'no fault: a row was changed meanwhile, and the command is decided anew';

/** SQLSTATE `invalid_datetime_format`, by which {@link REQUIRE_RECENT} fails: it takes words for a moment. */
export const DECISION_EXPIRED = '22007';
const DECISION_EXPIRED_WORDS = 'no fault: a command came too late, and is decided anew';

/** Fails when it is later than the moment given, by the database's clock. */
export const REQUIRE_RECENT: NamedStatement = {
  name: 'require_recent',
  text:
    `SELECT CAST(CASE WHEN clock_timestamp() <= $1::timestamptz THEN 'now' ` +
    `ELSE '${DECISION_EXPIRED_WORDS}' END AS timestamptz)`,
};

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Builds a table's statements from its entity. Rows travel as one JSON parameter in the shape of the entity, so that a
 * batch of any size is one statement that is planned once.
 */
function buildStatements(table: Table, grouping: CommitGrouping): TableStatements {
  const name = quote(table.name);
  const keyColumns = table.columns.filter(({ property }) => table.primaryKey.properties.includes(property));
  const assigned = table.columns.filter((column) => !keyColumns.includes(column) && !column.isKept);
  const sent = sentRows(table.columns);
  const keys = keyColumns.map((column) => `t.${quote(column.name)}`).join(', ');
  const sentKeys = keyColumns.map(sentValue).join(', ');
  const sameKey = keyColumns.map((column) => `t.${quote(column.name)} = ${sentValue(column)}`).join(' AND ');
  const locked = `ORDER BY ${keys} FOR NO KEY UPDATE OF t`;
  // Says once more which rows are meant: PostgreSQL expects more rows in a JSON text than there are, and would rather
  // read a small table whole than look for so many.
  const isInstitutions =
    grouping === 'institution' && table.isOfInstitutions ? ` AND t."institution_id" = $3` : '';
  const isAmongSent = `t.${quote(keyColumns[0]?.name ?? '')} = ANY ($2::text[])${isInstitutions}`;
  const versions =
    `SELECT ${keys}, t."version" FROM ${name} t ` +
    `WHERE ${isAmongSent} AND (${keys}) IN (SELECT ${sentKeys} FROM ${sentRows(keyColumns)})`;
  const unchanged =
    `SELECT 1 FROM ${name} t, ${sentRows([...keyColumns, VERSION])} ` +
    `WHERE ${isAmongSent} AND ${sameKey} AND t."version" = r."version"`;
  const failIfFewer = (rows: string): string =>
    `SELECT CAST(CASE WHEN count(*) = json_array_length($1::json) THEN '1' ` +
    `ELSE '${ROWS_CHANGED_WORDS}' END AS integer) FROM (${rows}) found`;
  return {
    insert: {
      name: `insert_${table.name}`,
      text:
        `INSERT INTO ${name} (${table.columns.map((column) => quote(column.name)).join(', ')}) ` +
        `SELECT ${table.columns.map(sentValue).join(', ')} FROM ${sent}`,
    },
    update: {
      name: `update_${table.name}`,
      text:
        `UPDATE ${name} t SET ${assigned.map((column) => `${quote(column.name)} = ${sentValue(column)}`).join(', ')} ` +
        `FROM ${sent} WHERE ${isAmongSent} AND ${sameKey} AND t."version" = r."version" - 1`,
    },
    lock: { name: `lock_${table.name}`, text: `${versions} ${locked}` },
    readVersions: { name: `versions_${table.name}`, text: versions },
    lockUnchanged: { name: `lock_unchanged_${table.name}`, text: failIfFewer(`${unchanged} ${locked}`) },
    requireUnchanged: { name: `require_unchanged_${table.name}`, text: failIfFewer(unchanged) },
  };
}

const VERSION: Column = { property: 'version', name: 'version', type: 'integer' };

/** The rows of the one JSON parameter, as a table `r` that has columns named like the properties of the entity. */
function sentRows(columns: readonly Column[]): string {
  const described = columns.map(({ property, type }) => `${quote(property)} ${type}`);
  return `json_to_recordset($1::json) AS r(${described.join(', ')})`;
}

function sentValue({ property }: Column): string {
  return `r.${quote(property)}`;
}

/** The statements of every table, built once. */
export class Statements {
  private readonly byTable = new Map<Table, TableStatements>();

  constructor(
    readonly schema: Schema,
    readonly grouping: CommitGrouping = 'none',
  ) {
    for (const table of schema.tables) this.byTable.set(table, buildStatements(table, grouping));
  }

  of(table: Table): TableStatements {
    const statements = this.byTable.get(table);
    if (statements === undefined) throw new Error(`No statements were built for ${table.name}.`);
    return statements;
  }
}

/** A row as it travels. Members that are no columns are passed over by the statements. */
export function rowJson(row: StoredRow): string {
  return JSON.stringify(row);
}

/** A row's key and a version of it, as they travel. */
export function versionJson({ primaryKey }: Table, row: StoredRow, version: number): string {
  return JSON.stringify({
    ...Object.fromEntries(primaryKey.properties.map((property) => [property, row[property]])),
    version,
  });
}

/** Rows as the one JSON parameter of a statement. */
export function rowsParameter(rows: readonly string[]): string {
  return `[${rows.join(',')}]`;
}
