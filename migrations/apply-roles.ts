import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Encryption } from '#persistence';
import { Client } from 'pg';
import { packageRoot } from './package-root.js';

export interface RolesOptions {
  /** How the connection is encrypted; what the URL or the `PG*` variables say unless given. */
  ssl?: Encryption | undefined;
  /** Told what could not be set, in words that say who can. */
  warn?: (message: string) => void;
}

/**
 * Makes the application's role and gives it exactly the rights of `roles.sql`. Can be run again, also by
 * several at once; wants a migrated database. Without a `url` the driver reads the `PG*` variables.
 */
export async function applyRoles(url: string | undefined, { ssl, warn }: RolesOptions = {}): Promise<void> {
  const sql = await readFile(join(packageRoot(), 'migrations', 'roles.sql'), 'utf8');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, ssl });
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') warn?.(message ?? '');
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
