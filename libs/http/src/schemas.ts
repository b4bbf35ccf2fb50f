import { DECIMAL_PATTERN, type IdPrefix } from '#kernel';

/** How the OpenAPI document describes values that many answers hold, each with an example. */

const SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}';

const EXAMPLE_SUFFIXES: Readonly<Record<IdPrefix, string>> = {
  inst: '01kc5tq0x2e8p9h4m6r3v7wz1a',
  tmpl: '01kc5tr4d7f2s8k5n1q9b3xc6g',
  ast: '01kc5ts8j4g6t0m7p2w5d9ye3h',
  pos: '01kc5ttcn9h3v1q8r4x6f0zg5j',
  ple: '01kc5ttcn9j7w2s9t5y8g1ah6k',
  le: '01kc5ttcn9k1x3t0v6z2h4bj7m',
  pol: '01kc5tv2e5m8y4w1x7a3j6ck9n',
  ak: '01kc5tvfk6n2z5x3y8b4k7dm0p',
  aud: '01kc5tw9p8q4a6y5z9c1m8en2q',
  ckpt: '01kc5tx1r9r5b7z6a0d2n9fp3r',
};

export function exampleId(prefix: IdPrefix): string {
  return `${prefix}_${EXAMPLE_SUFFIXES[prefix]}`;
}

/** The id of a thing of one kind. */
export function idSchema(prefix: IdPrefix) {
  return { type: 'string', pattern: `^${prefix}_${SUFFIX}$`, example: exampleId(prefix) } as const;
}

export const TIME_SCHEMA = {
  type: 'string',
  format: 'date-time',
  example: '2026-01-31T12:00:00.000Z',
} as const;

export const AMOUNT_SCHEMA = { type: 'string', pattern: DECIMAL_PATTERN.source, example: '1000.10' } as const;

export const CURRENCY_SCHEMA = { type: 'string', pattern: '^[A-Z]{3}$', example: 'USD' } as const;

export const HASH_SCHEMA = {
  type: 'string',
  pattern: '^[0-9a-f]{64}$',
  example: '7d3a1c0e5b9f24688ac1d0f3e7b25946c8d1a0b3f4e59627180c9dabe3f51742',
} as const;

/** The version of a resource, which is its entity tag as well. */
export const VERSION_SCHEMA = { type: 'integer', minimum: 1, example: 1 } as const;

/** JSON of the client's own. */
export const FREE_SCHEMA = { type: 'object', additionalProperties: true } as const;
