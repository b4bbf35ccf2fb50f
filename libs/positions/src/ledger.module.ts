import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { LedgerEventRepository } from './domain/ledger-event-repository.js';
import { LedgerHistory } from './ledger-history.js';
import { MemoryLedgerEventRepository } from './persistence/memory-ledger-event.repository.js';
import { PostgresLedgerEventRepository } from './persistence/postgres-ledger-event.repository.js';

const LEDGER_EVENTS = PersistenceModule.forFeature([
  {
    port: LedgerEventRepository,
    postgres: PostgresLedgerEventRepository,
    memory: MemoryLedgerEventRepository,
  },
]);

/** By itself, since seals are made and verified of the ledger without any other feature. */
@Module({ imports: [LEDGER_EVENTS], providers: [LedgerHistory], exports: [LEDGER_EVENTS, LedgerHistory] })
export class LedgerModule {}
