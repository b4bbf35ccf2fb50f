import type { Changes } from '#kernel';
import { stageInsert, type MemoryStore } from '#persistence';
import type { IdempotencyRecord } from '../domain/idempotency-record.js';
import { IdempotencyRepository } from '../domain/idempotency-repository.js';
import { IdempotencyRecordEntity } from './idempotency-record.entity.js';
import { fromRow, toRow } from './idempotency-record.rows.js';

export class MemoryIdempotencyRepository extends IdempotencyRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  insert(changes: Changes, record: IdempotencyRecord): void {
    stageInsert(changes, IdempotencyRecordEntity, toRow(record));
  }

  async findRequestHash(institutionId: string, key: string): Promise<string | undefined> {
    return (await this.find(institutionId, key))?.requestHash;
  }

  async find(institutionId: string, key: string): Promise<IdempotencyRecord | undefined> {
    const row = this.store.findByKey(IdempotencyRecordEntity, { institutionId, key });
    return Promise.resolve(row && fromRow(row));
  }

  async removeExpired(before: Date, limit: number): Promise<number> {
    const { items: expired } = this.store.page(
      IdempotencyRecordEntity,
      (row) => row.expiresAt < before,
      ['expiresAt', 'institutionId', 'key'],
      { limit, order: 'asc' },
    );
    for (const row of expired) this.store.remove(IdempotencyRecordEntity, row);
    return Promise.resolve(expired.length);
  }
}
