import { CommandsModule } from '#commands';
import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { InstitutionRepository } from './domain/institution-repository.js';
import { FoundingSteps } from './founding-steps.js';
import { InstitutionsController } from './http/institutions.controller.js';
import { InstitutionsService } from './institutions.service.js';
import { MemoryInstitutionRepository } from './persistence/memory-institution.repository.js';
import { PostgresInstitutionRepository } from './persistence/postgres-institution.repository.js';

@Module({
  imports: [
    CommandsModule,
    PersistenceModule.forFeature([
      {
        port: InstitutionRepository,
        postgres: PostgresInstitutionRepository,
        memory: MemoryInstitutionRepository,
      },
    ]),
  ],
  controllers: [InstitutionsController],
  providers: [InstitutionsService, FoundingSteps],
  exports: [InstitutionsService, FoundingSteps],
})
export class InstitutionsModule {}
