import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';

/** Tables that belong to no tenant. Every other table has an `institution_id`. */
const OF_NO_TENANT = ['institutions', 'schema_migrations'];

/** Keys that find a tenant's row without naming the tenant: an API key is what tells whose request it is. */
const KEYS_WITHOUT_TENANT = ['api_keys_pk'];

/** Tables whose rows need no institution to be there: the platform, which is none, has such rows as well. */
const ALSO_OF_THE_PLATFORM = ['audit_events', 'checkpoints', 'idempotency_records'];

interface Key {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
}

interface UniqueKey extends Key {
  readonly isPrimary: boolean;
}

interface Reference extends Key {
  readonly target: string;
  readonly targetColumns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly isValidated: boolean;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
}

/** The names of columns, in the order in which their numbers stand in a list. */
const namesOf = (numbers: string, table: string): string => `
  ARRAY(
    SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number ORDER BY k.place
  )`;

/** Also of indexes that are unique without being a constraint. */
const KEYS = `
  SELECT x.indrelid::regclass::text AS "table", i.relname::text AS name, x.indisprimary AS "isPrimary",
    ${namesOf('x.indkey::smallint[]', 'x.indrelid')} AS columns
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  WHERE x.indisunique AND i.relnamespace = 'public'::regnamespace ORDER BY 2`;

const REFERENCES = `
  SELECT conrelid::regclass::text AS "table", conname::text AS name,
    ${namesOf('conkey', 'conrelid')} AS columns,
    confrelid::regclass::text AS target, ${namesOf('confkey', 'confrelid')} AS "targetColumns",
    confdeltype AS "onDelete", confupdtype AS "onUpdate", convalidated AS "isValidated"
  FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 2`;

const COLUMNS = `
  SELECT c.relname::text AS "table", a.attname::text AS name, format_type(a.atttypid, NULL) AS type,
    NOT a.attnotnull AS "isNullable"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1, a.attnum`;

/** Some value of a type, for a column whose value says nothing. */
const ANY_VALUE: Readonly<Record<string, unknown>> = {
  text: 'x',
  integer: 1,
  bigint: 1,
  'timestamp with time zone': '2026-01-02T03:04:05.678Z',
};

describe('the database keeps tenants apart', () => {
  let database: TestDatabase;
  let owner: Client;
  let keys: readonly UniqueKey[];
  let references: readonly Reference[];
  let columns: readonly Column[];
  let tenantTables: readonly string[];

  beforeAll(async () => {
    database = await openTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    keys = (await owner.query<UniqueKey>(KEYS)).rows;
    references = (await owner.query<Reference>(REFERENCES)).rows;
    columns = (await owner.query<Column>(COLUMNS)).rows;
    tenantTables = [...new Set(columns.map(({ table }) => table))].filter(
      (table) => !OF_NO_TENANT.includes(table),
    );
  });
  afterAll(async () => {
    await owner.end();
    await database.close();
  });

  const ofTenants = <Of extends { readonly table: string }>(all: readonly Of[]): Of[] =>
    all.filter(({ table }) => tenantTables.includes(table));

  test('by a column of every table that belongs to a tenant, which is never empty', () => {
    const isOfTenant = (table: string): boolean =>
      columns.some((one) => one.table === table && one.name === 'institution_id' && !one.isNullable);
    expect(tenantTables.filter((table) => !isOfTenant(table))).toEqual([]);
    expect(OF_NO_TENANT.filter(isOfTenant)).toEqual([]);
    expect(tenantTables.length).toBeGreaterThan(8);
  });

  test('by every primary and unique key, which names the tenant', () => {
    const without = ofTenants(keys).filter((key) => !key.columns.includes('institution_id'));
    expect(without.map(({ name }) => name)).toEqual(KEYS_WITHOUT_TENANT);
    const keyed = new Set(keys.map(({ table }) => table));
    expect(tenantTables.filter((table) => !keyed.has(table))).toEqual([]);
  });

  test('by every reference, which names the tenant on both sides', () => {
    const pairs = ofTenants(references).map(({ name, columns: from, targetColumns, target }) => ({
      name,
      tenant: targetColumns[from.indexOf('institution_id')],
      expected: target === 'institutions' ? 'id' : 'institution_id',
    }));
    expect(pairs.filter(({ tenant, expected }) => tenant !== expected)).toEqual([]);
    expect(pairs.length).toBeGreaterThan(6);
    // Nothing that belongs to all refers to what belongs to one.
    expect(references.filter(({ table }) => OF_NO_TENANT.includes(table))).toEqual([]);
  });

  test('by references that are held to, and that remove and change nothing by themselves', () => {
    const lax = references.filter(
      ({ onDelete, onUpdate, isValidated }) => onDelete !== 'a' || onUpdate !== 'a' || !isValidated,
    );
    expect(lax).toEqual([]);
  });

  test('by references that lead every row to its institution, but for what the platform has as well', () => {
    const leads = (table: string): boolean =>
      table === 'institutions' ||
      references.some((reference) => reference.table === table && leads(reference.target));
    expect(tenantTables.filter((table) => !leads(table))).toEqual(ALSO_OF_THE_PLATFORM);
  });

  /** A row of a table, of which only its keys and the given columns say anything. */
  async function insert(table: string, given: Readonly<Record<string, unknown>>): Promise<void> {
    const keyed = new Set(keys.filter((key) => key.table === table).flatMap((key) => key.columns));
    const filled = columns
      .filter((column) => column.table === table && keyed.has(column.name))
      .map(({ name, type }): [string, unknown] => [name, ANY_VALUE[type]]);
    const row = { ...Object.fromEntries(filled), ...given };
    const names = Object.keys(row).map((name) => `"${name}"`);
    const values = names.map((_, index) => `$${index + 1}`);
    await owner.query(`INSERT INTO ${table} (${names.join()}) VALUES (${values.join()})`, Object.values(row));
  }

  /** Leaves of a table its keys and one reference: whatever else rows must fulfil is not looked at here. */
  async function leaveOnly(reference: Reference): Promise<void> {
    for (const table of new Set([reference.table, reference.target])) {
      const { rows } = await owner.query<{ name: string }>(
        `SELECT conname::text AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('c', 'f') AND conname <> $2`,
        [table, reference.name],
      );
      for (const { name } of rows) await owner.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
      const primary = keys.filter((key) => key.table === table && key.isPrimary);
      const inPrimary = new Set(primary.flatMap((key) => key.columns));
      for (const column of columns.filter((one) => one.table === table && !inPrimary.has(one.name))) {
        await owner.query(`ALTER TABLE ${table} ALTER COLUMN "${column.name}" DROP NOT NULL`);
      }
    }
  }

  test('by refusing, for every reference, a row that refers to one of another tenant', async () => {
    for (const reference of ofTenants(references)) {
      const { table, name, target, columns: from, targetColumns } = reference;
      const targetTenant = target === 'institutions' ? 'id' : 'institution_id';
      const row: Record<string, string> = {
        ...Object.fromEntries(targetColumns.map((column) => [column, 'referred'])),
        [targetTenant]: 'inst_one',
      };
      const own = {
        institution_id: 'inst_one',
        ...Object.fromEntries(from.map((column, index) => [column, row[targetColumns[index] ?? '']])),
      };
      await owner.query('BEGIN');
      try {
        await leaveOnly(reference);
        await insert(target, row);
        await owner.query('SAVEPOINT referred');
        await insert(table, own);
        await owner.query('ROLLBACK TO SAVEPOINT referred');
        const foreign = insert(table, { ...own, institution_id: 'inst_other' });
        await expect(foreign).rejects.toMatchObject({ code: '23503', constraint: name });
      } finally {
        await owner.query('ROLLBACK');
      }
    }
  });
});
