import { declareFaults } from './domain-error.js';
import type { Principal } from './principal.js';

/** For whom something is read: one institution, or the platform, which sees all. */
export type Scope =
  { readonly kind: 'platform' } | { readonly kind: 'institution'; readonly institutionId: string };

export const PLATFORM_SCOPE: Scope = { kind: 'platform' };

export function institutionScope(institutionId: string): Scope {
  return { kind: 'institution', institutionId };
}

/** What a principal may see. */
export function scopeOf(principal: Principal): Scope {
  return principal.role === 'root' ? PLATFORM_SCOPE : institutionScope(principal.institutionId);
}

/**
 * The part of `scope` that belongs to one institution, or undefined when the scope does not reach it.
 * The caller answers the latter exactly as it answers an institution that does not exist.
 */
export function narrowScope(scope: Scope, institutionId: string | undefined): Scope | undefined {
  if (institutionId === undefined) return scope;
  if (scope.kind === 'platform' || scope.institutionId === institutionId)
    return institutionScope(institutionId);
  return undefined;
}

export const institutionFaults = declareFaults({
  'institution.unknown': {
    kind: 'unknown',
    title: 'Unknown institution',
    meaning: 'There is no such institution, or it is not that of the key.',
  },
});

/**
 * The part of `scope` that belongs to the institution that a request names, if it names one.
 *
 * @throws DomainError `institution.unknown` at `/institutionId`, where the scope does not reach it
 */
export function requireScope(scope: Scope, institutionId: string | undefined): Scope {
  const narrowed = narrowScope(scope, institutionId);
  if (narrowed !== undefined) return narrowed;
  throw institutionFaults['institution.unknown'].at('/institutionId', 'There is no such institution.');
}
