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
import { SealsModule, SealsOptions } from '#seals';
import { TransferModule } from '#transfer';
import { Module, type DynamicModule } from '@nestjs/common';
import { migrationNames } from '../../../migrations/migration-names.js';
import { Drain } from './drain.js';
import { entities } from './entities.js';
import { HealthModule } from './health/health.module.js';
import { BackgroundMetrics } from './metrics/background-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { Scrape } from './metrics/scrape.js';
import { StandingMetrics } from './metrics/standing-metrics.js';
import { ProblemsController } from './problems/problems.controller.js';

const HOUR_MS = 3_600_000;

@Module({})
export class AppModule {
  /** The whole service, on the backend that the configuration names. */
  static forRoot(
    configuration: Configuration,
    clock: Clock,
    metrics: Metrics,
    takeOverFile?: string,
  ): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [
        PersistenceModule.forRoot(configuration.store, entities, {
          observer: metrics.store,
          migrations: migrationNames,
        }),
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
        TransferModule.forRoot({
          trustedKeys: new SealsOptions(configuration.seals).trustedKeys,
          importFile: configuration.store.backend === 'memory' ? configuration.store.importFile : undefined,
          takeOverFile,
        }),
      ],
      controllers: [MetricsController, ProblemsController],
      providers: [
        { provide: Clock, useValue: clock },
        Drain,
        { provide: Metrics, useValue: metrics },
        BackgroundMetrics,
        StandingMetrics,
        Scrape,
        { provide: KeptRepliesOptions, useValue: { maxAgeMs: configuration.idempotencyTtlHours * HOUR_MS } },
      ],
      exports: [Clock, Drain, KeptRepliesOptions],
    };
  }
}
