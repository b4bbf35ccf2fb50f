import type { Config } from 'jest';
import config from './jest.config.ts';

/**
 * The end-to-end and contract suites on PostgreSQL, with a PgBouncer in transaction mode between it and the service.
 * What a test asks of the database as its owner goes past it.
 */
const poolerConfig: Config = {
  ...config,
  testMatch: ['<rootDir>/apps/**/*.e2e-spec.ts', '**/*.contract.spec.ts'],
  testPathIgnorePatterns: [
    ...(config.testPathIgnorePatterns ?? []),
    // What becomes of sessions that outlast a server's taking writes: here they are the pooler's, and outlast the service's
    // connections. What a service goes through behind a pooler is in pooler-trouble.system.spec.ts.
    'apps/api/test/database-trouble\\.e2e-spec\\.ts$',
    // What readiness says of a database that is away is here what PgBouncer says of it, in its own time: the same system spec.
    'apps/api/test/health\\.e2e-spec\\.ts$',
    // The page's commands, which migrate and so go straight to the database.
    'apps/api/test/migrating\\.e2e-spec\\.ts$',
    // The plans of the database, of statements that it calls by their names: there are none behind a pooler.
    'apps/api/test/query-plans\\.e2e-spec\\.ts$',
  ],
};

export default poolerConfig;
