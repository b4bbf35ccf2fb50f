import type { FaultKind } from '#kernel';

/** The one place that knows which status code a kind of refusal has. */
export const STATUS_OF: Readonly<Record<FaultKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  unknown: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  refused: 422,
  internal: 500,
  unavailable: 503,
};
