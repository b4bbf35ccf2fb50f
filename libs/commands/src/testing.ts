import type { AuditService } from '#audit';
import type { Clock } from '#kernel';
import type { TestStore } from '#persistence/testing';
import { CommandRunner } from './command-runner.js';
import { IdempotencyRepository } from './domain/idempotency-repository.js';
import { KeptReplies } from './kept-replies.js';
import { MemoryIdempotencyRepository } from './persistence/memory-idempotency.repository.js';
import { PostgresIdempotencyRepository } from './persistence/postgres-idempotency.repository.js';

export { IdempotencyRecordEntity } from './persistence/idempotency-record.entity.js';

const HOUR_MS = 3_600_000;

export const idempotencyBinding = {
  port: IdempotencyRepository,
  postgres: PostgresIdempotencyRepository,
  memory: MemoryIdempotencyRepository,
};

/** A runner over a store that knows the entity of idempotency records. */
export function newCommandRunner(store: TestStore, audit: AuditService, clock: Clock): CommandRunner {
  const kept = new KeptReplies(store.bind(idempotencyBinding), { maxAgeMs: 168 * HOUR_MS });
  return new CommandRunner(store.unitOfWork, audit, kept, clock);
}
