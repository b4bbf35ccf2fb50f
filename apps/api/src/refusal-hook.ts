import { AuthenticationRefused } from '#api-keys';
import type { Refusal, RefusalAction, RefusalRecorder } from '#audit';
import { PLATFORM_ID, REGIONS, type DomainError, type FaultKind, type JsonObject } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * The kinds of refusal that go on record. What is not found does not: whoever asks for another's thing is told that there
 * is none, so that there is nothing to tell of. Nor does what was sent too often, which is how a flood ends, what is no
 * whole request to a known route, and what the service itself failed in.
 */
const ACTION_OF: Readonly<Partial<Record<FaultKind, RefusalAction>>> = {
  unauthenticated: 'AUTH_FAILED',
  forbidden: 'AUTH_FORBIDDEN',
  malformed: 'VALIDATION_FAILED',
  too_large: 'VALIDATION_FAILED',
  unsupported_media_type: 'VALIDATION_FAILED',
  conflict: 'CONFLICT',
  precondition_failed: 'CONFLICT',
  refused: 'RULE_REFUSED',
};

const MAX_FAULTS = 10;
const ID = /^[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Puts refusals on record as they are answered, also where nobody waits for the answer any more. */
export function addRefusalHook(fastify: FastifyInstance, recorder: RefusalRecorder): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const refusal = request.refusal && toRecord(request.refusal, request, reply);
    if (refusal !== undefined) recorder.record(refusal);
    done();
  });
}

function toRecord(refusal: DomainError, request: FastifyRequest, reply: FastifyReply): Refusal | undefined {
  const action = ACTION_OF[refusal.fault.kind];
  const isOfNobody = request.principal === undefined && action !== 'AUTH_FAILED';
  if (action === undefined || isOfNobody) return undefined;
  return {
    action,
    ...senderOf(request, refusal),
    method: request.method,
    path: harmlessPath(request),
    statusCode: reply.statusCode,
    requestId: request.id,
    clientIp: request.ip,
    payload: describe(refusal),
  };
}

/** A key that lets nobody in any more still tells whose it was. */
function senderOf(
  { principal }: FastifyRequest,
  refusal: DomainError,
): Pick<Refusal, 'institutionId' | 'apiKeyId'> {
  if (principal !== undefined && principal.role !== 'root') {
    return { institutionId: principal.institutionId, apiKeyId: principal.apiKeyId };
  }
  const apiKey = refusal instanceof AuthenticationRefused ? refusal.apiKey : undefined;
  return { institutionId: apiKey?.institutionId ?? PLATFORM_ID, apiKeyId: apiKey?.id ?? null };
}

/** The path, with the name of a parameter in place of what is neither an id nor a region: it may be anything. */
function harmlessPath({ routeOptions: { url = '' }, params }: FastifyRequest): string {
  const sent = params as Readonly<Record<string, string>>;
  const shown = (part: string): string => {
    const value = part.startsWith(':') ? (sent[part.slice(1)] ?? '') : '';
    return ID.test(value) || REGIONS.some((region) => region === value) ? value : part;
  };
  return url.split('/').map(shown).join('/');
}

/** Codes alone: details and pointers can repeat what was sent. */
function describe(refusal: DomainError): JsonObject {
  const faults = [...new Set(refusal.errors.map(({ code }) => code))].slice(0, MAX_FAULTS);
  return {
    code: refusal.fault.code,
    ...(refusal instanceof AuthenticationRefused ? { reason: refusal.reason } : {}),
    ...(faults.length > 0 ? { faults } : {}),
  };
}
