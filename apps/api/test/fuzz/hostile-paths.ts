import fc, { type Arbitrary } from 'fast-check';
import { OPERATIONS } from './operations.js';

/** The bytes of a text in UTF-8, as Latin-1 characters: so a head can hold them unescaped. */
const unescaped = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Parts of a path that are no ids, or ids of something else. */
const STRANGE_PARTS: readonly string[] = [
  ...[
    '%00',
    'a%00b',
    '%0A',
    '%0d%0a',
    '%7F',
    '%C2%85',
    '%F0%9F%92%B0',
    '%E2%80%AE',
    '%EF%BF%BF',
    '%ED%A0%80',
  ],
  ...[
    '%',
    '%2',
    '%zz',
    '%ff',
    '%c0%80',
    '%u0041',
    '%25',
    '%2500',
    '%2525',
    '.',
    '..',
    '%2e',
    '%2e%2e',
    '...',
  ],
  ...[
    '%2F',
    'a%2Fb',
    '..%2F..',
    '%2e%2e%2f',
    '%5C',
    '\\',
    '%3F',
    '%23',
    '%3B',
    ';a=b',
    'a;b',
    '%20',
    '+',
    '*',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'NaN',
    '0',
    '-1',
    '1e400',
    'true',
    '[]',
    '{}',
  ],
  ...[
    "'",
    '%27%20OR%201=1',
    '"',
    '<script>',
    '$',
    '&',
    '=',
    '@',
    ':',
    ':id',
    '|',
    '^',
    '`',
    '~',
    '!',
    '(',
    ',',
  ],
  ...[
    'x'.repeat(256),
    'x'.repeat(999),
    'x'.repeat(1_000),
    'x'.repeat(1_001),
    '%41'.repeat(999),
    'x'.repeat(5_000),
  ],
  ...[
    'batch',
    'events',
    'transition',
    '~our.asset~',
    '~our.institution~',
    '~their.position~',
    '~our.partial.position~',
  ],
  ...[
    '~OUR.ASSET~',
    '~our.asset~%00',
    '~our.asset~.json',
    '~our.asset~;',
    '%61st_01jd8x3fqje3wve2q1q9n8h2kz',
    'us',
    'US%20',
  ],
];

const WHOLE_PATHS: readonly string[] = [
  ...[
    '/',
    '//',
    '/v1',
    '/v1/',
    '/v2/positions',
    '/V1/positions',
    '/v1//positions',
    '/v1/positions/',
    '/v1/Positions',
  ],
  ...[
    '/v1/positions/batch/',
    '/v1/./positions',
    '/v1/../v1/positions',
    '/%76%31/positions',
    '/v1%2Fpositions',
  ],
  ...[
    '/v1/positions%3Flimit=1',
    '/v1/positions;limit=1',
    '/v1/positions#x',
    '/v1/positions/.',
    '/.env',
    '/index.html',
  ],
  ...[
    '/v1/nothing',
    '/v1/positions/x/y/z',
    '/__proto__',
    '/constructor',
    '/%',
    '/%ff',
    `/${'a/'.repeat(3_000)}`,
    `/${'x'.repeat(9_000)}`,
  ],
];

export const strangeParts: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...STRANGE_PARTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(encoded) },
);

/** A path that leads to no operation, or to another one than it seems. */
export const strangePaths: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WHOLE_PATHS) },
  { weight: 1, arbitrary: fc.constantFrom(...OPERATIONS.map(({ path }) => path)) },
  { weight: 1, arbitrary: fc.constantFrom(...OPERATIONS.map(({ path }) => `${path}/`)) },
);

/** Raw characters that no target of a request may hold. */
export const forbiddenParts: Arbitrary<string> = fc.constantFrom(
  ...[' ', 'a b', '\t', '\0', '\x7f', '\r', '\n', unescaped('é'), unescaped('💰'), '\xff', '\xc0\x80'],
);

/** Escaped as UTF-8, lone surrogates as well. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
