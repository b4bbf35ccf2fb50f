import { InstitutionsService } from '#institutions';
import {
  Clock,
  Duplicate,
  eachItem,
  institutionScope,
  newId,
  PLATFORM_ID,
  PLATFORM_SCOPE,
  UnitOfWork,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BrokenChain } from './domain/broken-chain.js';
import { sealEvents, type Checkpoint, type SealedRange } from './domain/checkpoint.js';
import { CheckpointRepository } from './domain/checkpoint-repository.js';
import { firstEventsOf } from './domain/first-events.js';
import type { SigningKey } from './domain/seal-keys.js';
import { verifyLink } from './domain/verify-checkpoint.js';
import { SealedEventsReader } from './sealed-events-reader.js';
import { SealsOptions } from './seals-options.js';

const MAX_KNOWN = 10_000;
/** A replica may have sealed a little more since the round began. */
const MAX_AHEAD_MS = 600_000;

/** Seals history. Several processes may do so at once: a number is given once, and whoever comes second leaves it. */
@Injectable()
export class Sealer {
  /** The newest checkpoint that this process has seen of each institution. */
  private readonly known = new LRUCache<string, Pick<Checkpoint, 'number' | 'hash'>>({ max: MAX_KNOWN });

  constructor(
    private readonly checkpoints: CheckpointRepository,
    private readonly events: SealedEventsReader,
    private readonly institutions: InstitutionsService,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly options: SealsOptions,
  ) {}

  /** Whose history there is: the platform's and every institution's. */
  async *owners(): AsyncGenerator<string> {
    yield PLATFORM_ID;
    for await (const { id } of eachItem(async (page) => this.institutions.list(PLATFORM_SCOPE, page)))
      yield id;
  }

  /**
   * Seals what came after the latest checkpoint of an institution, up to a moment up to which its history is settled.
   * Answers the new checkpoint; undefined when there is nothing to seal, or another process is sealing it.
   *
   * @throws BrokenChain when the latest checkpoint is not one to build on
   */
  async sealNext(institutionId: string, until: Date, key: SigningKey): Promise<Checkpoint | undefined> {
    const [previous, beforeIt] = await this.findNewest(institutionId, 2);
    this.requireSound(institutionId, previous, beforeIt, until);
    const after = previous?.range.until ?? null;
    if (after !== null && after >= until) return undefined;
    const checkpoint = await this.seal({ after, until }, previous, institutionId, key);
    if (checkpoint === undefined) return undefined;
    try {
      await this.unitOfWork.commit((changes) => this.checkpoints.append(changes, checkpoint));
      this.known.set(institutionId, checkpoint);
      return checkpoint;
    } catch (error) {
      if (error instanceof Duplicate) return undefined;
      throw error;
    }
  }

  /** A process that has seen a checkpoint does not put its key to a history without it. */
  private requireSound(
    institutionId: string,
    latest: Checkpoint | undefined,
    beforeIt: Checkpoint | undefined,
    until: Date,
  ): void {
    const known = this.known.get(institutionId);
    const isKept =
      known === undefined ||
      (latest !== undefined &&
        (latest.number > known.number || (latest.number === known.number && latest.hash === known.hash)));
    if (!isKept) throw new BrokenChain('A checkpoint is gone, or another stands in its place.');
    if (latest === undefined) return;
    const { why } = verifyLink(latest, beforeIt, this.options.trustedKeys);
    if (why !== null) throw new BrokenChain(`Of the newest checkpoint, ${why}.`);
    if (latest.range.until.getTime() > until.getTime() + MAX_AHEAD_MS) {
      throw new BrokenChain('The newest checkpoint is later than now: the clock was set back.');
    }
    this.known.set(institutionId, latest);
  }

  async findLatest(institutionId: string): Promise<Checkpoint | undefined> {
    return (await this.findNewest(institutionId, 1))[0];
  }

  private async findNewest(institutionId: string, limit: number): Promise<readonly Checkpoint[]> {
    const page = await this.checkpoints.list(institutionScope(institutionId), { limit, order: 'desc' });
    return page.items;
  }

  private async seal(
    range: SealedRange,
    previous: Checkpoint | undefined,
    institutionId: string,
    key: SigningKey,
  ): Promise<Checkpoint | undefined> {
    for (let most = this.options.maxEvents; ; most *= 2) {
      // One more of each tells whether there are more.
      const found = await this.events.read(institutionId, range, {
        ledgerEvents: most + 1,
        auditEvents: most + 1,
      });
      const isEmpty = found.ledgerEvents.length + found.auditEvents.length === 0;
      if (isEmpty && !this.isIdleForLong(range)) return undefined;
      const first = firstEventsOf(found, range, most);
      if (first === undefined) continue;
      return sealEvents(first.events, first.range, previous, {
        id: newId('ckpt'),
        institutionId,
        key,
        at: this.clock.now(),
      });
    }
  }

  /** That nothing happened is sealed too, from time to time: nothing can be slipped in there afterwards. */
  private isIdleForLong({ after, until }: SealedRange): boolean {
    return after !== null && until.getTime() - after.getTime() >= this.options.maxIdleMs;
  }
}
