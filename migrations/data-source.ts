import { DataSource } from 'typeorm';
import { entities } from '../apps/api/src/entities.js';
import { migrations } from './migration-list.js';

/** Where the applied migrations are recorded. */
export const MIGRATIONS_TABLE_NAME = 'schema_migrations';

/**
 * The data source that owns the schema; the service connects as another role and never uses it.
 * Without a `url` the driver reads the `PG*` variables.
 */
export function migrationsDataSource(url: string | undefined): DataSource {
  return new DataSource({
    type: 'postgres',
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
    },
  });
}

/** The database that migrations work on: the direct one, where the service itself goes through a pooler. */
export function migrationsUrl(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.MIGRATIONS_DATABASE_URL || environment.DATABASE_URL || undefined;
}

/** For the TypeORM command line, which takes a data source as the only one its file exports. */
export default migrationsDataSource(migrationsUrl(process.env));
