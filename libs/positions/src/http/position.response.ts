import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { POSITION_STATES } from '../domain/lifecycle.js';
import { heldAmountOf, remainingAmountOf } from '../domain/position.js';
import type { PositionAsOf } from '../domain/position-as-of.js';
import type { ReplayedPosition } from '../domain/replay-position.js';
import { PositionEventResponse, toPositionEventResponse } from './position-event.response.js';

export class PositionResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  institutionId: string;

  @ApiProperty()
  assetId: string;

  @ApiProperty()
  holderReference: string;

  @ApiProperty({ example: 'USD' })
  currency: string;

  @ApiProperty({ example: '1000.10' })
  amount: string;

  @ApiProperty({ example: '500.05' })
  releasedAmount: string;

  @ApiProperty({ example: '0.00' })
  refundedAmount: string;

  @ApiProperty({ example: '500.05', description: 'In escrow now.' })
  heldAmount: string;

  @ApiProperty({ example: '500.05', description: 'What can still be released.' })
  remainingAmount: string;

  @ApiProperty({ enum: POSITION_STATES })
  state: string;

  @ApiProperty({ type: String, nullable: true })
  externalReference: string | null;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
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
