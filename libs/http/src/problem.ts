import { CommitRefused, DomainError, StoreUnavailable, type Fault } from '#kernel';
import { HttpException } from '@nestjs/common';
import { requestFaults } from './request-faults.js';
import { STATUS_OF } from './status-of.js';

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly requestId: string;
  readonly [extension: string]: unknown;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** The `type` of a problem: a URI reference that leads, from the URL that was asked, to the code's description. */
export function problemType(code: string): string {
  return `/problems/${code}`;
}

/** What a failed request answers. A fault of the service itself says nothing of its cause. */
export function toProblem(error: unknown, instance: string, requestId: string): Problem {
  const refusal = toRefusal(error);
  const { fault } = refusal;
  const standard = {
    type: problemType(fault.code),
    title: fault.title,
    status: STATUS_OF[fault.kind],
    detail: refusal.message,
    instance,
    code: fault.code,
    requestId,
  };
  return {
    // They come first, where readers look, and again, since no extension may take their place.
    ...standard,
    ...refusal.extensions,
    ...standard,
    ...(refusal.errors.length > 0 ? { errors: refusal.errors } : {}),
  };
}

/** The refusal that a failure is answered with. */
export function toRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof StoreUnavailable) {
    return requestFaults['service.unavailable'].because('The store is not available now. Try again later.');
  }
  const framework = error instanceof CommitRefused ? undefined : frameworkFault(error);
  return framework
    ? framework.because(framework.meaning)
    : requestFaults['service.fault'].because('The service failed.');
}

const MALFORMED_JSON = ['FST_ERR_CTP_EMPTY_JSON_BODY', 'FST_ERR_CTP_INVALID_JSON_BODY'];

/** Refusals that Nest and Fastify make before a controller runs. */
function frameworkFault(error: unknown): Fault | undefined {
  const origin = (error instanceof HttpException ? error.cause : error) as
    { code?: unknown } | null | undefined;
  if (MALFORMED_JSON.includes(String(origin?.code))) return requestFaults['request.malformed_json'];
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | null)?.statusCode;
  if (status === 404) return requestFaults['request.unknown_route'];
  if (status === 413) return requestFaults['request.too_large'];
  if (status === 415) return requestFaults['request.unsupported_media_type'];
  return typeof status === 'number' && status >= 400 && status < 500
    ? requestFaults['request.malformed']
    : undefined;
}
