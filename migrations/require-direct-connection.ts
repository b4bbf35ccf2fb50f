import type { ClientBase } from 'pg';

/** The database is reached through something that shares its sessions out. */
class PooledConnectionError extends Error {
  override readonly name = 'PooledConnectionError';

  constructor() {
    super(
      'A pooler such as PgBouncer stands between this command and PostgreSQL, so that what it locks and sets with one ' +
        'statement may be another session’s with the next: give the direct way in MIGRATIONS_DATABASE_URL.',
    );
  }
}

/**
 * A pooler gives its clients one that it made up, and the process that answers a statement knows its own.
 *
 * @throws PooledConnectionError
 */
export async function requireDirectConnection(client: ClientBase): Promise<void> {
  const { processID: told } = client as unknown as { readonly processID: number };
  const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
  if (rows[0]?.pid !== told) throw new PooledConnectionError();
}
