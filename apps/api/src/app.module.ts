import { ApiKeysModule } from '#api-keys';
import { AssetsModule } from '#assets';
import { AuditModule, RefusalsModule } from '#audit';
import { KeptRepliesOptions } from '#commands';
import type { Configuration } from '#config';
import { InstitutionsModule } from '#institutions';
import { Clock } from '#kernel';
import { PersistenceModule } from '#persistence';
import { PoliciesModule } from '#policies';
import { PositionsModule } from '#positions';
import { SealsModule } from '#seals';
import { Module, type DynamicModule } from '@nestjs/common';
import { entities } from './entities.js';
import { HealthModule } from './health/health.module.js';
import { ProblemsController } from './problems/problems.controller.js';

const HOUR_MS = 3_600_000;

@Module({})
export class AppModule {
  /** The whole service, on the backend that the configuration names. */
  static forRoot(configuration: Configuration, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [
        PersistenceModule.forRoot(configuration.store, entities),
        HealthModule,
        AuditModule,
        RefusalsModule.forRoot({ perMinute: configuration.auditRefusalsPerMinute }),
        InstitutionsModule,
        ApiKeysModule.forRoot({
          rootApiKeys: configuration.rootApiKeys,
          rootApiKeyAllowedCidrs: configuration.rootApiKeyAllowedCidrs,
          peppers: configuration.apiKeyPeppers,
          maxAgeMs: configuration.apiKeyMaxAgeMs,
        }),
        AssetsModule,
        PoliciesModule,
        PositionsModule,
        SealsModule.forRoot(configuration.seals),
      ],
      controllers: [ProblemsController],
      providers: [
        { provide: Clock, useValue: clock },
        { provide: KeptRepliesOptions, useValue: { maxAgeMs: configuration.idempotencyTtlHours * HOUR_MS } },
      ],
      exports: [Clock, KeptRepliesOptions],
    };
  }
}
