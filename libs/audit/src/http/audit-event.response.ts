import { exampleId, FREE_SCHEMA, idSchema, TIME_SCHEMA } from '#http';
import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, toShownAuditEvent, type AuditEvent } from '../domain/audit-event.js';

export class AuditEventResponse {
  @ApiProperty(idSchema('aud'))
  id: string;

  @ApiProperty({
    ...idSchema('inst'),
    nullable: true,
    description: 'Null for what concerns no institution.',
  })
  institutionId: string | null;

  @ApiProperty({
    ...idSchema('ak'),
    nullable: true,
    description: 'Null for the root key, and for whoever has none.',
  })
  apiKeyId: string | null;

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'POSITION_CREATED' })
  action: string;

  @ApiProperty({ enum: AUDIT_OUTCOMES })
  outcome: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'position' })
  resourceType: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: exampleId('pos') })
  resourceId: string | null;

  @ApiProperty({ type: 'string', example: 'POST' })
  method: string;

  @ApiProperty({ type: 'string', example: '/v1/positions' })
  path: string;

  @ApiProperty({ type: 'integer', minimum: 100, maximum: 599, example: 201 })
  statusCode: number;

  @ApiProperty({ type: 'string', example: '4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61' })
  requestId: string;

  @ApiProperty({ type: 'string', nullable: true, example: '192.0.2.7' })
  clientIp: string | null;

  @ApiProperty({
    ...FREE_SCHEMA,
    example: { seq: 1, toState: 'CREATED', amount: '1000.10', currency: 'USD' },
  })
  payload: JsonObject;

  @ApiProperty(TIME_SCHEMA)
  occurredAt: string;
}

export function toAuditEventResponse(event: AuditEvent): AuditEventResponse {
  return toShownAuditEvent(event);
}
