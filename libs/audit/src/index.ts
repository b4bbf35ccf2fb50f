export { AuditModule } from './audit.module.js';
export { AuditService } from './audit.service.js';
export { succeeded, type AuditEntry, type Refusal, type RefusalAction } from './domain/audit-event.js';
export { RefusalRecorder } from './refusal-recorder.js';
export { RefusalsModule } from './refusals.module.js';
