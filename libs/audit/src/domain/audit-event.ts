import { PLATFORM_ID, type JsonObject, type RequestContext } from '#kernel';

/** The actions that are recorded. The table knows more names: those of refusals and of key rotation. */
export const AUDIT_ACTIONS = [
  'INSTITUTION_CREATED',
  'INSTITUTION_UPDATED',
  'API_KEY_CREATED',
  'API_KEY_REVOKED',
  'POLICY_PUT',
  'POLICY_DELETED',
  'ASSET_TEMPLATE_CREATED',
  'ASSET_CREATED',
  'ASSET_UPDATED',
  'POSITION_CREATED',
  'POSITION_TRANSITIONED',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ['SUCCESS', 'REFUSED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did what, when, from where, with what outcome. Never changed once written. */
export interface AuditEvent {
  readonly id: string;
  /** {@link PLATFORM_ID} for what concerns no tenant. */
  readonly institutionId: string;
  /** Null for the root key. */
  readonly apiKeyId: string | null;
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly method: string;
  readonly path: string;
  readonly statusCode: number;
  readonly requestId: string;
  readonly clientIp: string | null;
  /** What helps to understand the action later: no secret and no whole request body. */
  readonly payload: JsonObject;
  readonly occurredAt: Date;
}

/** What a decision says about itself. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** The tenant that the action concerns, also when the root key acts for it. */
  readonly institutionId: string | null;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly payload?: JsonObject;
}

/** The audit event of a command that succeeds. */
export function succeeded(
  entry: AuditEntry,
  request: RequestContext,
  made: { readonly id: string; readonly at: Date; readonly statusCode: number },
): AuditEvent {
  return {
    id: made.id,
    institutionId: entry.institutionId ?? PLATFORM_ID,
    apiKeyId: request.principal.role === 'root' ? null : request.principal.apiKeyId,
    action: entry.action,
    outcome: 'SUCCESS',
    resourceType: entry.resourceType,
    resourceId: entry.resourceId,
    method: request.method,
    path: request.path,
    statusCode: made.statusCode,
    requestId: request.requestId,
    clientIp: request.clientIp,
    payload: entry.payload ?? {},
    occurredAt: made.at,
  };
}
