import type { Precondition } from './precondition.js';
import type { Principal } from './principal.js';

/** A command that may be sent again under the key that its sender gave it. */
export interface IdempotencyKey {
  readonly key: string;
  /** SHA-256 of the request, by which another one under the same key is told from a repetition. */
  readonly requestHash: string;
}

/** Who asked for a command, from where, and through which request. */
export interface RequestContext {
  readonly principal: Principal;
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly clientIp: string;
  readonly precondition: Precondition;
  readonly idempotencyKey?: IdempotencyKey;
}
