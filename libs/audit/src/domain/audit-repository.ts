import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { AuditEvent } from './audit-event.js';

export interface AuditFilter {
  readonly action?: string;
  readonly outcome?: string;
  readonly apiKeyId?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  /** Strictly after, strictly before. */
  readonly occurredAfter?: Date;
  readonly occurredBefore?: Date;
}

export abstract class AuditRepository {
  abstract append(changes: Changes, event: AuditEvent): void;

  /** Events that match every given part of the filter, by the time they occurred. */
  abstract list(scope: Scope, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>>;
}
