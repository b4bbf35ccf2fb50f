import { eachItem, type Changes, type HistoryEntry, type Page, type PageRequest, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import { toShownAuditEvent, type AuditEvent } from './domain/audit-event.js';
import { AuditRepository, type AuditFilter } from './domain/audit-repository.js';

@Injectable()
export class AuditService {
  constructor(private readonly events: AuditRepository) {}

  /** Stages an audit event into the commit of what it tells of. */
  append(changes: Changes, event: AuditEvent): void {
    this.events.append(changes, event);
  }

  /** Events of a scope, one after the other, by the time they occurred: strictly after and before the moments given. */
  async *within(
    scope: Scope,
    { after, before }: { readonly after?: Date; readonly before?: Date },
  ): AsyncGenerator<HistoryEntry> {
    const filter = { occurredAfter: after, occurredBefore: before };
    for await (const event of eachItem(async (page) => this.events.list(scope, filter, page))) {
      yield { at: event.occurredAt, document: toShownAuditEvent(event) };
    }
  }

  async list(scope: Scope, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>> {
    return this.events.list(scope, filter, page);
  }
}
