import { compareDecimals, type DomainError, type Money } from '#kernel';
import type { Policy } from './policy.js';
import { policyFaults } from './policy-faults.js';

/**
 * Holds the amount of a position to the policy of its template's region.
 *
 * @throws DomainError `policy.currency_not_allowed`, `policy.amount_out_of_bounds`
 */
export function requirePolicyAllows(policy: Policy, amount: Money): void {
  const refusal = findPolicyRefusal(policy, amount);
  if (refusal !== undefined) throw refusal;
}

/** What {@link requirePolicyAllows} would throw. */
export function findPolicyRefusal(policy: Policy, amount: Money): DomainError | undefined {
  if (policy.rules === null) return undefined;
  const { minAmount, maxAmount, allowedCurrencies } = policy.rules;
  const { region, version: policyVersion } = policy;
  const currency = amount.currency.code;
  if (allowedCurrencies !== undefined && !allowedCurrencies.includes(currency)) {
    const detail = `The policy for ${region} does not allow ${currency}.`;
    const numbers = { policyVersion, region, currency, allowedCurrencies };
    return policyFaults['policy.currency_not_allowed'].at('/currency', detail, numbers);
  }
  const outOfBounds = policyFaults['policy.amount_out_of_bounds'];
  const numbers = { policyVersion, region, currency, amount: amount.toString() };
  if (minAmount !== undefined && compareDecimals(numbers.amount, minAmount) < 0) {
    const detail = `The least amount that the policy for ${region} allows is ${minAmount}.`;
    return outOfBounds.at('/amount', detail, { ...numbers, minAmount });
  }
  if (maxAmount !== undefined && compareDecimals(numbers.amount, maxAmount) > 0) {
    const detail = `The greatest amount that the policy for ${region} allows is ${maxAmount}.`;
    return outOfBounds.at('/amount', detail, { ...numbers, maxAmount });
  }
  return undefined;
}
