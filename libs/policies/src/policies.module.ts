import { CommandsModule } from '#commands';
import { InstitutionsModule } from '#institutions';
import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { PolicyRepository } from './domain/policy-repository.js';
import { PoliciesController } from './http/policies.controller.js';
import { MemoryPolicyRepository } from './persistence/memory-policy.repository.js';
import { PostgresPolicyRepository } from './persistence/postgres-policy.repository.js';
import { PoliciesService } from './policies.service.js';

@Module({
  imports: [
    CommandsModule,
    InstitutionsModule,
    PersistenceModule.forFeature([
      { port: PolicyRepository, postgres: PostgresPolicyRepository, memory: MemoryPolicyRepository },
    ]),
  ],
  controllers: [PoliciesController],
  providers: [PoliciesService],
  exports: [PoliciesService],
})
export class PoliciesModule {}
