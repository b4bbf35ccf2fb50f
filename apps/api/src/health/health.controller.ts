import { Open } from '#http';
import type { JsonObject } from '#kernel';
import { StoreProbe } from '#persistence';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { healthFaults } from './health-faults.js';

interface Readiness {
  readonly status: 'ok';
  readonly checks: unknown;
}

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly store: StoreProbe,
  ) {}

  /** The event loop turns. It never asks the store, since a restart would not mend that. */
  @Get('live')
  @Open()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The store takes writes, so that traffic can come. */
  @Get('ready')
  @Open()
  async ready(): Promise<Readiness> {
    try {
      const { details } = await this.health.check([async () => this.checkStore()]);
      return { status: 'ok', checks: details };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { details } = error.getResponse() as { details: JsonObject };
      throw healthFaults['health.not_ready'].because('A check failed.', { extensions: { checks: details } });
    }
  }

  private async checkStore(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('store');
    const startedAtMs = performance.now();
    const described = () => ({
      backend: this.store.backend,
      latencyMs: Math.round((performance.now() - startedAtMs) * 10) / 10,
    });
    try {
      await this.store.check();
      return indicator.up(described());
    } catch (error) {
      return indicator.down({ ...described(), reason: error instanceof Error ? error.message : 'unknown' });
    }
  }
}
