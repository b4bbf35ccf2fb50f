import { CommandsModule } from '#commands';
import { InstitutionsModule } from '#institutions';
import { PersistenceModule } from '#persistence';
import { Module, type DynamicModule } from '@nestjs/common';
import { ApiKeyUpkeep } from './api-key-upkeep.js';
import { ApiKeySecrets, type ApiKeySettings } from './api-key-secrets.js';
import { ApiKeysService } from './api-keys.service.js';
import { Authenticator } from './authenticator.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { MemoryApiKeyRepository } from './persistence/memory-api-key.repository.js';
import { KnownApiKeys } from './known-api-keys.js';
import { PostgresApiKeyRepository } from './persistence/postgres-api-key.repository.js';

@Module({
  imports: [
    CommandsModule,
    InstitutionsModule,
    PersistenceModule.forFeature([
      { port: ApiKeyRepository, postgres: PostgresApiKeyRepository, memory: MemoryApiKeyRepository },
    ]),
  ],
  controllers: [ApiKeysController],
  providers: [ApiKeysService, Authenticator, ApiKeyUpkeep],
  exports: [Authenticator],
})
export class ApiKeysModule {
  /** @param options `maxAgeMs` is how long a key may be taken for what it was */
  static forRoot(options: ApiKeySettings & { readonly maxAgeMs: number }): DynamicModule {
    return {
      module: ApiKeysModule,
      providers: [
        { provide: ApiKeySecrets, useValue: new ApiKeySecrets(options) },
        { provide: KnownApiKeys, useValue: new KnownApiKeys(options.maxAgeMs) },
      ],
    };
  }
}
