import type { ClientBase } from 'pg';
import { MIGRATIONS_TABLE_NAME } from './migrations-data-source.js';

/** The column that tells whose a row is, and by which tables can be distributed. */
export const INSTITUTION = 'institution_id';

/** What belongs to no institution, or is looked for before it is known whose it is: every node may have a copy. */
export const REFERENCE_TABLES: readonly string[] = ['institutions', 'api_keys'];

/** Whose rows are about migrations, and stay where these are run. */
export const BOOKKEEPING_TABLES: readonly string[] = [MIGRATIONS_TABLE_NAME];

interface StoredTable {
  readonly name: string;
  readonly keys: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly hasPrimaryKey: boolean;
  readonly references: readonly Reference[];
  readonly sequences: readonly string[];
  readonly enumColumns: readonly string[];
  /** Of constraints and indexes. */
  readonly names: readonly string[];
}

interface Reference {
  readonly name: string;
  readonly target: string;
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
  /** Whether a row that is removed or changed takes others with it. */
  readonly isReaching: boolean;
}

const namesOf = (numbers: string, table: string): string =>
  `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number ORDER BY k.place)`;

const TABLES = `
  SELECT c.relname::text AS name,
    (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'columns', ${namesOf('x.indkey::smallint[]', 'c.oid')})
      ORDER BY i.relname), '[]') FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
      WHERE x.indrelid = c.oid AND x.indisunique) AS keys,
    EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary) AS "hasPrimaryKey",
    (SELECT coalesce(json_agg(json_build_object('name', f.conname, 'target', f.confrelid::regclass::text,
      'columns', ${namesOf('f.conkey', 'f.conrelid')}, 'targetColumns', ${namesOf('f.confkey', 'f.confrelid')},
      'isReaching', f.confdeltype NOT IN ('a', 'r') OR f.confupdtype NOT IN ('a', 'r')) ORDER BY f.conname), '[]')
      FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f') AS "references",
    ARRAY(SELECT s.relname::text FROM pg_class s WHERE s.relkind = 'S' AND (
        EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.refobjid = c.oid)
        OR EXISTS (SELECT FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
          WHERE d.refobjid = s.oid AND f.adrelid = c.oid)) ORDER BY 1) AS sequences,
    ARRAY(SELECT a.attname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_type e ON e.oid = t.typelem
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND 'e' IN (t.typtype, e.typtype)
      ORDER BY 1) AS "enumColumns",
    ARRAY(SELECT n.conname::text FROM pg_constraint n WHERE n.conrelid = c.oid AND n.contype NOT IN ('n', 't')
      UNION SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid
      ORDER BY 1) AS names
  FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;

/**
 * What keeps the tables of a database from being distributed by institution, or lets them cross from one to another, in
 * sentences; none if nothing does.
 */
export async function catalogueFaults(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<StoredTable>(TABLES);
  return rows.filter(({ name }) => !BOOKKEEPING_TABLES.includes(name)).flatMap(faultsOf);
}

function faultsOf(table: StoredTable): string[] {
  const { name, keys, references, sequences, enumColumns, names } = table;
  return [
    ...(table.hasPrimaryKey ? [] : [`${name} has no primary key`]),
    ...keys
      .filter(({ columns }) => !REFERENCE_TABLES.includes(name) && !columns.includes(INSTITUTION))
      .map((key) => `the unique key ${key.name} of ${name} does not hold ${INSTITUTION}`),
    ...references.flatMap((reference) => referenceFaults(name, reference)),
    ...sequences.map((sequence) => `${name} takes numbers from the sequence ${sequence}`),
    ...enumColumns.map((column) => `the column ${column} of ${name} is of a native enum`),
    ...names
      .filter((given) => !isExplicit(name, given))
      .map((given) => `${given} of ${name} was given no name of its own`),
  ];
}

function referenceFaults(
  table: string,
  { name, target, columns, targetColumns, isReaching }: Reference,
): string[] {
  const targetTenant = target === 'institutions' ? 'id' : INSTITUTION;
  const isAmongReferences = REFERENCE_TABLES.includes(table) && REFERENCE_TABLES.includes(target);
  const isOfOne = targetColumns[columns.indexOf(INSTITUTION)] === targetTenant;
  return [
    ...(isOfOne || isAmongReferences
      ? []
      : [`the reference ${name} of ${table} may lead to another institution`]),
    ...(REFERENCE_TABLES.includes(table) && !REFERENCE_TABLES.includes(target)
      ? [`the reference ${name} leads from ${table}, of which every node has a copy, to ${target}`]
      : []),
    ...(isReaching ? [`the reference ${name} of ${table} changes rows by itself`] : []),
  ];
}

/** Names of the house end in what they are of. PostgreSQL's own end in `pkey` and `fkey`; TypeORM's are of hashes. */
function isExplicit(table: string, name: string): boolean {
  return name.startsWith(`${table}_`) && /^[a-z0-9_]+_(pk|key|fk|check|idx)$/.test(name);
}
