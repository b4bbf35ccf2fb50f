import { Open, Operation } from '#http';
import { Clock, MAX_CLOCK_OFFSET_MS, type JsonObject } from '#kernel';
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
    private readonly clock: Clock,
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

  /** Of the clock only what the store has said of its own: a store that is away has said nothing. */
  private async checkStore(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('store');
    const askedAt = this.clock.now();
    const startedAtMs = performance.now();
    const described = () => ({
      backend: this.store.backend,
      latencyMs: Math.round((performance.now() - startedAtMs) * 10) / 10,
    });
    try {
      const storeTime = await this.store.check();
      const answeredAt = this.clock.now();
      return {
        ...indicator.up(described()),
        ...(storeTime && this.checkClock(storeTime, { askedAt, answeredAt })),
      };
    } catch (error) {
      return indicator.down({ ...described(), reason: error instanceof Error ? error.message : 'unknown' });
    }
  }

  /** Rows carry the time of the process that made them, and are sealed by that of the store. */
  private checkClock(
    storeTime: Date,
    { askedAt, answeredAt }: { readonly askedAt: Date; readonly answeredAt: Date },
  ): HealthIndicatorResult {
    const indicator = this.indicators.check('clock');
    const ahead = Math.max(0, askedAt.getTime() - storeTime.getTime());
    const behind = Math.max(0, storeTime.getTime() - answeredAt.getTime());
    const offsetMs = ahead - behind;
    if (Math.abs(offsetMs) <= MAX_CLOCK_OFFSET_MS) return indicator.up({ offsetMs });
    return indicator.down({
      offsetMs,
      reason: `The clock is more than ${MAX_CLOCK_OFFSET_MS / 1_000} seconds from the database’s.`,
    });
  }
}
