import { loadDatabaseTls } from '#config';
import { sslOptions, type Encryption } from '#persistence';

/** The database that migrations work on, and how the way there is encrypted. */
export interface MigrationsTarget {
  /** Absent where the `PG*` variables name the database. */
  readonly url: string | undefined;
  readonly ssl: Encryption;
}

/**
 * Reads from the environment where to migrate: the direct way, where the service itself goes through a pooler.
 *
 * @throws ConfigurationError
 */
export function migrationsTarget(environment: NodeJS.ProcessEnv): MigrationsTarget {
  const name = environment.MIGRATIONS_DATABASE_URL ? 'MIGRATIONS_DATABASE_URL' : 'DATABASE_URL';
  return {
    url: environment[name] || undefined,
    ssl: sslOptions(loadDatabaseTls(environment, name)),
  };
}
