import type { FaultKind } from '#kernel';

/** The one place that knows which status code a kind of refusal has. */
export const STATUS_OF: Readonly<Record<FaultKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  unknown: 404,
  method_not_allowed: 405,
  timed_out: 408,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  refused: 422,
  too_many_requests: 429,
  header_too_large: 431,
  internal: 500,
  unavailable: 503,
};
