import { CommandsModule } from '#commands';
import { InstitutionsModule } from '#institutions';
import { PersistenceModule } from '#persistence';
import { Module, type DynamicModule } from '@nestjs/common';
import { ApiKeySecrets } from './api-key-secrets.js';
import { ApiKeysService } from './api-keys.service.js';
import { Authenticator } from './authenticator.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { MemoryApiKeyRepository } from './persistence/memory-api-key.repository.js';
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
  providers: [ApiKeysService, Authenticator],
  exports: [Authenticator],
})
export class ApiKeysModule {
  /** `peppers` are the HMAC keys of stored hashes, the current one first. */
  static forRoot(secrets: { rootApiKeys: readonly string[]; peppers: readonly string[] }): DynamicModule {
    return {
      module: ApiKeysModule,
      providers: [{ provide: ApiKeySecrets, useValue: new ApiKeySecrets(secrets) }],
    };
  }
}
