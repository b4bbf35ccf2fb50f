import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { PositionRecords } from './domain/position-records.js';
import { VerificationController } from './http/verification.controller.js';
import { MemoryPositionRecords } from './persistence/memory-position-records.js';
import { PostgresPositionRecords } from './persistence/postgres-position-records.js';
import { VerificationService } from './verification.service.js';

/** By itself, since the command line verifies without any other feature. */
@Module({
  imports: [
    PersistenceModule.forFeature([
      { port: PositionRecords, postgres: PostgresPositionRecords, memory: MemoryPositionRecords },
    ]),
  ],
  controllers: [VerificationController],
  providers: [VerificationService],
  exports: [VerificationService],
})
export class VerificationModule {}
