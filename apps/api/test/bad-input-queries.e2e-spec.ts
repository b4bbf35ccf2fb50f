import { describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { UNKNOWN } from './support/patterns.js';
import { settingOn, invalid, type RefusalCase } from './support/refusals.js';
import { apiKey, asset, policy, position, template, transition } from './support/requests.js';
import type { Request } from './support/send.js';
import { type World } from './support/world.js';

const get =
  (path: string, as: Request['as'] = 'admin') =>
  (): Request => ({ as, path });
const positions = (query: string) => get(`/v1/positions?${query}`);
const cursor = (value: unknown) =>
  positions(`cursor=${Buffer.from(JSON.stringify(value)).toString('base64url')}`);
const badCursor = invalid(['/cursor', 'field.malformed']);
const badLimit = invalid(['/limit', 'field.not_allowed']);
const moment = '2026-01-01T00:00:00.000Z';

const values: RefusalCase[] = [
  ...['0', '201', '-1', '1.5', 'x', '', '1e1', '9999999999'].map((limit): RefusalCase => [
    `limit=${limit}`,
    positions(`limit=${limit}`),
    badLimit,
  ]),
  ['an unknown order', positions('order=up'), invalid(['/order', 'field.not_allowed'])],
  ['an unknown state', positions('state=PAID'), invalid(['/state', 'field.not_allowed'])],
  [
    'an unknown state beside a known one',
    positions('state=FUNDED&state=PAID'),
    invalid(['/state', 'field.not_allowed']),
  ],
  ['a state twice', positions('state=FUNDED&state=FUNDED'), invalid(['/state', 'field.not_allowed'])],
  ['an unknown currency', positions('currency=XYZ'), invalid(['/currency', 'money.unknown_currency'])],
  ['a malformed amount', positions('minAmount=1e3'), invalid(['/minAmount', 'money.malformed_amount'])],
  ['a malformed time', positions('createdAfter=yesterday'), invalid(['/createdAfter', 'field.malformed'])],
  ['an empty text', positions('holderReference='), invalid(['/holderReference', 'field.wrong_length'])],
  ['an unknown kind', get('/v1/ledger-events?kind=GIFT'), invalid(['/kind', 'field.not_allowed'])],
  ['an unknown action', get('/v1/audit-events?action=GIFT'), invalid(['/action', 'field.not_allowed'])],
  ['a repeated limit', positions('limit=1&limit=2'), badLimit],
  ['a repeated order', positions('order=asc&order=desc'), invalid(['/order', 'field.wrong_type'])],
  [
    'a repeated text',
    positions('holderReference=a&holderReference=b'),
    invalid(['/holderReference', 'field.wrong_type']),
  ],
  ['a repeated cursor', positions('cursor=a&cursor=b'), invalid(['/cursor', 'field.wrong_type'])],
  [
    'a bracketed parameter',
    positions('holderReference[]=a'),
    invalid(['/holderReference[]', 'field.unknown']),
  ],
  ['a total under another name', positions('include=Total'), invalid(['/include', 'field.not_allowed'])],
  ['nothing to include', positions('include='), invalid(['/include', 'field.not_allowed'])],
  [
    'a total asked for twice',
    positions('include=total&include=total'),
    invalid(['/include', 'field.wrong_type']),
  ],
  [
    'a total of a list that has no pages',
    get('/v1/template-types?include=total'),
    invalid(['/include', 'field.unknown']),
  ],
  ['a malformed bound', get('/v1/ledger-events?after=1'), invalid(['/after', 'field.malformed'])],
  ['a date for a bound', get('/v1/ledger-events?before=2026-01-01'), invalid(['/before', 'field.malformed'])],
  [
    'malformed bounds of the audit trail',
    get('/v1/audit-events?occurredAfter=now&occurredBefore=2026-02-30T00:00:00Z'),
    invalid(['/occurredAfter', 'field.malformed'], ['/occurredBefore', 'field.malformed']),
  ],
  ['an unknown outcome', get('/v1/audit-events?outcome=OK'), invalid(['/outcome', 'field.not_allowed'])],
  [
    'an institution that does not exist',
    positions(`institutionId=${UNKNOWN.institution}`),
    {
      status: 404,
      code: 'institution.unknown',
      errors: [['/institutionId', 'institution.unknown']],
    },
  ],
  [
    'a position that does not exist',
    get(`/v1/ledger-events?positionId=${UNKNOWN.position}`),
    { status: 404, code: 'position.unknown' },
  ],
];

const assets = (query: string) => get(`/v1/assets?${query}`);
const long = 'x'.repeat(201);

const members: RefusalCase[] = [
  ['metadata without a key', assets('metadata=x'), invalid(['/metadata', 'field.wrong_type'])],
  [
    'metadata without a key beside one with a key',
    assets('metadata[a]=x&metadata=x'),
    invalid(['/metadata', 'field.wrong_type']),
  ],
  ['an empty key', assets('metadata[]=x'), invalid(['/metadata[]', 'field.unknown'])],
  ['a key within a key', assets('metadata[a][b]=x'), invalid(['/metadata[a][b]', 'field.unknown'])],
  ['a bracket that is not closed', assets('metadata[a=x'), invalid(['/metadata[a', 'field.unknown'])],
  [
    'a key that is repeated',
    assets('metadata[project]=x&metadata%5Bproject%5D=y'),
    invalid(['/metadata[project]', 'field.wrong_type']),
  ],
  [
    'a key whose name has a meaning in pointers',
    assets('metadata[a/b~c]=x&metadata[a/b~c]=x'),
    invalid(['/metadata[a~1b~0c]', 'field.wrong_type']),
  ],
  ['a long key', assets(`metadata[${long}]=x`), invalid([`/metadata[${long}]`, 'field.wrong_length'])],
  ['a long text', assets(`metadata[a]=${long}`), invalid(['/metadata[a]', 'field.wrong_length'])],
  [
    'a NUL in a key and in a text',
    assets('metadata[a%00]=x&metadata[b]=%00'),
    invalid(['/metadata[a\0]', 'field.forbidden_character'], ['/metadata[b]', 'field.forbidden_character']),
  ],
  [
    'eleven keys',
    assets(Array.from({ length: 11 }, (_, index) => `metadata[${index}]=x`).join('&')),
    invalid(['/metadata', 'field.wrong_length']),
  ],
  [
    'metadata of templates',
    get('/v1/asset-templates?metadata[a]=x'),
    invalid(['/metadata[a]', 'field.unknown']),
  ],
  ['a config of assets', assets('config[a]=x'), invalid(['/config[a]', 'field.unknown'])],
  [
    'a key that is repeated in a config',
    get('/v1/asset-templates?config[currency]=USD&config[currency]=EUR'),
    invalid(['/config[currency]', 'field.wrong_type']),
  ],
  ['a key for a text', positions('holderReference[a]=x'), invalid(['/holderReference[a]', 'field.unknown'])],
];

const cursors: RefusalCase[] = [
  ['garbage', positions('cursor=garbage'), badCursor],
  ['an empty cursor', positions('cursor='), invalid(['/cursor', 'field.wrong_length'])],
  [
    'a cursor of 501 characters',
    positions(`cursor=${'x'.repeat(501)}`),
    invalid(['/cursor', 'field.wrong_length']),
  ],
  ['an object', cursor({}), badCursor],
  ['an empty list', cursor([]), badCursor],
  ['a moment alone', cursor([moment]), badCursor],
  ['a moment that is none', cursor(['2026-13-01T00:00:00.000Z', UNKNOWN.position]), badCursor],
  ['SQL for an id', cursor([moment, "' OR true --"]), badCursor],
  ['a NUL in an id', cursor([moment, 'pos_\0']), badCursor],
  ['an object for an id', cursor([moment, { a: 1 }]), badCursor],
  ['the cursor of a list by number', cursor([1]), badCursor],
  [
    'a cursor by time of a list by number',
    ({ createdId }) => ({
      path: `/v1/positions/${createdId}/events?cursor=${Buffer.from(JSON.stringify([moment, createdId])).toString('base64url')}`,
    }),
    badCursor,
  ],
  [
    'a number beyond what a list can have',
    ({ createdId }) => ({
      path: `/v1/positions/${createdId}/events?cursor=${Buffer.from('[1e300]').toString('base64url')}`,
    }),
    badCursor,
  ],
];

/** A request to every route that would be a success. */
const routes: [route: string, request: (world: World) => Request][] = [
  ['GET /v1/institutions', get('/v1/institutions')],
  ['GET /v1/institutions/{id}', ({ ours }) => ({ path: `/v1/institutions/${ours.id}` })],
  [
    'POST /v1/institutions',
    () => ({ as: 'root', path: '/v1/institutions', json: { name: 'x', regions: ['US'] } }),
  ],
  [
    'PATCH /v1/institutions/{id}',
    ({ ours }) => ({ as: 'root', method: 'PATCH', path: `/v1/institutions/${ours.id}`, json: { name: 'x' } }),
  ],
  ['GET …/api-keys', ({ ours }) => ({ path: `/v1/institutions/${ours.id}/api-keys` })],
  ['POST …/api-keys', apiKey({})],
  [
    'POST …/revoke',
    ({ ours, spareKeyId }) => ({
      method: 'POST',
      path: `/v1/institutions/${ours.id}/api-keys/${spareKeyId}/revoke`,
    }),
  ],
  ['GET …/checkpoints', ({ ours }) => ({ path: `/v1/institutions/${ours.id}/checkpoints` })],
  [
    'GET …/checkpoints/{number}/verification',
    ({ ours }) => ({ path: `/v1/institutions/${ours.id}/checkpoints/1/verification` }),
  ],
  ['GET …/policies', ({ ours }) => ({ path: `/v1/institutions/${ours.id}/policies` })],
  ['GET …/policies/{region}', ({ ours }) => ({ path: `/v1/institutions/${ours.id}/policies/SG` })],
  ['PUT …/policies/{region}', policy({})],
  [
    'DELETE …/policies/{region}',
    ({ ours }) => ({ method: 'DELETE', path: `/v1/institutions/${ours.id}/policies/SG` }),
  ],
  ['GET /v1/template-types', get('/v1/template-types')],
  ['GET /v1/template-types/{code}', get('/v1/template-types/TF_LC')],
  ['GET /v1/asset-templates', get('/v1/asset-templates')],
  ['GET /v1/asset-templates/{id}', ({ ours }) => ({ path: `/v1/asset-templates/${ours.templateId}` })],
  ['POST /v1/asset-templates', template({})],
  ['GET /v1/assets', get('/v1/assets')],
  ['GET /v1/assets/{id}', ({ ours }) => ({ path: `/v1/assets/${ours.assetId}` })],
  ['POST /v1/assets', asset({})],
  [
    'PATCH /v1/assets/{id}',
    ({ ours }) => ({ method: 'PATCH', path: `/v1/assets/${ours.assetId}`, json: { label: 'x' } }),
  ],
  ['GET /v1/positions', get('/v1/positions')],
  ['GET /v1/positions/{id}', ({ createdId }) => ({ path: `/v1/positions/${createdId}` })],
  ['GET /v1/positions/{id}/events', ({ createdId }) => ({ path: `/v1/positions/${createdId}/events` })],
  [
    'GET …/ledger/verification',
    ({ createdId }) => ({ path: `/v1/positions/${createdId}/ledger/verification` }),
  ],
  ['POST /v1/positions', position({})],
  [
    'POST /v1/positions/batch',
    (world) => ({ path: '/v1/positions/batch', json: { items: [position({})(world).json] } }),
  ],
  ['POST …/transition', transition({ toState: 'PARTIALLY_RELEASED', amount: '1.00' })],
  ['GET /v1/ledger-events', get('/v1/ledger-events')],
  ['GET /v1/balances', get('/v1/balances')],
  ['GET /v1/audit-events', get('/v1/audit-events')],
  ['GET /metrics', get('/metrics', 'root')],
  ['GET /v1/export', get('/v1/export', 'root')],
];

const inheritedNames = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

describe.each(BACKENDS)('bad queries on %s', (backend) => {
  const setting = settingOn(backend);

  describe.each([
    ['value', values],
    ['member', members],
    ['cursor', cursors],
  ])('%s', (_, cases) => {
    test.each(cases)('%s is refused', async (...refusalCase) => {
      await setting.expectRefused(refusalCase);
    });
  });

  test.each(routes)(
    '%s refuses a parameter that it does not know and stores nothing',
    async (route, request) => {
      const refusal = invalid(['/unknown', 'field.unknown']);
      const asked = (from: World): Request => ({ ...request(from), path: `${request(from).path}?unknown=1` });
      await setting.expectRefused([route, asked, refusal]);
    },
  );

  test.each(inheritedNames)('a parameter named %s is unknown like any other', async (name) => {
    const refusal = invalid([`/${name}`, 'field.unknown']);
    await setting.expectRefused([name, positions(`${name}=1`), refusal]);
  });

  test('none of all these refusals, of reads or writes, stored anything', async () => {
    expect(await setting.changes()).toEqual([]);
  });

  test('a page after the last one is empty', async () => {
    const { admin } = setting.world.ours;
    const after = Buffer.from(JSON.stringify(['9999-12-31T23:59:59.999Z', UNKNOWN.position]));
    const answer = await admin.get(`/v1/positions?cursor=${after.toString('base64url')}`);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: { data: [], page: { limit: 50, nextCursor: null } },
    });
  });
});
