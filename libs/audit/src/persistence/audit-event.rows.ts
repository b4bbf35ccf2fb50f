import type { AuditAction, AuditEvent, AuditOutcome } from '../domain/audit-event.js';
import type { AuditEventEntity } from './audit-event.entity.js';

export const AUDIT_EVENT_ORDER = ['occurredAt', 'id'] as const;

export function toRow(event: AuditEvent): AuditEventEntity {
  return { ...event, createdAt: event.occurredAt };
}

export function fromRow({ createdAt: _, ...row }: AuditEventEntity): AuditEvent {
  return { ...row, action: row.action as AuditAction, outcome: row.outcome as AuditOutcome };
}
