import { EXAMPLE_CURSOR } from '#http';
import type { Components } from './document-parts.js';

/** The headers that answers carry. */
export const HEADERS: Components['headers'] = {
  'X-Request-Id': {
    description:
      'Names the request in logs and in the audit trail: that which the client sent, or a new one.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
    example: '4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61',
  },
  ETag: {
    description: 'The entity tag of the resource (RFC 9110): its version in quotes, where it has one.',
    required: true,
    schema: { type: 'string', pattern: '^"[!-~]+"$' },
    example: '"1"',
  },
  Location: {
    description: 'The path of what was created.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/positions/pos_01kc5ttcn9h3v1q8r4x6f0zg5j',
  },
  Link: {
    description: 'The next page (RFC 8288); absent on the last one.',
    schema: { type: 'string' },
    example: `</v1/positions?limit=50&cursor=${EXAMPLE_CURSOR}>; rel="next"`,
  },
  'Idempotent-Replayed': {
    description: 'Present where the answer was given before to the same request under the same key.',
    schema: { type: 'string', const: 'true' } as object,
    example: 'true',
  },
  'Retry-After': {
    description: 'Seconds after which the request may be sent again.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: 2,
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 9110).',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer realm="escrowgrid"',
  },
  RateLimit: {
    description: 'What is left of the quota, and after how many seconds there is more of it.',
    schema: { type: 'string' },
    example: '"key";r=99;t=60',
  },
  'RateLimit-Policy': {
    description: 'The quota: how many requests in how many seconds.',
    schema: { type: 'string' },
    example: '"key";q=100;w=60',
  },
};

/** The headers that requests may carry. */
export const HEADER_PARAMETERS = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'A name for the request, by which the answer, logs and audit trail call it.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
    example: '4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the request safe to repeat: the same request under the same key has one effect, and its answer is given again. Kept for at least 7 days.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'Carries the request out only if the resource still has one of these entity tags.',
    schema: { type: 'string' },
    example: '"1"',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description:
      'Only if the resource has none of these entity tags; `*`: only if there is none. A read answers 304 otherwise.',
    schema: { type: 'string' },
    example: '"1"',
  },
} satisfies Components['parameters'];
