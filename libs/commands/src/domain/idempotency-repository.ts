import type { Changes } from '#kernel';
import type { IdempotencyRecord } from './idempotency-record.js';

export abstract class IdempotencyRepository {
  /** A commit whose key has a record already is refused as a {@link Duplicate}. */
  abstract insert(changes: Changes, record: IdempotencyRecord): void;

  /** The hash of the request that a key was used for: all that most look-ups need, however large the answer is. */
  abstract findRequestHash(institutionId: string, key: string): Promise<string | undefined>;

  abstract find(institutionId: string, key: string): Promise<IdempotencyRecord | undefined>;

  /** Removes records that expired before a moment, the oldest first, and answers how many; no command, so no commit. */
  abstract removeExpired(before: Date, limit: number): Promise<number>;
}
