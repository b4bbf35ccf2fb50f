import { newId } from '#kernel';
import type { Policy } from './domain/policy.js';
import { PolicyRepository } from './domain/policy-repository.js';
import { MemoryPolicyRepository } from './persistence/memory-policy.repository.js';
import { PostgresPolicyRepository } from './persistence/postgres-policy.repository.js';

export { InstitutionPolicyEntity } from './persistence/institution-policy.entity.js';

/** Lets the suites of other rooms store the policies that their commits depend on. */
export const policyBinding = {
  port: PolicyRepository,
  postgres: PostgresPolicyRepository,
  memory: MemoryPolicyRepository,
};

/** A region without a policy, unless rules are given. */
export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  const at = new Date('2026-01-01T00:00:00.000Z');
  return {
    id: newId('pol'),
    institutionId: newId('inst'),
    region: 'US',
    rules: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...overrides,
  };
}
