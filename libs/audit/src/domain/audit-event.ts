import { PLATFORM_ID, type JsonObject, type RequestContext } from '#kernel';

/** The actions of what was refused; see {@link Refusal}. */
export const REFUSAL_ACTIONS = [
  'AUTH_FAILED',
  'AUTH_FORBIDDEN',
  'VALIDATION_FAILED',
  'CONFLICT',
  'RULE_REFUSED',
] as const;
export type RefusalAction = (typeof REFUSAL_ACTIONS)[number];

/** The actions that are recorded. */
export const AUDIT_ACTIONS = [
  'INSTITUTION_CREATED',
  'INSTITUTION_UPDATED',
  'API_KEY_CREATED',
  'API_KEY_REVOKED',
  'API_KEY_ROTATED',
  'POLICY_PUT',
  'POLICY_DELETED',
  'ASSET_TEMPLATE_CREATED',
  'ASSET_CREATED',
  'ASSET_UPDATED',
  'POSITION_CREATED',
  'POSITION_TRANSITIONED',
  ...REFUSAL_ACTIONS,
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ['SUCCESS', 'REFUSED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did what, when, from where, with what outcome. Never changed once written. */
export interface AuditEvent {
  readonly id: string;
  /** {@link PLATFORM_ID} for what concerns no tenant. */
  readonly institutionId: string;
  /** Null for the root key, and for whoever has none. */
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

/** A request that was refused, and by that changed nothing. It names no thing: what it asked for may be another's. */
export interface Refusal {
  readonly action: RefusalAction;
  /** Of the key that was sent; {@link PLATFORM_ID} for the root key, and for whoever has no key. */
  readonly institutionId: string;
  readonly apiKeyId: string | null;
  readonly method: string;
  readonly path: string;
  readonly statusCode: number;
  readonly requestId: string;
  readonly clientIp: string | null;
  /** Codes alone: whatever was sent may be a secret in the wrong place. */
  readonly payload: JsonObject;
}

export function refused(refusal: Refusal, made: { readonly id: string; readonly at: Date }): AuditEvent {
  return {
    ...refusal,
    id: made.id,
    outcome: 'REFUSED',
    resourceType: null,
    resourceId: null,
    occurredAt: made.at,
  };
}

/** An audit event as the API shows it. */
export function toShownAuditEvent(event: AuditEvent) {
  return {
    id: event.id,
    institutionId: event.institutionId === PLATFORM_ID ? null : event.institutionId,
    apiKeyId: event.apiKeyId,
    action: event.action,
    outcome: event.outcome,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    method: event.method,
    path: event.path,
    statusCode: event.statusCode,
    requestId: event.requestId,
    clientIp: event.clientIp,
    payload: event.payload,
    occurredAt: event.occurredAt.toISOString(),
  };
}
