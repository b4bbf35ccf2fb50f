import { AuditModule } from '#audit';
import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { CommandRunner } from './command-runner.js';
import { IdempotencyRepository } from './domain/idempotency-repository.js';
import { ExpiredReplies } from './expired-replies.js';
import { KeptReplies } from './kept-replies.js';
import { MemoryIdempotencyRepository } from './persistence/memory-idempotency.repository.js';
import { PostgresIdempotencyRepository } from './persistence/postgres-idempotency.repository.js';

@Module({
  imports: [
    AuditModule,
    PersistenceModule.forFeature([
      {
        port: IdempotencyRepository,
        postgres: PostgresIdempotencyRepository,
        memory: MemoryIdempotencyRepository,
      },
    ]),
  ],
  providers: [CommandRunner, KeptReplies, ExpiredReplies],
  exports: [CommandRunner, KeptReplies],
})
export class CommandsModule {}
