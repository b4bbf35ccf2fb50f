import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Encryption } from '#persistence';
import { Client, type ClientBase } from 'pg';
import { packageRoot } from './package-root.js';

export interface RolesOptions {
  /** How the connection is encrypted; what the URL says unless given. */
  readonly ssl?: Encryption | undefined;
  /** Told what could not be set, in words that say who can. */
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * Makes the application's role and gives it exactly the rights of `roles.sql`. Can be run again, also by
 * several at once; wants a migrated database.
 */
export async function applyRoles(url: string | undefined, { ssl, warn }: RolesOptions = {}): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, ssl });
  await client.connect();
  try {
    await applyRolesOn(client, warn);
  } finally {
    await client.end();
  }
}

/** The same on a connection that is there; all of it, or none where it fails. */
export async function applyRolesOn(client: ClientBase, warn?: (message: string) => void): Promise<void> {
  const sql = await readFile(join(packageRoot(), 'migrations', 'roles.sql'), 'utf8');
  const notice = ({ severity, message }: { severity?: string; message?: string }): void => {
    if (severity === 'WARNING') warn?.(message ?? '');
  };
  client.on('notice', notice);
  try {
    await client.query(sql);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.off('notice', notice);
  }
}
