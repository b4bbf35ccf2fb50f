import type { IdempotencyRecord } from '../domain/idempotency-record.js';
import type { IdempotencyRecordEntity } from './idempotency-record.entity.js';

export function toRow(record: IdempotencyRecord): IdempotencyRecordEntity {
  return { ...record, headers: { ...record.headers } };
}

export function fromRow(row: IdempotencyRecordEntity): IdempotencyRecord {
  return { ...row };
}
