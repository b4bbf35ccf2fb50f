import type { Changes, Reply, RequestContext } from '#kernel';
import { Injectable } from '@nestjs/common';
import { commandFaults } from './command-faults.js';
import { keyOwnerOf, recordOf, replyOf } from './domain/idempotency-record.js';
import { IdempotencyRepository } from './domain/idempotency-repository.js';

/** For how long a successful answer is kept at least. */
export abstract class KeptRepliesOptions {
  abstract readonly maxAgeMs: number;
}

/** What can be asked for again: a sender and the key of its request. */
type Repeatable = Pick<RequestContext, 'principal' | 'idempotencyKey'>;

/** The answers to commands that their senders gave a key. */
@Injectable()
export class KeptReplies {
  constructor(
    private readonly records: IdempotencyRepository,
    private readonly options: KeptRepliesOptions,
  ) {}

  /**
   * What the request was answered before; undefined when it has no key, or a new one.
   *
   * @throws DomainError `idempotency.mismatch` when the key was used for another request
   */
  async find({ principal, idempotencyKey }: Repeatable): Promise<Reply | undefined> {
    if (idempotencyKey === undefined) return undefined;
    const record = await this.records.find(keyOwnerOf(principal), idempotencyKey.key);
    if (record === undefined) return undefined;
    if (record.requestHash === idempotencyKey.requestHash) return replyOf(record);
    throw commandFaults['idempotency.mismatch'].because(
      'This Idempotency-Key was used for another request. Take a new one.',
    );
  }

  /** Stages the answer of a request that has a key into the commit of its effect. */
  stage(changes: Changes, { principal, idempotencyKey }: Repeatable, reply: Reply, at: Date): void {
    if (idempotencyKey === undefined) return;
    const { maxAgeMs } = this.options;
    this.records.insert(
      changes,
      recordOf(reply, idempotencyKey, { by: principal, at, maxAgeMs }),
    );
  }
}
