import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../migrations/migration-list.js';
import { type MigrationClass, migrationSql } from '../migrations/migration-sql.js';
import { packageRoot } from '../migrations/package-root.js';

/** What squawk says of the SQL that goes up in these migrations; empty if it finds nothing. */
export async function lintMigrations(classes: MigrationClass[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'escrowgrid-sql-'));
  try {
    const files: string[] = [];
    for (const migrationClass of classes) {
      const file = join(directory, `${migrationClass.name}.sql`);
      await writeFile(file, await migrationSql(migrationClass));
      files.push(file);
    }
    return await squawk(files);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Rules that do not fit here; every other one holds. */
const EXCLUDED_RULES = [
  // Versions and sequence numbers count the steps of one row.
  'prefer-bigint-over-int',
  // The migrating connection sets it, for every statement.
  'require-lock-timeout',
  // A backfill or an index of a large table may take its time; what must not wait is bounded by lock_timeout.
  'require-statement-timeout',
];

async function squawk(files: string[]): Promise<string> {
  const program = join(packageRoot(), 'node_modules', '.bin', 'squawk');
  const options = ['--assume-in-transaction', '--pg-version=15.0', `--exclude=${EXCLUDED_RULES.join(',')}`];
  return new Promise((resolve, reject) => {
    execFile(program, [...options, ...files], (error, stdout, stderr) => {
      if (error === null) resolve('');
      else if (error.code === 1) resolve(stdout + stderr);
      else reject(new Error(`squawk could not be run: ${error.message}`, { cause: error }));
    });
  });
}

if (import.meta.main) {
  const complaints = await lintMigrations(migrations);
  if (complaints !== '') {
    console.error(complaints);
    process.exitCode = 1;
  }
}
