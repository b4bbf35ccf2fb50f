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
import { sealEvents, type Checkpoint, type SealedRange } from './domain/checkpoint.js';
import { CheckpointRepository } from './domain/checkpoint-repository.js';
import { firstEventsOf } from './domain/first-events.js';
import type { SigningKey } from './domain/seal-keys.js';
import { SealedEventsReader } from './sealed-events-reader.js';
import { SealsOptions } from './seals-options.js';

/** Seals history. Several processes may do so at once: a number is given once, and whoever comes second leaves it. */
@Injectable()
export class Sealer {
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
   */
  async sealNext(institutionId: string, until: Date, key: SigningKey): Promise<Checkpoint | undefined> {
    const previous = await this.findLatest(institutionId);
    const after = previous?.range.until ?? null;
    if (after !== null && after >= until) return undefined;
    const checkpoint = await this.seal({ after, until }, previous, institutionId, key);
    if (checkpoint === undefined) return undefined;
    try {
      await this.unitOfWork.commit((changes) => this.checkpoints.append(changes, checkpoint));
      return checkpoint;
    } catch (error) {
      if (error instanceof Duplicate) return undefined;
      throw error;
    }
  }

  async findLatest(institutionId: string): Promise<Checkpoint | undefined> {
    const page = await this.checkpoints.list(institutionScope(institutionId), { limit: 1, order: 'desc' });
    return page.items[0];
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
      if (found.ledgerEvents.length + found.auditEvents.length === 0) return undefined;
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
}
