import fc, { type Arbitrary } from 'fast-check';
import { encoded } from './hostile-paths.js';

const STRANGE_VALUES: readonly string[] = [
  ...[
    '',
    '%00',
    'a%00b',
    '%0A',
    '%C2%85',
    '%ED%A0%80',
    '%',
    '%2',
    '%zz',
    '%ff',
    '%c3',
    '%u0041',
    '%25',
    '+',
    '%2B',
    '%20',
  ],
  ...[
    '0',
    '-1',
    '1.5',
    '1e1',
    '1e400',
    '-0',
    '00',
    '0x10',
    '201',
    '99999999999999999999',
    'NaN',
    'true',
    'TRUE',
    'null',
  ],
  ...[
    '%D9%A1',
    '[]',
    '{}',
    '%7B%22a%22:1%7D',
    '%5B1%5D',
    "'%20OR%20'1'='1",
    '%27;--',
    '__proto__',
    'constructor',
    '*',
    '%25%25',
  ],
  ...[
    'x'.repeat(201),
    'x'.repeat(501),
    'x'.repeat(6_000),
    '%F0%9F%92%B0',
    '%EF%BB%BFx',
    'asc,desc',
    'USD,EUR',
    'usd',
    'FUNDED,CREATED',
  ],
  ...[
    'yesterday',
    '2026-02-30T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2026-01-01T00:00:00+00:00',
    '2026-01-01T00:00:00%2B14:00',
  ],
  ...[
    '+275760-09-13T00:00:00.000Z',
    '%2B275760-09-13T00:00:00.000Z',
    '-271821-04-20T00:00:00.000Z',
    '0001-01-01T00:00:00%2B14:00',
  ],
  ...[
    '9999-12-31T23:59:59.999999999Z',
    '9999-12-31T23:59:59-14:00',
    '1',
    '0.01',
    '999999999999999999999999.99999999',
    '1000000000000000000000000',
  ],
  ...[
    '~their.institution~',
    '~their.asset~',
    '~their.position~',
    '~their.cursor~',
    '~no.cursor~',
    '~our.asset~',
  ],
];

/** Cursors as a client could make them who has looked at one. */
const FORGED_CURSORS: readonly string[] = [
  ...[
    'garbage',
    '~our.cursor~=',
    '~our.cursor~x',
    '~our.cursor~%3D',
    '%7Eour',
    '-',
    '_',
    'W10',
    'e30',
    'bnVsbA',
    'MQ',
  ],
  ...[
    [],
    [1],
    [0],
    [-1],
    [1e300],
    [null, null],
    ['', ''],
    ['2026-01-01T00:00:00.000Z'],
    { '0': 1, '1': 2, length: 2 },
    [[], {}],
  ],
  ...[
    ['2026-01-01T00:00:00.000Z', "pos_' OR true --"],
    ['2026-01-01T00:00:00.000Z', 'pos_\0'],
    ['2026-01-01T00:00:00.000Z', ''],
  ],
  ...[
    ['0001-01-01T00:00:00.000Z', 'a'],
    ['9999-12-31T23:59:59.999Z', 'z'],
    ['2026-01-01T00:00:00.000Z', 'x'.repeat(97)],
    [2147483647],
    [2147483648],
  ],
].map((cursor) =>
  typeof cursor === 'string' ? cursor : Buffer.from(JSON.stringify(cursor)).toString('base64url'),
);

const values = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...STRANGE_VALUES) },
  { weight: 1, arbitrary: fc.constantFrom(...FORGED_CURSORS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(encoded) },
);

const STRANGE_NAMES: readonly string[] = [
  ...[
    'x',
    '',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    'limit[]',
    'limit[0]',
    'limit.x',
    'Limit',
    'LIMIT',
  ],
  ...[
    'state[]',
    'state[0]',
    'state[$ne]',
    'metadata',
    'metadata[]',
    'metadata[lot]',
    'metadata[__proto__]',
    'metadata[a][b]',
    'metadata[',
  ],
  ...[
    'metadata%5Blot%5D',
    'metadata[%00]',
    'config[currency]',
    'config[]',
    '%00',
    '%ff',
    '%',
    '%ED%A0%80',
    ' ',
    '+',
    'a%00b',
    '$where',
    'apiKey',
  ],
  ...[
    'limit%00',
    'limit%20',
    '%6Cimit',
    'cursor',
    'order',
    'institutionId',
    'include',
    'asOf',
    'createdAfter',
    'outcome',
    'x'.repeat(3_000),
  ],
];

type Query = readonly string[];

/** Makes something of a query wrong; `names` are those that the operation takes. */
export function queryFaults(names: readonly string[]): Arbitrary<(query: Query) => Query> {
  const someNames = names.length === 0 ? STRANGE_NAMES : names;
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom(...someNames), values)
        .map(([name, value]) => (query: Query): Query => [
          ...query.filter((each) => !each.startsWith(`${name}=`)),
          `${name}=${value}`,
        ]),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...STRANGE_NAMES), values)
        .map(([name, value]) => (query: Query): Query => [...query, `${name}=${value}`]),
    },
    { weight: 1, arbitrary: fc.constant((query: Query): Query => [...query, ...query]) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(
          '',
          '=',
          '&',
          '&&',
          '?',
          '??',
          '#',
          '=x',
          'x',
          'limit',
          'limit=',
          'limit==1',
          ';limit=1',
          '&=&=&',
        )
        .map((piece) => (query: Query): Query => [...query, piece]),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('limit=1', 'state=FUNDED', 'order=asc')
        .map((piece) => (query: Query): Query => [...query, ...Array.from({ length: 1_100 }, () => piece)]),
    },
  );
}
