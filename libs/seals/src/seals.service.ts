import { InstitutionsService } from '#institutions';
import {
  institutionScope,
  PLATFORM_ID,
  StoreUnavailable,
  type Page,
  type PageRequest,
  type Scope,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Checkpoint } from './domain/checkpoint.js';
import { CheckpointRepository } from './domain/checkpoint-repository.js';
import { sealFaults } from './domain/seal-faults.js';
import { SealsOptions } from './seals-options.js';
import { SealsVerifier, type VerifiedCheckpoint } from './seals-verifier.js';

const NUMBER = /^[1-9][0-9]{0,8}$/;
/** A verification reads thousands of events: one at a time, and of one institution so many more may wait. */
const MAX_VERIFICATIONS = 5;

@Injectable()
export class SealsService {
  private readonly turn = pLimit(1);
  /** How many verifications of each institution are under way or wait: nobody fills the queue for others. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly checkpoints: CheckpointRepository,
    private readonly verifier: SealsVerifier,
    private readonly institutions: InstitutionsService,
    private readonly options: SealsOptions,
  ) {}

  /** @throws DomainError `institution.unknown` */
  async list(scope: Scope, institutionId: string, page: PageRequest): Promise<Page<Checkpoint>> {
    await this.requireOwner(scope, institutionId);
    return this.checkpoints.list(institutionScope(institutionId), page);
  }

  /**
   * Judges one checkpoint, its place after the one before, and what it seals.
   *
   * @throws DomainError `institution.unknown`, `checkpoint.unknown`
   * @throws StoreUnavailable also when too many verifications wait
   */
  async verify(scope: Scope, institutionId: string, number: string): Promise<VerifiedCheckpoint> {
    await this.requireOwner(scope, institutionId);
    const { checkpoint, previous } = await this.requireWithPrevious(institutionId, number);
    const asked = this.asked.get(institutionId) ?? 0;
    if (asked >= MAX_VERIFICATIONS) throw new StoreUnavailable('Too many verifications are waiting.');
    this.asked.set(institutionId, asked + 1);
    try {
      return await this.turn(async () =>
        this.verifier.verify(checkpoint, previous, this.options.trustedKeys),
      );
    } finally {
      const left = (this.asked.get(institutionId) ?? 1) - 1;
      if (left > 0) this.asked.set(institutionId, left);
      else this.asked.delete(institutionId);
    }
  }

  /** @param text the number as it was sent: what is none is unknown as well */
  private async requireWithPrevious(institutionId: string, text: string) {
    const number = NUMBER.test(text) ? Number(text) : 0;
    const { items } = await this.checkpoints.list(institutionScope(institutionId), {
      limit: 2,
      order: 'asc',
      after: [Math.max(0, number - 2)],
    });
    const checkpoint = items.find((item) => item.number === number);
    if (checkpoint === undefined)
      throw sealFaults['checkpoint.unknown'].because('There is no such checkpoint.');
    return { checkpoint, previous: items.find((item) => item.number === number - 1) };
  }

  /** The platform’s own history is that of nobody but root. */
  private async requireOwner(scope: Scope, institutionId: string): Promise<void> {
    if (scope.kind === 'platform' && institutionId === PLATFORM_ID) return;
    await this.institutions.require(scope, institutionId);
  }
}
