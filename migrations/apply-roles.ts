import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { packageRoot } from './package-root.js';

/**
 * Makes the application's role and gives it exactly the rights of `roles.sql`. Can be run again, also by
 * several at once; wants a migrated database. Without a `url` the driver reads the `PG*` variables.
 */
export async function applyRoles(url: string | undefined): Promise<void> {
  const sql = await readFile(join(packageRoot(), 'migrations', 'roles.sql'), 'utf8');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
