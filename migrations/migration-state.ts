import type { ClientBase } from 'pg';
import { migrationChecksum } from './migration-checksum.js';
import type { MigrationClass } from './migration-sql.js';
import { MIGRATIONS_TABLE_NAME } from './migrations-data-source.js';
import { otherRunner, type OtherRunner } from './runner-lock.js';

/**
 * How what is recorded of a migration compares with this code: the same; another text than was applied; applied by who
 * keeps no checksums, as the TypeORM command line; of other code, in all likelihood of a newer release.
 */
export type Likeness = 'intact' | 'edited' | 'unrecorded' | 'unknown';

export interface AppliedMigration {
  readonly name: string;
  readonly likeness: Likeness;
  /** Undefined where it was applied before times were kept. */
  readonly appliedAt: Date | undefined;
}

export interface MigrationState {
  /** In the order in which they were applied. */
  readonly applied: readonly AppliedMigration[];
  /** In the order in which they are to run. */
  readonly pending: readonly MigrationClass[];
  /** Who is migrating this database at the moment. */
  readonly runner: OtherRunner | undefined;
}

interface RecordedRow {
  readonly name: string;
  readonly checksum?: string | null;
  readonly applied_at?: string | null;
}

/** Reads what was applied, and compares it with the migrations that are known; changes nothing. */
export async function readMigrationState(
  client: ClientBase,
  known: readonly MigrationClass[],
): Promise<MigrationState> {
  const rows = await recordedRows(client);
  const checksums = new Map<string, string>();
  for (const migration of known) checksums.set(migration.name, await migrationChecksum(migration));
  const applied = rows.map((row) => ({
    name: row.name,
    likeness: likenessOf(row, checksums.get(row.name)),
    appliedAt: row.applied_at == null ? undefined : new Date(row.applied_at),
  }));
  const names = new Set(rows.map(({ name }) => name));
  return {
    applied,
    pending: known.filter(({ name }) => !names.has(name)),
    runner: await otherRunner(client),
  };
}

/** The names of the migrations that are recorded in one way. */
export function namesOf({ applied }: MigrationState, likeness: Likeness): string[] {
  return applied.filter((migration) => migration.likeness === likeness).map(({ name }) => name);
}

/** As JSON, since the table has fewer columns where only the TypeORM command line has migrated. */
async function recordedRows(client: ClientBase): Promise<RecordedRow[]> {
  const table = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
    MIGRATIONS_TABLE_NAME,
  ]);
  if (table.rows[0]?.exists !== true) return [];
  const { rows } = await client.query<{ row: RecordedRow }>(
    `SELECT to_jsonb(recorded) AS row FROM ${MIGRATIONS_TABLE_NAME} recorded ORDER BY id`,
  );
  return rows.map(({ row }) => row);
}

function likenessOf({ checksum }: RecordedRow, expected: string | undefined): Likeness {
  if (expected === undefined) return 'unknown';
  if (checksum == null) return 'unrecorded';
  return checksum === expected ? 'intact' : 'edited';
}
