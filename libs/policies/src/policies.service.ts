import type { Decision } from '#commands';
import { FoundingSteps, InstitutionsService } from '#institutions';
import {
  Clock,
  institutionScope,
  newId,
  REGIONS,
  type Changes,
  type Page,
  type PageRequest,
  type Region,
  type Scope,
} from '#kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  hasRules,
  noPolicyYet,
  putRules,
  removeRules,
  requireOrderedBounds,
  requireRegion,
  type Policy,
  type PolicyInForce,
  type PolicyRules,
} from './domain/policy.js';
import { policyFaults } from './domain/policy-faults.js';
import { PolicyRepository } from './domain/policy-repository.js';

/** A policy after it was put, and whether the region had none before. */
export interface PutPolicy {
  readonly policy: PolicyInForce;
  readonly isNew: boolean;
}

@Injectable()
export class PoliciesService implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRepository,
    private readonly institutions: InstitutionsService,
    private readonly founding: FoundingSteps,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.founding.add((changes, institution) => {
      for (const region of REGIONS) {
        const made = { id: newId('pol'), at: institution.createdAt };
        this.policies.insert(changes, noPolicyYet(institution.id, region, made));
      }
    });
  }

  async put(
    scope: Scope,
    institutionId: string,
    regionName: string,
    rules: PolicyRules,
  ): Promise<Decision<PutPolicy>> {
    // What is wrong with the request itself is said before anything is looked up.
    requireOrderedBounds(rules);
    const before = await this.find(scope, institutionId, regionName);
    const policy = putRules(before, rules, this.clock.now());
    return {
      result: { policy, isNew: !hasRules(before) },
      stage: (changes) => this.policies.update(changes, policy),
      audit: auditOf('POLICY_PUT', policy),
    };
  }

  async remove(scope: Scope, institutionId: string, regionName: string): Promise<Decision<Policy>> {
    const policy = removeRules(await this.require(scope, institutionId, regionName), this.clock.now());
    return {
      result: policy,
      stage: (changes) => this.policies.update(changes, policy),
      audit: auditOf('POLICY_DELETED', policy),
    };
  }

  /**
   * The policy of a region that has one.
   *
   * @throws DomainError `policy.unknown_region`, `institution.unknown`, `policy.unknown`
   */
  async require(scope: Scope, institutionId: string, regionName: string): Promise<PolicyInForce> {
    const policy = await this.find(scope, institutionId, regionName);
    if (hasRules(policy)) return policy;
    throw policyFaults['policy.unknown'].because(`The institution has no policy for ${policy.region}.`);
  }

  /** The policies of an institution that have rules. @throws DomainError `institution.unknown` */
  async list(scope: Scope, institutionId: string, page: PageRequest): Promise<Page<PolicyInForce>> {
    await this.institutions.require(scope, institutionId);
    return this.policies.listInForce(scope, institutionId, page);
  }

  /** What binds positions of an institution in a region: without rules, nothing does. */
  async inForce(institutionId: string, region: Region): Promise<Policy> {
    const policy = await this.policies.find(institutionScope(institutionId), institutionId, region);
    if (policy === undefined) throw new Error(`${institutionId} was founded without a policy for ${region}.`);
    return policy;
  }

  /** Makes a commit depend on the policy being as it was read. */
  requireUnchanged(changes: Changes, policy: Policy): void {
    this.policies.requireUnchanged(changes, policy);
  }

  private async find(scope: Scope, institutionId: string, regionName: string): Promise<Policy> {
    const region = requireRegion(regionName);
    await this.institutions.require(scope, institutionId);
    return this.inForce(institutionId, region);
  }
}

function auditOf(action: 'POLICY_PUT' | 'POLICY_DELETED', policy: Policy): Decision<Policy>['audit'] {
  return {
    action,
    institutionId: policy.institutionId,
    resourceType: 'policy',
    resourceId: policy.id,
    payload: { region: policy.region, version: policy.version },
  };
}
