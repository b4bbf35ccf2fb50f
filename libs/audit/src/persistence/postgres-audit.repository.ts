import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { stageInsert, whereEqual, whereWithin, type PostgresStore } from '#persistence';
import type { AuditEvent } from '../domain/audit-event.js';
import { AuditRepository, type AuditFilter } from '../domain/audit-repository.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { AUDIT_EVENT_ORDER, fromRow, toRow } from './audit-event.rows.js';

export class PostgresAuditRepository extends AuditRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  append(changes: Changes, event: AuditEvent): void {
    stageInsert(changes, AuditEventEntity, toRow(event));
  }

  async list(scope: Scope, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>> {
    const { occurredAfter: after, occurredBefore: before, ...equal } = filter;
    const rows = await this.store.page(
      AuditEventEntity,
      scope,
      (query) => {
        whereEqual(query, equal);
        whereWithin(query, 'occurredAt', { after, before });
      },
      AUDIT_EVENT_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }
}
