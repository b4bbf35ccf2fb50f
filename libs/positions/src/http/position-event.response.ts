import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { POSITION_STATES } from '../domain/lifecycle.js';
import type { PositionEvent } from '../domain/position-event.js';

export class PositionEventResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  positionId: string;

  @ApiProperty({ type: 'integer', description: 'The version of the position that the step produced.' })
  seq: number;

  @ApiProperty({ enum: POSITION_STATES, nullable: true })
  fromState: string | null;

  @ApiProperty({ enum: POSITION_STATES })
  toState: string;

  @ApiProperty({ type: String, nullable: true, description: 'Claimed at creation, moved at any other step.' })
  amount: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  metadata: JsonObject | null;

  @ApiProperty({ format: 'date-time' })
  at: string;
}

export function toPositionEventResponse(event: PositionEvent): PositionEventResponse {
  return {
    id: event.id,
    positionId: event.positionId,
    seq: event.seq,
    fromState: event.fromState,
    toState: event.toState,
    amount: event.amount?.toString() ?? null,
    reason: event.reason,
    metadata: event.metadata,
    at: event.at.toISOString(),
  };
}
