import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../migrations/package-root.js';
import { withScratchDatabase } from './scratch-database.js';

/** Other releases of pg_dump print the same schema differently, so the committed dump is made by one. */
const POSTGRES_MAJOR = 15;
const BIN_DIRECTORY = process.env.POSTGRES_15_BIN ?? `/usr/lib/postgresql/${POSTGRES_MAJOR}/bin`;

export const SCHEMA_DUMP_FILE = join(packageRoot(), 'migrations', 'schema.dump.sql');

/** The schema that the migrations make, as `pg_dump` of PostgreSQL 15 prints it, without what varies by machine. */
export async function dumpSchema(binDirectory = BIN_DIRECTORY): Promise<string> {
  const pgDump = join(binDirectory, 'pg_dump');
  if (!existsSync(pgDump)) {
    throw new Error(
      `pg_dump of PostgreSQL ${POSTGRES_MAJOR} is not in ${binDirectory}: ` +
        'install postgresql-15, or name its folder in POSTGRES_15_BIN.',
    );
  }
  return withScratchDatabase(async (url) => {
    const options = ['--schema-only', '--no-owner', '--no-privileges', `--dbname=${url}`];
    const { stdout } = await promisify(execFile)(pgDump, options);
    return withoutVersions(stdout);
  }, binDirectory);
}

/** `\restrict` carries a token made anew for every dump, and the comments the minor release. */
function withoutVersions(dump: string): string {
  const lines = dump.split('\n').filter((line) => !/^(-- Dumped |\\restrict |\\unrestrict )/.test(line));
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

if (import.meta.main) {
  const dump = await dumpSchema();
  if (!process.argv.includes('--check')) {
    await writeFile(SCHEMA_DUMP_FILE, dump);
  } else if (dump !== (await readFile(SCHEMA_DUMP_FILE, 'utf8'))) {
    console.error('migrations/schema.dump.sql is not what the migrations make: run `npm run schema:dump`.');
    process.exitCode = 1;
  }
}
