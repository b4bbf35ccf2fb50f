import type { Principal } from './principal.js';

/** Who asked for a command, from where, and through which request: what the audit trail keeps of it. */
export interface RequestContext {
  readonly principal: Principal;
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly clientIp: string;
}
