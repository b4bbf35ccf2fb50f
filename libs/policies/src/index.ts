export type { Policy } from './domain/policy.js';
export { requirePolicyAllows } from './domain/require-policy-allows.js';
export { PoliciesModule } from './policies.module.js';
export { PoliciesService } from './policies.service.js';
