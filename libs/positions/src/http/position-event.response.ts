import { AMOUNT_SCHEMA, FREE_SCHEMA, idSchema, TIME_SCHEMA } from '#http';
import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { POSITION_STATES } from '../domain/lifecycle.js';
import type { PositionEvent } from '../domain/position-event.js';

export class PositionEventResponse {
  @ApiProperty(idSchema('ple'))
  id: string;

  @ApiProperty(idSchema('pos'))
  positionId: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 1,
    description: 'The version of the position that the step produced.',
  })
  seq: number;

  @ApiProperty({
    type: 'string',
    enum: POSITION_STATES,
    nullable: true,
    example: null,
    description: 'Null at creation.',
  })
  fromState: string | null;

  @ApiProperty({ enum: POSITION_STATES })
  toState: string;

  @ApiProperty({
    ...AMOUNT_SCHEMA,
    nullable: true,
    description: 'Claimed at creation, moved at any other step.',
  })
  amount: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: null })
  reason: string | null;

  @ApiProperty({ ...FREE_SCHEMA, nullable: true, example: null })
  metadata: JsonObject | null;

  @ApiProperty(TIME_SCHEMA)
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
