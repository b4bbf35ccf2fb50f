import { describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { settingOn, invalid, refusedAt, type RefusalCase } from './support/refusals.js';
import { apiKey, asset, config, institution, position, template, transition } from './support/requests.js';
import type { Request } from './support/send.js';
import { done, move } from './support/tenant.js';
import { type World } from './support/world.js';

const FORBIDDEN = {
  'a NUL': '\u0000',
  'a line feed': '\n',
  'a DEL': '\u007f',
  'a C1 control': '\u0085',
  'a lone high surrogate': '\ud800',
  'a lone low surrogate': '\udc00',
};

/** Every field of a body that takes text of the caller's own. */
const textFields: [pointer: string, with_: (text: string) => (world: World) => Request][] = [
  ['/name', (text) => institution({ name: text })],
  ['/label', (text) => apiKey({ label: text })],
  ['/name', (text) => template({ name: text })],
  ['/label', (text) => asset({ label: text })],
  ['/metadata', (text) => asset({ metadata: { deep: [{ in: text }] } })],
  ['/metadata', (text) => asset({ metadata: { deep: { [text]: 1 } } })],
  [
    '/label',
    (text) =>
      ({ ours }) => ({ method: 'PATCH', path: `/v1/assets/${ours.assetId}`, json: { label: text } }),
  ],
  ['/holderReference', (text) => position({ holderReference: text })],
  ['/externalReference', (text) => position({ externalReference: text })],
  ['/reason', (text) => transition({ toState: 'RELEASED', reason: text })],
  ['/metadata', (text) => transition({ toState: 'RELEASED', metadata: { note: text } })],
  ['/config', (text) => config({ minAmount: text })],
];

const bodies: RefusalCase[] = Object.entries(FORBIDDEN).flatMap(([name, character]) =>
  textFields.map(([pointer, request], index): RefusalCase => [
    `${name} in ${pointer} (${index + 1})`,
    request(`a${character}b`),
    invalid([pointer, 'field.forbidden_character']),
  ]),
);

/** Ids hold no text of the caller's own: what is no id is the id of nothing. */
const ids: RefusalCase[] = Object.entries(FORBIDDEN).flatMap(([name, character]): RefusalCase[] => [
  [
    `${name} in an asset’s id`,
    position({ assetId: `ast_${character}` }),
    refusedAt(404, 'asset.unknown', '/assetId'),
  ],
  [
    `${name} in a template’s id`,
    asset({ templateId: `tmpl_${character}` }),
    refusedAt(404, 'template.unknown', '/templateId'),
  ],
  [
    `${name} in an institution’s id`,
    template({ institutionId: `inst_${character}` }),
    refusedAt(404, 'institution.unknown', '/institutionId'),
  ],
  [
    `${name} in a currency`,
    position({ currency: `US${character}` }),
    invalid(['/currency', 'money.unknown_currency']),
  ],
  [
    `${name} in an amount`,
    position({ amount: `1${character}` }),
    invalid(['/amount', 'money.malformed_amount']),
  ],
]);

/** Every path parameter, and what an unknown one is answered. */
const parameters: [code: string, path: (part: string, world: World) => string][] = [
  ['institution.unknown', (part) => `/v1/institutions/${part}`],
  ['institution.unknown', (part) => `/v1/institutions/${part}/api-keys`],
  ['institution.unknown', (part) => `/v1/institutions/${part}/policies`],
  ['institution.unknown', (part) => `/v1/institutions/${part}/policies/US`],
  ['policy.unknown_region', (part, { ours }) => `/v1/institutions/${ours.id}/policies/${part}`],
  ['template_type.unknown', (part) => `/v1/template-types/${part}`],
  ['template.unknown', (part) => `/v1/asset-templates/${part}`],
  ['asset.unknown', (part) => `/v1/assets/${part}`],
  ['position.unknown', (part) => `/v1/positions/${part}`],
  ['position.unknown', (part) => `/v1/positions/${part}/events`],
];
const STRANGE_PARTS = [
  '%00',
  '%0A',
  '%7F',
  '%C2%85',
  '%F0%9F%92%B0',
  '__proto__',
  'constructor',
  'x'.repeat(900),
];
const paths: RefusalCase[] = parameters.flatMap(([code, path], index) => [
  ...STRANGE_PARTS.map((part): RefusalCase => [
    `${part.slice(0, 20)} as parameter ${index + 1}`,
    (world) => ({ as: 'root', path: path(part, world) }),
    { status: 404, code },
  ]),
  [
    `a lone surrogate as parameter ${index + 1}`,
    (world) => ({ path: path('%ED%A0%80', world) }),
    { status: 400, code: 'request.malformed' },
  ] satisfies RefusalCase,
]);

const queries: RefusalCase[] = [
  ...['holderReference', 'externalReference'].map((name) => ['/v1/positions', name] as const),
  ['/v1/balances', 'holderReference'] as const,
  ['/v1/audit-events', 'resourceType'] as const,
  ...['/v1/positions', '/v1/assets', '/v1/ledger-events'].map((path) => [path, 'cursor'] as const),
].flatMap(([path, name]): RefusalCase[] =>
  ['%00', '%0A', '%C2%85'].map((text) => [
    `${text} in ${name} of ${path}`,
    () => ({ as: 'root', path: `${path}?${name}=a${text}` }),
    invalid([`/${name}`, 'field.forbidden_character']),
  ]),
);
const strangeFilters = [
  ...['/v1/positions', '/v1/assets', '/v1/asset-templates', '/v1/ledger-events', '/v1/audit-events'].map(
    (path) => `${path}?institutionId=`,
  ),
  '/v1/assets?templateId=',
  '/v1/positions?assetId=',
  '/v1/balances?assetId=',
  '/v1/audit-events?apiKeyId=',
  '/v1/audit-events?resourceId=',
  '/v1/ledger-events?positionId=',
];

const nested = (levels: number): unknown => (levels === 1 ? {} : { a: nested(levels - 1) });
/** Too deep for anything that recurses, JSON.stringify included. */
const abyss =
  (field: string) =>
  ({ ours }: World): Request => ({
    path: '/v1/assets',
    raw: `{"templateId":"${ours.templateId}",${field === 'label' ? '' : '"label":"x",'}"${field}":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
  });
const json: RefusalCase[] = [
  ['metadata of 17 levels', asset({ metadata: nested(17) }), invalid(['/metadata', 'field.too_deep'])],
  ['metadata of 100,000 levels', abyss('metadata'), invalid(['/metadata', 'field.too_deep'])],
  ['an unknown field of 100,000 levels', abyss('x'), invalid(['/x', 'field.unknown'])],
  ['a label of 100,000 levels', abyss('label'), invalid(['/label', 'field.wrong_type'])],
  [
    'metadata of more than 16 KiB',
    asset({ metadata: { a: 'é'.repeat(8192) } }),
    invalid(['/metadata', 'field.too_large']),
  ],
  [
    'metadata of 100,000 items',
    asset({ metadata: { a: Array(100_000).fill(0) } }),
    invalid(['/metadata', 'field.too_large']),
  ],
  [
    'a number that JSON parsers take for infinity',
    ({ ours }) => ({
      path: '/v1/assets',
      raw: `{"templateId":"${ours.templateId}","label":"x","metadata":{"a":1e400}}`,
    }),
    invalid(['/metadata', 'field.malformed']),
  ],
];

describe.each(BACKENDS)('bad text on %s', (backend) => {
  const setting = settingOn(backend);

  describe.each([
    ['body', bodies],
    ['ids', ids],
    ['path', paths],
    ['query', queries],
    ['JSON', json],
  ])('%s', (_, cases) => {
    test.each(cases)('%s is refused and stores nothing', async (...refusalCase) => {
      await setting.expectRefused(refusalCase);
    });
  });

  test.each(strangeFilters)('%s finds nothing for a text that is no id', async (filter) => {
    for (const text of ['%00', '%0A', 'x', '__proto__', 'x'.repeat(300)]) {
      const answer = await setting.world.service.root.get(filter + text);
      expect([200, 400, 404]).toContain(answer.status);
      if (answer.status === 200) expect(answer.body.data).toEqual([]);
    }
  });

  test('none of all these refusals, of reads or writes, stored anything', async () => {
    expect(await setting.changes()).toEqual([]);
  });

  test('metadata comes back exactly as it was sent, whatever its names', async () => {
    const { admin, templateId } = setting.world.ours;
    const metadata = {
      constructor: 'Harbour Builders Ltd',
      toString: 'x',
      then: { valueOf: {}, constructor: { name: '' } },
      hasOwnProperty: [{ prototype: 1 }],
      values: [1, 2.5, -0.001, true, null, [], {}],
      '': 'an empty name',
      'é/~"\\ 💰': '💰\u2028',
      length: 3,
      deep: nested(14),
    };
    const made = done(await admin.post('/v1/assets', { templateId, label: 'Harbour bridge', metadata }));
    expect(made.metadata).toEqual(metadata);
    expect(done(await admin.get(`/v1/assets/${made.id}`))).toEqual(made);
    const positionId = setting.world.createdId;
    const step = await admin.post(`/v1/positions/${positionId}/transition`, { toState: 'FUNDED', metadata });
    expect(done(step).events[1].metadata).toEqual(metadata);
    expect(done(await admin.get(`/v1/positions/${positionId}`))).toEqual(step.body);
    done(await move(admin, positionId, 'CANCELLED'));
  });

  test('text of other scripts, and of the greatest length, is kept as it is', async () => {
    const { admin, assetId } = setting.world.ours;
    const holderReference = '💰'.repeat(200);
    const externalReference = 'بنك 銀行 Ångström e\u0301';
    const claim = { assetId, holderReference, externalReference, currency: 'USD', amount: '1.00' };
    const made = done(await admin.post('/v1/positions', claim));
    expect(made).toMatchObject(claim);
    const found = await admin.get(`/v1/positions?externalReference=${encodeURIComponent(externalReference)}`);
    const { events: _events, ...listed } = made;
    expect(done(found).data).toEqual([listed]);
  });
});
