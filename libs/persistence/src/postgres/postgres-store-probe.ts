import { StoreUnavailable } from '#kernel';
import type { Pool } from 'pg';
import { StoreProbe } from '../store-probe.js';
import { outcomeOf } from './sqlstate.js';

export class PostgresStoreProbe extends StoreProbe {
  readonly backend = 'postgres';

  /** @param tableName a table that the migrations make */
  constructor(
    private readonly pool: Pool,
    private readonly tableName: string,
  ) {
    super();
  }

  /** A demoted primary still answers queries, so that the question is whether it takes writes. */
  override async check(): Promise<void> {
    const answer = await this.pool
      .query<{ read_only: boolean; migrated: boolean }>(
        `SELECT current_setting('transaction_read_only')::boolean AS read_only,
                to_regclass($1) IS NOT NULL AS migrated`,
        [this.tableName],
      )
      .catch((error: unknown) => {
        throw outcomeOf(error);
      });
    if (answer.rows[0]?.migrated !== true) throw new StoreUnavailable('The database has not been migrated.');
    if (answer.rows[0]?.read_only !== false) throw new StoreUnavailable('The database is read-only.');
  }
}
