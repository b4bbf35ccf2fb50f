import { PLATFORM_SCOPE, type StoreFilling } from '#kernel';
import { VerificationService } from '#positions';
import { SealsVerifier, type TrustedKeys } from '#seals';
import { NestFactory } from '@nestjs/core';
import type { ImportFaults } from './domain/import-refused.js';
import type { Progress } from './export.service.js';
import { FilledStoreModule } from './filled-store.module.js';

/** What was verified of a store. */
export interface Verified {
  readonly positions: number;
  readonly ledgerEvents: number;
  readonly checkpoints: number;
  /** False where no public key was given to judge the signatures of checkpoints by. */
  readonly areSignaturesJudged: boolean;
}

interface Options {
  readonly progress: Progress | undefined;
  /** Ends it with its reason. */
  readonly signal: AbortSignal | undefined;
}

/** Verifies all that was added to a store so far: the record of every position, and every checkpoint. */
export async function verifyFilledStore(
  filling: StoreFilling,
  keys: TrustedKeys,
  faults: ImportFaults,
  options: Options,
): Promise<Verified> {
  const context = await NestFactory.createApplicationContext(FilledStoreModule.over(filling), {
    abortOnError: false,
  });
  try {
    const ofPositions = await verifyPositions(context.get(VerificationService), faults, options);
    const checkpoints = await verifySeals(context.get(SealsVerifier), keys, faults, options);
    return { ...ofPositions, checkpoints, areSignaturesJudged: !keys.isEmpty };
  } finally {
    await context.close();
  }
}

async function verifyPositions(
  verification: VerificationService,
  faults: ImportFaults,
  { progress, signal }: Options,
): Promise<{ positions: number; ledgerEvents: number }> {
  const tally = { positions: 0, ledgerEvents: 0 };
  if (progress !== undefined) progress.begin('positions verified', await verification.count(PLATFORM_SCOPE));
  for await (const position of verification.verifyAll(PLATFORM_SCOPE)) {
    signal?.throwIfAborted();
    tally.positions += 1;
    tally.ledgerEvents += position.length;
    progress?.advance(tally.positions);
    if (position.verified) continue;
    const { positionId, firstBrokenSeq, why } = position;
    faults.add(null, `${positionId} does not hold at step ${firstBrokenSeq}: ${why}`);
  }
  return tally;
}

async function verifySeals(
  verifier: SealsVerifier,
  keys: TrustedKeys,
  faults: ImportFaults,
  { progress, signal }: Options,
): Promise<number> {
  let checkpoints = 0;
  progress?.begin('checkpoints verified', undefined);
  for (const institutionId of await verifier.institutions(PLATFORM_SCOPE)) {
    for await (const { checkpoint, why } of verifier.verifyAll(institutionId, keys)) {
      signal?.throwIfAborted();
      checkpoints += 1;
      progress?.advance(checkpoints);
      if (why !== null) faults.add(null, `checkpoint ${checkpoint.number} of ${institutionId}: ${why}`);
    }
  }
  return checkpoints;
}
