import { compareDecimals, REGIONS, type Region } from '#kernel';
import { policyFaults } from './policy-faults.js';

/** What an institution demands of positions; what is left out is not restricted. */
export interface PolicyRules {
  /** Plain decimals, bounds included, compared with an amount of any currency. */
  readonly minAmount?: string;
  readonly maxAmount?: string;
  readonly allowedCurrencies?: readonly string[];
}

/**
 * An institution's rules for one region. There is one for every region from the founding of the institution on,
 * so that absence has a version too: without rules, the region has no policy.
 */
export interface Policy {
  readonly id: string;
  readonly institutionId: string;
  readonly region: Region;
  readonly rules: PolicyRules | null;
  readonly version: number;
  /** When the present rules came where none were; with no rules, when the institution was founded or last had some. */
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A policy that is in force. */
export type PolicyInForce = Policy & { readonly rules: PolicyRules };

export function hasRules(policy: Policy): policy is PolicyInForce {
  return policy.rules !== null;
}

/** @throws DomainError `policy.unknown_region` */
export function requireRegion(name: string): Region {
  const region = REGIONS.find((known) => known === name);
  if (region === undefined) throw policyFaults['policy.unknown_region'].because('There is no such region.');
  return region;
}

/** The absence of a policy, as an institution starts with it in every region. */
export function noPolicyYet(institutionId: string, region: Region, made: { id: string; at: Date }): Policy {
  return {
    id: made.id,
    institutionId,
    region,
    rules: null,
    version: 1,
    createdAt: made.at,
    updatedAt: made.at,
  };
}

/** @throws DomainError `policy.bounds_reversed` */
export function requireOrderedBounds({ minAmount, maxAmount }: PolicyRules): void {
  if (minAmount === undefined || maxAmount === undefined || compareDecimals(minAmount, maxAmount) <= 0)
    return;
  throw policyFaults['policy.bounds_reversed'].at('/position/minAmount', 'Must not be more than maxAmount.', {
    minAmount,
    maxAmount,
  });
}

/**
 * Replaces the rules as a whole.
 *
 * @throws DomainError `policy.bounds_reversed`
 */
export function putRules(policy: Policy, rules: PolicyRules, at: Date): PolicyInForce {
  requireOrderedBounds(rules);
  return {
    ...policy,
    rules: given(rules),
    version: policy.version + 1,
    createdAt: hasRules(policy) ? policy.createdAt : at,
    updatedAt: at,
  };
}

/** The rules that are set: a store of JSON cannot keep what is undefined, and no other store may either. */
function given(rules: PolicyRules): PolicyRules {
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}

export function removeRules(policy: Policy, at: Date): Policy {
  return { ...policy, rules: null, version: policy.version + 1, updatedAt: at };
}
