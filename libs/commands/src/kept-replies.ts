import { StoreUnavailable, type Changes, type Reply, type RequestContext } from '#kernel';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { commandFaults } from './command-faults.js';
import { keyOwnerOf, recordOf, replyOf } from './domain/idempotency-record.js';
import { IdempotencyRepository } from './domain/idempotency-repository.js';

/** For how long a successful answer is kept at least. */
export abstract class KeptRepliesOptions {
  abstract readonly maxAgeMs: number;
}

/** What can be asked for again: a sender and the key of its request. */
type Repeatable = Pick<RequestContext, 'principal' | 'idempotencyKey'>;

/** An answer can be of a megabyte: so many are read at once, so many more may be waited for. */
const MAX_READS = 4;
const MAX_WAITING_READS = 500;

/** The answers to commands that their senders gave a key. */
@Injectable()
export class KeptReplies {
  private readonly reads = pLimit(MAX_READS);

  constructor(
    private readonly records: IdempotencyRepository,
    private readonly options: KeptRepliesOptions,
  ) {}

  /**
   * What the request was answered before; undefined when it has no key, or a new one.
   *
   * @throws DomainError `idempotency.mismatch` when the key was used for another request
   * @throws StoreUnavailable also when too many answers are asked for at once
   */
  async find({ principal, idempotencyKey }: Repeatable): Promise<Reply | undefined> {
    if (idempotencyKey === undefined) return undefined;
    const { key, requestHash } = idempotencyKey;
    const owner = keyOwnerOf(principal);
    const known = await this.records.findRequestHash(owner, key);
    if (known === undefined) return undefined;
    if (known === requestHash) return this.read(owner, key);
    throw commandFaults['idempotency.mismatch'].because(
      'This Idempotency-Key was used for another request. Take a new one.',
    );
  }

  /** Stages the answer of a request that has a key into the commit of its effect. */
  stage(changes: Changes, { principal, idempotencyKey }: Repeatable, reply: Reply, at: Date): void {
    if (idempotencyKey === undefined) return;
    const { maxAgeMs } = this.options;
    this.records.insert(changes, recordOf(reply, idempotencyKey, { by: principal, at, maxAgeMs }));
  }

  private async read(owner: string, key: string): Promise<Reply | undefined> {
    if (this.reads.pendingCount >= MAX_WAITING_READS) {
      throw new StoreUnavailable('Too many kept answers are asked for.');
    }
    const record = await this.reads(async () => this.records.find(owner, key));
    return record && replyOf(record);
  }
}
