import { DomainError } from '#kernel';
import { authFaults } from './api-key-faults.js';

/** Why a request is not let in, for the audit trail alone: its sender is not told apart one from another. */
export type RefusalReason = 'missing' | 'malformed' | 'unknown' | 'expired' | 'revoked' | 'foreign_address';

/** The key of a sender who had the whole text of it, though it lets nobody in any more. */
export interface RefusedApiKey {
  readonly id: string;
  readonly institutionId: string;
}

/** A request that nobody is known to have sent: `auth.missing_key`, or `auth.invalid_key` for every other reason. */
export class AuthenticationRefused extends DomainError {
  constructor(
    readonly reason: RefusalReason,
    readonly apiKey?: RefusedApiKey,
  ) {
    if (reason === 'missing') {
      super(authFaults['auth.missing_key'], 'Send an API key as X-API-Key or as Authorization: Bearer.');
    } else {
      super(authFaults['auth.invalid_key'], 'The API key is not valid.');
    }
  }
}
