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
  readonly reason: RefusalReason;
  readonly apiKey: RefusedApiKey | undefined;

  constructor(reason: RefusalReason, apiKey?: RefusedApiKey) {
    const { fault, message } = reason === 'missing' ? NO_KEY : BAD_KEY;
    super(fault, message);
    this.reason = reason;
    this.apiKey = apiKey;
  }
}

const NO_KEY = authFaults['auth.missing_key'].because(
  'Send an API key as X-API-Key or as Authorization: Bearer.',
);
const BAD_KEY = authFaults['auth.invalid_key'].because('The API key is not valid.');
