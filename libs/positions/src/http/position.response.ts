import { AMOUNT_SCHEMA, CURRENCY_SCHEMA, idSchema, TIME_SCHEMA, VERSION_SCHEMA } from '#http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { POSITION_STATES } from '../domain/lifecycle.js';
import { heldAmountOf, remainingAmountOf } from '../domain/position.js';
import type { PositionAsOf } from '../domain/position-as-of.js';
import type { ReplayedPosition } from '../domain/replay-position.js';
import { PositionEventResponse, toPositionEventResponse } from './position-event.response.js';

export class PositionResponse {
  @ApiProperty(idSchema('pos'))
  id: string;

  @ApiProperty(idSchema('inst'))
  institutionId: string;

  @ApiProperty(idSchema('ast'))
  assetId: string;

  @ApiProperty({ type: 'string', example: 'holder-1' })
  holderReference: string;

  @ApiProperty(CURRENCY_SCHEMA)
  currency: string;

  @ApiProperty(AMOUNT_SCHEMA)
  amount: string;

  @ApiProperty({ ...AMOUNT_SCHEMA, example: '0.00' })
  releasedAmount: string;

  @ApiProperty({ ...AMOUNT_SCHEMA, example: '0.00' })
  refundedAmount: string;

  @ApiProperty({ ...AMOUNT_SCHEMA, example: '0.00', description: 'In escrow now.' })
  heldAmount: string;

  @ApiProperty({ ...AMOUNT_SCHEMA, description: 'What can still be released.' })
  remainingAmount: string;

  @ApiProperty({ enum: POSITION_STATES })
  state: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'contract-7' })
  externalReference: string | null;

  @ApiProperty(VERSION_SCHEMA)
  version: number;

  @ApiProperty(TIME_SCHEMA)
  createdAt: string;

  @ApiProperty(TIME_SCHEMA)
  updatedAt: string;

  @ApiPropertyOptional({ type: [PositionEventResponse], description: 'Absent in lists.' })
  events?: PositionEventResponse[];
}

export class PositionBatchResponse {
  @ApiProperty({ type: [PositionResponse], description: 'In the order of the items.' })
  data: PositionResponse[];
}

export function toPositionResponse(position: ReplayedPosition): PositionResponse {
  return {
    id: position.id,
    institutionId: position.institutionId,
    assetId: position.assetId,
    holderReference: position.holderReference,
    currency: position.amount.currency.code,
    amount: position.amount.toString(),
    releasedAmount: position.releasedAmount.toString(),
    refundedAmount: position.refundedAmount.toString(),
    heldAmount: heldAmountOf(position).toString(),
    remainingAmount: remainingAmountOf(position).toString(),
    state: position.state,
    externalReference: position.externalReference,
    version: position.version,
    createdAt: position.createdAt.toISOString(),
    updatedAt: position.updatedAt.toISOString(),
  };
}

export function toPositionWithEventsResponse({ position, events }: PositionAsOf): PositionResponse {
  return { ...toPositionResponse(position), events: events.map(toPositionEventResponse) };
}
