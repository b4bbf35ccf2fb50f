import type { Encryption } from '#persistence';
import { DataSource } from 'typeorm';
import { entities } from '../apps/api/src/entities.js';
import { migrations } from './migration-list.js';

/** Where the applied migrations are recorded. */
export const MIGRATIONS_TABLE_NAME = 'schema_migrations';

/**
 * The data source that owns the schema; the service connects as another role and never uses it.
 * Without a `url` the driver reads the `PG*` variables, and without `ssl` what these or the URL say of it.
 */
export function migrationsDataSource(url: string | undefined, ssl?: Encryption): DataSource {
  return new DataSource({
    type: 'postgres',
    ...(ssl !== undefined && { ssl }),
    entities,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE_NAME,
    // Not `all`: one migration may then be non-transactional, and a failure keeps those that went before it.
    migrationsTransactionMode: 'each',
    installExtensions: false,
    applicationName: 'escrowgrid-migrations',
    connectTimeoutMS: 5_000,
    poolSize: 1,
    extra: {
      // Passed on as it is, since TypeORM's own parser of `url` drops TLS settings and socket directories.
      connectionString: url,
      // A migration that waits for a lock makes every later query on that table wait behind it.
      lock_timeout: 1_000,
      // Until the roles set it for the database: tables are not to land in a schema that is named like the owner.
      options: '-c search_path=public,pg_temp',
    },
  });
}
