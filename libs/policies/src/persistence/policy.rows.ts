import type { Region } from '#kernel';
import type { Policy, PolicyInForce } from '../domain/policy.js';
import type { InstitutionPolicyEntity } from './institution-policy.entity.js';

export const POLICY_ORDER = ['createdAt', 'id'] as const;

export function toRow({ rules, ...policy }: Policy): InstitutionPolicyEntity {
  return { ...policy, config: rules && { ...rules } };
}

export function fromRow({ config, ...row }: InstitutionPolicyEntity): Policy {
  return { ...row, region: row.region as Region, rules: config };
}

/** Reads a row that was selected for having rules. */
export function fromRowInForce(row: InstitutionPolicyEntity): PolicyInForce {
  return fromRow(row) as PolicyInForce;
}
