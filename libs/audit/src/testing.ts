import { newId } from '#kernel';
import type { AuditEvent } from './domain/audit-event.js';
import { AuditRepository } from './domain/audit-repository.js';
import { MemoryAuditRepository } from './persistence/memory-audit.repository.js';
import { PostgresAuditRepository } from './persistence/postgres-audit.repository.js';

export { AuditEventEntity } from './persistence/audit-event.entity.js';

/** Lets the suites of other rooms read the trail that their commands leave. */
export const auditBinding = {
  port: AuditRepository,
  postgres: PostgresAuditRepository,
  memory: MemoryAuditRepository,
};

export function anAuditEvent(overrides: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: newId('aud'),
    institutionId: newId('inst'),
    apiKeyId: newId('ak'),
    action: 'ASSET_CREATED',
    outcome: 'SUCCESS',
    resourceType: 'asset',
    resourceId: newId('ast'),
    method: 'POST',
    path: '/v1/assets',
    statusCode: 201,
    requestId: 'request-1',
    clientIp: '192.0.2.1',
    payload: {},
    occurredAt: new Date('2026-01-01T00:00:00.000Z'),
    ...overrides,
  };
}
