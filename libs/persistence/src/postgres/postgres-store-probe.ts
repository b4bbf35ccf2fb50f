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
  override async check(): Promise<Date> {
    const answer = await this.pool
      .query<{ read_only: boolean; migrated: boolean; now: Date }>(
        `SELECT current_setting('transaction_read_only')::boolean AS read_only,
                to_regclass($1) IS NOT NULL AS migrated, clock_timestamp() AS now`,
        [this.tableName],
      )
      .catch((error: unknown) => {
        throw outcomeOf(error);
      });
    const [found] = answer.rows;
    if (found?.migrated !== true) throw new StoreUnavailable('The database has not been migrated.');
    if (found.read_only) throw new StoreUnavailable('The database is read-only.');
    return found.now;
  }
}
