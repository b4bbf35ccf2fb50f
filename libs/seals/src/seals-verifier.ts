import { CommitRefused, eachItem, institutionScope, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { Checkpoint } from './domain/checkpoint.js';
import { CheckpointRepository } from './domain/checkpoint-repository.js';
import type { TrustedKeys } from './domain/seal-keys.js';
import { verifyLink, verifySealed, type CheckpointVerification } from './domain/verify-checkpoint.js';
import { SealedEventsReader } from './sealed-events-reader.js';

/** What verification found, and of which checkpoint. */
export interface VerifiedCheckpoint extends CheckpointVerification {
  readonly checkpoint: Checkpoint;
}

/** Says whether history is what it was when it was sealed. */
@Injectable()
export class SealsVerifier {
  constructor(
    private readonly checkpoints: CheckpointRepository,
    private readonly events: SealedEventsReader,
  ) {}

  /** Whose history has been sealed. */
  async institutions(scope: Scope): Promise<readonly string[]> {
    return this.checkpoints.listInstitutions(scope);
  }

  /** How many checkpoints an institution has. */
  async count(institutionId: string): Promise<number> {
    const request = { limit: 1, order: 'asc', withTotal: true } as const;
    return (await this.checkpoints.list(institutionScope(institutionId), request)).total ?? 0;
  }

  /** Every checkpoint of an institution with what it seals, from the first on. */
  async *verifyAll(institutionId: string, keys: TrustedKeys): AsyncGenerator<VerifiedCheckpoint> {
    const scope = institutionScope(institutionId);
    let previous: Checkpoint | undefined;
    for await (const checkpoint of eachItem(async (page) => this.checkpoints.list(scope, page))) {
      yield await this.verify(checkpoint, previous, keys);
      previous = checkpoint;
    }
  }

  async verify(
    checkpoint: Checkpoint,
    previous: Checkpoint | undefined,
    keys: TrustedKeys,
  ): Promise<VerifiedCheckpoint> {
    const link = judgeLink(checkpoint, previous, keys);
    const why = link.why ?? (await this.breakInSealed(checkpoint));
    return { checkpoint, ...link, verified: why === null, why };
  }

  private async breakInSealed(checkpoint: Checkpoint): Promise<string | null> {
    const { institutionId, range, ledgerEventCount, auditEventCount } = checkpoint;
    try {
      // One more of each tells whether any was added.
      const most = { ledgerEvents: ledgerEventCount + 1, auditEvents: auditEventCount + 1 };
      return verifySealed(checkpoint, await this.events.read(institutionId, range, most));
    } catch (error) {
      if (error instanceof CommitRefused) throw error;
      // What was stored instead of an event may be of any form.
      return 'an event that it seals cannot be read';
    }
  }
}

function judgeLink(
  checkpoint: Checkpoint,
  previous: Checkpoint | undefined,
  keys: TrustedKeys,
): CheckpointVerification {
  try {
    return verifyLink(checkpoint, previous, keys);
  } catch {
    // What was stored instead of a checkpoint may be of any form too.
    return { verified: false, signature: 'bad', why: 'it, or the one before it, cannot be read' };
  }
}
