import type { Encryption } from '#persistence';
import type { ClientConfig } from 'pg';
import { DataSource } from 'typeorm';
import { entities } from '../apps/api/src/entities.js';
import { migrations } from './migration-list.js';

/** Where the applied migrations are recorded. */
export const MIGRATIONS_TABLE_NAME = 'schema_migrations';

/** A migration that waits for a lock makes every later query on that table wait behind it, for so long at most. */
export const LOCK_TIMEOUT_MS = 1_000;

/**
 * The session's settings. Until the roles set a path for the database, tables are not to land in a schema that is named
 * like the owner; limits that the owner's role may have are not meant for migrations; and a runner whose machine
 * vanished is not to keep its locks for the two hours that TCP waits by itself.
 */
const SESSION_SETTINGS = {
  search_path: 'public,pg_temp',
  statement_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

/** How to connect to what is migrated. */
export function connectionOptions(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'escrowgrid-migrations',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    lock_timeout: LOCK_TIMEOUT_MS,
    options: Object.entries(SESSION_SETTINGS)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  };
}

/**
 * The data source that owns the schema; the service connects as another role and never uses it.
 * Without `ssl`, what the URL says of it holds.
 */
export function migrationsDataSource(url: string, ssl?: Encryption): DataSource {
  return new DataSource({
    type: 'postgres',
    ...(ssl !== undefined && { ssl }),
    entities,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE_NAME,
    // Not `all`: one migration may then be non-transactional, and a failure keeps those that went before it.
    migrationsTransactionMode: 'each',
    installExtensions: false,
    poolSize: 1,
    // Passed on as it is, since TypeORM's own parser of `url` drops TLS settings and socket directories.
    extra: connectionOptions(url),
  });
}
