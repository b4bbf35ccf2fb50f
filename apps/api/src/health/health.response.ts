import { FREE_SCHEMA } from '#http';
import { ApiProperty } from '@nestjs/swagger';

export class HealthResponse {
  @ApiProperty({ type: 'string', enum: ['ok'] })
  status: 'ok';
}

export class ReadinessResponse extends HealthResponse {
  @ApiProperty({
    ...FREE_SCHEMA,
    description: 'What each check found, by its name.',
    example: {
      store: { status: 'up', backend: 'postgres', latencyMs: 0.8 },
      migrations: { status: 'up', pending: 0, latencyMs: 0.8 },
      clock: { status: 'up', offsetMs: 0, latencyMs: 0.8 },
      drain: { status: 'up', latencyMs: 0 },
    },
  })
  checks: unknown;
}
