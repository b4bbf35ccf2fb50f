import { AssetsModule } from '#assets';
import { CommandsModule } from '#commands';
import { PersistenceModule } from '#persistence';
import { PoliciesModule } from '#policies';
import { Module } from '@nestjs/common';
import { BalancesService } from './balances.service.js';
import { PositionEventRepository } from './domain/position-event-repository.js';
import { PositionRepository } from './domain/position-repository.js';
import { BalancesController } from './http/balances.controller.js';
import { LedgerEventsController } from './http/ledger-events.controller.js';
import { PositionsController } from './http/positions.controller.js';
import { LedgerModule } from './ledger.module.js';
import { MemoryPositionRepository } from './persistence/memory-position.repository.js';
import { MemoryPositionEventRepository } from './persistence/memory-position-event.repository.js';
import { PostgresPositionRepository } from './persistence/postgres-position.repository.js';
import { PostgresPositionEventRepository } from './persistence/postgres-position-event.repository.js';
import { PositionsService } from './positions.service.js';
import { StandingService } from './standing.service.js';
import { VerificationModule } from './verification.module.js';

@Module({
  imports: [
    AssetsModule,
    CommandsModule,
    LedgerModule,
    PoliciesModule,
    VerificationModule,
    PersistenceModule.forFeature([
      { port: PositionRepository, postgres: PostgresPositionRepository, memory: MemoryPositionRepository },
      {
        port: PositionEventRepository,
        postgres: PostgresPositionEventRepository,
        memory: MemoryPositionEventRepository,
      },
    ]),
  ],
  controllers: [PositionsController, LedgerEventsController, BalancesController],
  providers: [PositionsService, BalancesService, StandingService],
  exports: [StandingService],
})
export class PositionsModule {}
