import { FactCache, type Decision } from '#commands';
import { FoundingSteps, InstitutionsService } from '#institutions';
import {
  Clock,
  institutionScope,
  newId,
  REGIONS,
  requirePrecondition,
  type Changes,
  type Money,
  type Page,
  type PageRequest,
  type Precondition,
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
import { findPolicyRefusal, requirePolicyAllows } from './domain/require-policy-allows.js';

/** A policy after it was put, and whether the region had none before. */
export interface PutPolicy {
  readonly policy: PolicyInForce;
  readonly isNew: boolean;
}

const KEPT = { maxFacts: 10_000, maxAgeMs: 60_000 };

@Injectable()
export class PoliciesService implements OnModuleInit {
  private readonly known = new FactCache<Policy>(KEPT);

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
    precondition: Precondition,
  ): Promise<Decision<PutPolicy>> {
    // What is wrong with the request itself is said before anything is looked up.
    requireOrderedBounds(rules);
    const before = await this.find(scope, institutionId, regionName);
    // The row of a region without a policy has a version as well, but nobody has seen it.
    requirePrecondition(precondition, hasRules(before) ? before.version : null);
    const policy = putRules(before, rules, this.clock.now());
    return {
      result: { policy, isNew: !hasRules(before) },
      stage: (changes) => this.policies.update(changes, policy),
      audit: auditOf('POLICY_PUT', policy),
      concluded: () => this.forget(policy),
    };
  }

  async remove(
    scope: Scope,
    institutionId: string,
    regionName: string,
    precondition: Precondition,
  ): Promise<Decision<Policy>> {
    const before = await this.require(scope, institutionId, regionName);
    requirePrecondition(precondition, before.version);
    const policy = removeRules(before, this.clock.now());
    return {
      result: policy,
      stage: (changes) => this.policies.update(changes, policy),
      audit: auditOf('POLICY_DELETED', policy),
      concluded: () => this.forget(policy),
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

  /**
   * The policy that binds positions of an institution in a region, which allows an amount; one without rules allows
   * all. It may be a kept copy, so that the commit has to depend on its being unchanged; a refusal is final, and never
   * taken on a copy that was kept.
   *
   * @throws DomainError `policy.currency_not_allowed`, `policy.amount_out_of_bounds`
   */
  async requireAllowing(institutionId: string, region: Region, amount: Money): Promise<Policy> {
    const key = keyOf({ institutionId, region });
    const known = this.known.known(key);
    if (known !== undefined && findPolicyRefusal(known, amount) === undefined) return known;
    const inForce = await this.recall(institutionId, region);
    requirePolicyAllows(inForce, amount);
    return inForce;
  }

  /** Reads a policy and keeps it, in place of the copy that was kept. */
  async recall(institutionId: string, region: Region): Promise<Policy> {
    const scope = institutionScope(institutionId);
    const read = async (): Promise<Policy | undefined> => this.policies.find(scope, institutionId, region);
    return requireFounded(
      await this.known.load(keyOf({ institutionId, region }), read),
      institutionId,
      region,
    );
  }

  /** Drops the kept copy of a policy. */
  forget(policy: Policy): void {
    this.known.forget(keyOf(policy));
  }

  /** Makes a commit depend on the policy being as it was read. */
  requireUnchanged(changes: Changes, policy: Policy): void {
    this.policies.requireUnchanged(changes, policy);
  }

  private async find(scope: Scope, institutionId: string, regionName: string): Promise<Policy> {
    const region = requireRegion(regionName);
    await this.institutions.require(scope, institutionId);
    return requireFounded(await this.policies.find(scope, institutionId, region), institutionId, region);
  }
}

function keyOf({ institutionId, region }: Pick<Policy, 'institutionId' | 'region'>): string {
  return `${institutionId} ${region}`;
}

/** Every institution is founded with a policy for each region, if only one without rules. */
function requireFounded(policy: Policy | undefined, institutionId: string, region: Region): Policy {
  if (policy !== undefined) return policy;
  throw new Error(`${institutionId} was founded without a policy for ${region}.`);
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
