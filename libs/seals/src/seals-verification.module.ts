import { AuditModule } from '#audit';
import { PersistenceModule } from '#persistence';
import { LedgerModule } from '#positions';
import { Module } from '@nestjs/common';
import { CheckpointRepository } from './domain/checkpoint-repository.js';
import { MemoryCheckpointRepository } from './persistence/memory-checkpoint.repository.js';
import { PostgresCheckpointRepository } from './persistence/postgres-checkpoint.repository.js';
import { SealedEventsReader } from './sealed-events-reader.js';
import { SealsVerifier } from './seals-verifier.js';

const CHECKPOINTS = PersistenceModule.forFeature([
  {
    port: CheckpointRepository,
    postgres: PostgresCheckpointRepository,
    memory: MemoryCheckpointRepository,
  },
]);

/** By itself, since the command line verifies without sealing. */
@Module({
  imports: [AuditModule, LedgerModule, CHECKPOINTS],
  providers: [SealedEventsReader, SealsVerifier],
  exports: [CHECKPOINTS, SealedEventsReader, SealsVerifier],
})
export class SealsVerificationModule {}
