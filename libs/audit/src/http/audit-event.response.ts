import { PLATFORM_ID, type JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditEvent } from '../domain/audit-event.js';

export class AuditEventResponse {
  @ApiProperty()
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for what concerns no institution.' })
  institutionId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null for the root key.' })
  apiKeyId: string | null;

  @ApiProperty({ enum: AUDIT_ACTIONS })
  action: string;

  @ApiProperty({ enum: AUDIT_OUTCOMES })
  outcome: string;

  @ApiProperty({ type: String, nullable: true })
  resourceType: string | null;

  @ApiProperty({ type: String, nullable: true })
  resourceId: string | null;

  @ApiProperty()
  method: string;

  @ApiProperty()
  path: string;

  @ApiProperty({ type: 'integer' })
  statusCode: number;

  @ApiProperty()
  requestId: string;

  @ApiProperty({ type: String, nullable: true })
  clientIp: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  payload: JsonObject;

  @ApiProperty({ format: 'date-time' })
  occurredAt: string;
}

export function toAuditEventResponse(event: AuditEvent): AuditEventResponse {
  return {
    id: event.id,
    institutionId: event.institutionId === PLATFORM_ID ? null : event.institutionId,
    apiKeyId: event.apiKeyId,
    action: event.action,
    outcome: event.outcome,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    method: event.method,
    path: event.path,
    statusCode: event.statusCode,
    requestId: event.requestId,
    clientIp: event.clientIp,
    payload: event.payload,
    occurredAt: event.occurredAt.toISOString(),
  };
}
