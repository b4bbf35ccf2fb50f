import { declareFaults } from './domain-error.js';

const preconditionFaults = declareFaults({
  'request.precondition_failed': {
    kind: 'precondition_failed',
    title: 'Precondition failed',
    meaning:
      'The resource is not the one that `If-Match` or `If-None-Match` asks for. `currentVersion` is the version that it has, null when there is none. Nothing was changed.',
  },
});

/** The versions that a request's `If-Match` or `If-None-Match` (RFC 9110, section 13.1) lists, or any. */
export type Versions = 'any' | readonly number[];

/** What must hold of a resource for a command to be carried out on it. */
export interface Precondition {
  readonly ifMatch?: Versions;
  readonly ifNoneMatch?: Versions;
}

/** Nothing is asked of the resource. */
export const UNCONDITIONAL: Precondition = {};

/**
 * @param current the version that the resource has; null when it does not exist
 * @throws DomainError `request.precondition_failed`, with the current version
 */
export function requirePrecondition({ ifMatch, ifNoneMatch }: Precondition, current: number | null): void {
  const isMet =
    (ifMatch === undefined || includes(ifMatch, current)) &&
    (ifNoneMatch === undefined || !includes(ifNoneMatch, current));
  if (isMet) return;
  const detail =
    current === null ? 'The resource does not exist.' : `The resource has version ${current} now.`;
  throw preconditionFaults['request.precondition_failed'].because(detail, {
    extensions: { currentVersion: current },
  });
}

function includes(versions: Versions, current: number | null): boolean {
  return current !== null && (versions === 'any' || versions.includes(current));
}
