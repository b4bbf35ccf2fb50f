import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '#kernel';

const ACTION_LIST = [
  'INSTITUTION_CREATED',
  'INSTITUTION_UPDATED',
  'API_KEY_CREATED',
  'API_KEY_REVOKED',
  'API_KEY_ROTATED',
  'POLICY_PUT',
  'POLICY_DELETED',
  'ASSET_TEMPLATE_CREATED',
  'ASSET_CREATED',
  'ASSET_UPDATED',
  'POSITION_CREATED',
  'POSITION_TRANSITIONED',
  'AUTH_FAILED',
  'AUTH_FORBIDDEN',
  'VALIDATION_FAILED',
  'CONFLICT',
  'RULE_REFUSED',
]
  .map((action) => `'${action}'`)
  .join(', ');

/** No foreign keys: the trail also holds the platform's own rows and what was done with ids that do not exist. */
@Entity('audit_events')
@Check('audit_events_action_check', `action IN (${ACTION_LIST})`)
@Check('audit_events_outcome_check', `outcome IN ('SUCCESS', 'REFUSED')`)
@Index('audit_events_institution_occurred_idx', ['institutionId', 'occurredAt', 'id'])
@Index('audit_events_api_key_occurred_idx', ['institutionId', 'apiKeyId', 'occurredAt', 'id'])
@Index('audit_events_resource_occurred_idx', ['institutionId', 'resourceId', 'occurredAt', 'id'])
export class AuditEventEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'audit_events_pk' })
  id: string;

  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'audit_events_pk',
  })
  institutionId: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column({ type: 'text', name: 'api_key_id', collation: 'C', nullable: true })
  apiKeyId: string | null;

  @Column('text', { name: 'method' })
  method: string;

  @Column('text', { name: 'path' })
  path: string;

  @Column('text', { name: 'action' })
  action: string;

  @Column('text', { name: 'outcome' })
  outcome: string;

  @Column('text', { name: 'resource_type', nullable: true })
  resourceType: string | null;

  @Column({ type: 'text', name: 'resource_id', collation: 'C', nullable: true })
  resourceId: string | null;

  @Column('integer', { name: 'status_code' })
  statusCode: number;

  @Column('text', { name: 'request_id' })
  requestId: string;

  @Column('text', { name: 'client_ip', nullable: true })
  clientIp: string | null;

  @Column('jsonb', { name: 'payload' })
  payload: JsonObject;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
