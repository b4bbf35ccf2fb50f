import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';
import { AuditRepository } from './domain/audit-repository.js';
import { AuditController } from './http/audit.controller.js';
import { MemoryAuditRepository } from './persistence/memory-audit.repository.js';
import { PostgresAuditRepository } from './persistence/postgres-audit.repository.js';

const AUDIT_EVENTS = PersistenceModule.forFeature([
  { port: AuditRepository, postgres: PostgresAuditRepository, memory: MemoryAuditRepository },
]);

@Module({
  imports: [AUDIT_EVENTS],
  controllers: [AuditController],
  providers: [AuditService],
  exports: [AUDIT_EVENTS, AuditService],
})
export class AuditModule {}
