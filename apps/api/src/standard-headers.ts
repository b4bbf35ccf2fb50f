import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * What every answer says to browsers and caches: that it is data of its caller alone, to be kept nowhere, shown in no
 * page and taken for nothing else. They are set first, so that a page or file replaces what it needs otherwise.
 */
export const STANDARD_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Sets the headers of every answer: these, and the id of its request. */
export function setStandardHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(STANDARD_HEADERS).header('x-request-id', request.id);
}
