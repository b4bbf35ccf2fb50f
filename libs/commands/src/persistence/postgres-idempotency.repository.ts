import type { Changes } from '#kernel';
import { stageInsert, type PostgresStore } from '#persistence';
import type { IdempotencyRecord } from '../domain/idempotency-record.js';
import { IdempotencyRepository } from '../domain/idempotency-repository.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';
import { fromRow, toRow } from './idempotency-record.rows.js';

/**
 * Processes that remove at the same time pass over each other's rows. What is to be removed is chosen once: chosen in a
 * subquery, it may be chosen anew for every row of the table, and all of it removed.
 */
const REMOVE_EXPIRED = `
  WITH expired AS MATERIALIZED (
    SELECT institution_id, key FROM idempotency_records
    WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  DELETE FROM idempotency_records r USING expired e
  WHERE r.institution_id = e.institution_id AND r.key = e.key`;

export class PostgresIdempotencyRepository extends IdempotencyRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  insert(changes: Changes, record: IdempotencyRecord): void {
    stageInsert(changes, IdempotencyRecordEntity, toRow(record));
  }

  async findRequestHash(institutionId: string, key: string): Promise<string | undefined> {
    const found = await this.store.findByKey(IdempotencyRecordEntity, { institutionId, key }, [
      'requestHash',
    ]);
    return found?.requestHash;
  }

  async find(institutionId: string, key: string): Promise<IdempotencyRecord | undefined> {
    const row = await this.store.read(IdempotencyRecordEntity, async (repository) =>
      repository.findOneBy({ institutionId, key }),
    );
    return row === null ? undefined : fromRow(row);
  }

  async removeExpired(before: Date, limit: number): Promise<number> {
    const [, removed] = await this.store.maintain(IdempotencyRecordEntity, async (repository) =>
      repository.query<[rows: unknown, removed: number]>(REMOVE_EXPIRED, [before, limit]),
    );
    return removed;
  }
}
