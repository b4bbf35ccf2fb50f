import { loadStoreConfiguration } from '#config';
import { PersistenceModule } from '#persistence';
import { SealsOptions } from '#seals';
import { TransferModule } from '#transfer';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { entities } from '../../api/src/entities.js';
import { migrationNames } from '../../../migrations/migration-names.js';

@Module({})
class TransferRoot {}

/** What exports and imports, on the database that the environment names; whoever opens it closes it. */
export async function openTransfer(environment: NodeJS.ProcessEnv): Promise<INestApplicationContext> {
  const configuration = loadStoreConfiguration(environment);
  const { trustedKeys } = new SealsOptions(configuration.seals);
  return NestFactory.createApplicationContext(
    {
      module: TransferRoot,
      imports: [
        PersistenceModule.forRoot(configuration.store, entities, { migrations: migrationNames }),
        TransferModule.forRoot({ trustedKeys }),
      ],
    },
    { logger: false, abortOnError: false },
  );
}
