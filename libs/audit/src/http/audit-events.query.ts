import { Id, INSTITUTION_FILTER, Moment, OneOf, PageQuery, Text } from '#http';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../domain/audit-event.js';

export class AuditEventsQuery extends PageQuery {
  @Id('inst', { optional: true, description: INSTITUTION_FILTER })
  institutionId?: string;

  @OneOf(AUDIT_ACTIONS, { optional: true, description: 'What was done.' })
  action?: string;

  @OneOf(AUDIT_OUTCOMES, { optional: true, description: 'Whether it was done.' })
  outcome?: string;

  @Id('ak', { optional: true, description: 'By whose key.' })
  apiKeyId?: string;

  @Text({ optional: true, description: 'Of things of one type.', example: 'position' })
  resourceType?: string;

  @Id('pos', { optional: true, description: 'Of a thing of whatever type.' })
  resourceId?: string;

  @Moment({ optional: true, description: 'Strictly after this moment.' })
  occurredAfter?: Date;

  @Moment({ optional: true, description: 'Strictly before this moment.' })
  occurredBefore?: Date;
}
