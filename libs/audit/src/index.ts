export { AuditModule } from './audit.module.js';
export { AuditService } from './audit.service.js';
export { succeeded, type AuditEntry } from './domain/audit-event.js';
