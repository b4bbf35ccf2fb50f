import { PersistenceModule } from '#persistence';
import { VerificationModule } from '#positions';
import { SealsVerificationModule } from '#seals';
import { Module, type DynamicModule } from '@nestjs/common';

/** What judges the content of a store, bound to one that nobody else sees yet. */
@Module({})
export class FilledStoreModule {
  static over(store: Parameters<typeof PersistenceModule.over>[0]): DynamicModule {
    return {
      module: FilledStoreModule,
      imports: [PersistenceModule.over(store), VerificationModule, SealsVerificationModule],
    };
  }
}
