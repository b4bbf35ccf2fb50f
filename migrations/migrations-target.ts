import { loadMigrationsDatabase } from '#config';
import { sslOptions, type Encryption } from '#persistence';

/** The database that migrations work on, and how the way there is encrypted. */
export interface MigrationsTarget {
  readonly url: string;
  readonly ssl: Encryption;
}

/**
 * Reads from the environment where to migrate, as the service reads where its store is.
 *
 * @throws ConfigurationError
 */
export function migrationsTarget(environment: NodeJS.ProcessEnv): MigrationsTarget {
  const { url, ...tls } = loadMigrationsDatabase(environment);
  return { url, ssl: sslOptions(tls) };
}
