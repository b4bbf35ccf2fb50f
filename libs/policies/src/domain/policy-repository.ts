import type { Changes, Page, PageRequest, Region, Scope } from '#kernel';
import type { Policy, PolicyInForce } from './policy.js';

export abstract class PolicyRepository {
  abstract insert(changes: Changes, policy: Policy): void;

  /** Guarded by the version before the one that `policy` carries. */
  abstract update(changes: Changes, policy: Policy): void;

  /** Makes the commit depend on the policy being as it was read. */
  abstract requireUnchanged(changes: Changes, policy: Policy): void;

  /** The policy of a region, also one without rules; undefined when the institution is not in scope or unknown. */
  abstract find(scope: Scope, institutionId: string, region: Region): Promise<Policy | undefined>;

  /** The policies of an institution that have rules, by creation. */
  abstract listInForce(scope: Scope, institutionId: string, page: PageRequest): Promise<Page<PolicyInForce>>;
}
