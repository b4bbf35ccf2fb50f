import { Open, Operation } from '#http';
import type { JsonObject } from '#kernel';
import { StoreProbe } from '#persistence';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { healthFaults } from './health-faults.js';
import { LivenessResponse, ReadinessResponse } from './health.response.js';

@ApiTags('health')
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
  @Operation({ id: 'checkLiveness', summary: 'Whether the process is alive', ok: LivenessResponse })
  live(): LivenessResponse {
    return { status: 'ok' };
  }

  /** The store takes writes, so that traffic can come. */
  @Get('ready')
  @Open()
  @Operation({
    id: 'checkReadiness',
    summary: 'Whether traffic can come',
    ok: ReadinessResponse,
    refuses: ['health.not_ready'],
  })
  async ready(): Promise<ReadinessResponse> {
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
