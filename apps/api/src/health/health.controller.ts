import { Open, Operation } from '#http';
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { healthFaults } from './health-faults.js';
import { HealthResponse, ReadinessResponse } from './health.response.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The event loop turns. It never asks the store, since a restart would not mend that. */
  @Get('live')
  @Open()
  @Operation({ id: 'checkLiveness', summary: 'Whether the process is alive', ok: HealthResponse })
  live(): HealthResponse {
    return { status: 'ok' };
  }

  /** The process listens only when its start has finished, so that whoever is answered knows it. */
  @Get('startup')
  @Open()
  @Operation({ id: 'checkStartup', summary: 'Whether the start has finished', ok: HealthResponse })
  startup(): HealthResponse {
    return { status: 'ok' };
  }

  /** Traffic can come: the store takes writes and has every migration, and the service is not stopping. */
  @Get('ready')
  @Open()
  @Operation({
    id: 'checkReadiness',
    summary: 'Whether traffic can come',
    ok: ReadinessResponse,
    refuses: ['health.not_ready'],
  })
  async ready(): Promise<ReadinessResponse> {
    const { checks, reasons } = await this.readiness.find();
    if (reasons.length === 0) return { status: 'ok', checks };
    throw healthFaults['health.not_ready'].because(reasons.join(' '), { extensions: { checks } });
  }
}
