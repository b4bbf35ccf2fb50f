import type { DataSourceOptions } from 'typeorm';
import type { DatabaseOptions } from '../store-options.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import type { EntityClass } from '../table.js';
import { sslOptions } from './ssl-options.js';

/**
 * How the service connects. Every wait has an end, connections retire, and the pool is told apart from others
 * by its application name. `pipeline` lets a commit leave in one write.
 */
export function dataSourceOptions(
  database: DatabaseOptions,
  entities: readonly EntityClass[],
  onIdleConnectionLost: (reason: Error) => void,
): DataSourceOptions {
  return {
    type: 'postgres',
    ssl: sslOptions(database),
    applicationName: 'escrowgrid',
    entities: entities as (new () => object)[],
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolSize: database.poolMax,
    connectTimeoutMS: database.connectTimeoutMs,
    poolErrorHandler: onIdleConnectionLost,
    extra: {
      Client: LossTolerantClient,
      // TypeORM's own reading of a URL drops its parameters; the driver's keeps them.
      connectionString: database.url,
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      maxLifetimeSeconds: 600,
      idleTimeoutMillis: 30_000,
      statement_timeout: database.statementTimeoutMs,
      lock_timeout: Math.min(2_000, database.statementTimeoutMs),
      idle_in_transaction_session_timeout: 10_000,
      // The server ends a statement at its time-out; this covers a server or network that stopped answering.
      query_timeout: database.statementTimeoutMs + 2_000,
    },
  };
}
