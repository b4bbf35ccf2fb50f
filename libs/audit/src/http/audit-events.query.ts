import { Id, OneOf, PageQuery, Text } from '#http';
import { AUDIT_ACTIONS } from '../domain/audit-event.js';

export class AuditEventsQuery extends PageQuery {
  @Id('inst', { optional: true })
  institutionId?: string;

  @OneOf(AUDIT_ACTIONS, { optional: true })
  action?: string;

  @Text({ optional: true })
  apiKeyId?: string;

  @Text({ optional: true })
  resourceType?: string;

  @Text({ optional: true })
  resourceId?: string;
}
