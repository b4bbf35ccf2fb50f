import type { Changes, Page, PageRequest, Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { AuditEvent } from './domain/audit-event.js';
import { AuditRepository, type AuditFilter } from './domain/audit-repository.js';

@Injectable()
export class AuditService {
  constructor(private readonly events: AuditRepository) {}

  /** Stages an audit event into the commit of what it tells of. */
  append(changes: Changes, event: AuditEvent): void {
    this.events.append(changes, event);
  }

  async list(scope: Scope, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>> {
    return this.events.list(scope, filter, page);
  }
}
