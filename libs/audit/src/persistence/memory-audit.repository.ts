import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { hasEqual, isInScope, isWithin, stageInsert, type MemoryStore } from '#persistence';
import type { AuditEvent } from '../domain/audit-event.js';
import { AuditRepository, type AuditFilter } from '../domain/audit-repository.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { AUDIT_EVENT_ORDER, fromRow, toRow } from './audit-event.rows.js';

export class MemoryAuditRepository extends AuditRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  append(changes: Changes, event: AuditEvent): void {
    stageInsert(changes, AuditEventEntity, toRow(event));
  }

  async list(scope: Scope, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>> {
    const { occurredAfter: after, occurredBefore: before, ...equal } = filter;
    const rows = this.store.page(
      AuditEventEntity,
      (row) => isInScope(row, scope) && hasEqual(row, equal) && isWithin(row.occurredAt, { after, before }),
      AUDIT_EVENT_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }
}
