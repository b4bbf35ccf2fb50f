import type { PoolConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseOptions } from '../store-options.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import type { EntityClass } from '../table.js';
import { sslOptions } from './ssl-options.js';
import { UnnamedStatementsClient } from './unnamed-statements-client.js';

/**
 * How the service connects. Every wait has an end, connections retire, and the pool is told apart from others
 * by its application name.
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
      ...sessionOptions(database),
      Client: database.isPooled === true ? UnnamedStatementsClient : LossTolerantClient,
      maxLifetimeSeconds: 600,
      idleTimeoutMillis: 30_000,
    },
  };
}

/**
 * What the driver is told of one connection. `pipeline` lets a commit leave in one write. A pooler takes no start-up
 * parameters: behind it the role must have the time-outs, see {@link lackingTimeOuts}.
 */
function sessionOptions({ url, statementTimeoutMs, isPooled }: DatabaseOptions): PoolConfig {
  const timeOuts = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.min(2_000, statementTimeoutMs),
    idle_in_transaction_session_timeout: 10_000,
  };
  return {
    // TypeORM's own reading of a URL drops its parameters; the driver's keeps them.
    connectionString: url,
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(isPooled === true ? {} : timeOuts),
    // The server ends a statement at its time-out; this covers a server or network that stopped answering.
    query_timeout: statementTimeoutMs + 2_000,
  };
}
