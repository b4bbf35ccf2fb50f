import { describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { UNKNOWN } from './support/patterns.js';
import type { Refusal } from './support/problems.js';
import { settingOn, invalid, type RefusalCase } from './support/refusals.js';
import { asset, position, transition } from './support/requests.js';
import type { Request } from './support/send.js';
import { type World } from './support/world.js';

const MIB = 1024 * 1024;
const post = (sent: Partial<Request>) => (): Request => ({ method: 'POST', path: '/v1/assets', ...sent });
const typed = (contentType: string, raw: string) => post({ raw, headers: { 'content-type': contentType } });
const get =
  (path: string, as: Request['as'] = 'admin') =>
  (): Request => ({ as, path });
const withKey =
  (apiKey: (world: World) => string) =>
  (world: World): Request => ({
    as: 'nobody',
    path: '/v1/positions',
    headers: { 'x-api-key': apiKey(world) },
  });
/** The same request from somebody else, or with something else about it. */
const but =
  (request: (world: World) => Request, change: Partial<Request>) =>
  (world: World): Request => ({
    ...request(world),
    ...change,
  });

const malformedJson: Refusal = { status: 400, code: 'request.malformed_json' };
const notAnObject = invalid(['', 'field.wrong_type']);
const unsupported: Refusal = { status: 415, code: 'request.unsupported_media_type' };
const tooLarge: Refusal = { status: 413, code: 'request.too_large' };
const unknownRoute: Refusal = { status: 404, code: 'request.unknown_route' };
const malformed: Refusal = { status: 400, code: 'request.malformed' };
const missingKey: Refusal = { status: 401, code: 'auth.missing_key' };
const invalidKey: Refusal = { status: 401, code: 'auth.invalid_key' };
const forbidden: Refusal = { status: 403, code: 'access.forbidden' };

const notUtf8 = ({ ours }: World): Request => {
  const [before = '', after = ''] = JSON.stringify({ templateId: ours.templateId, label: 'x|' }).split('|');
  const raw = new Uint8Array([...Buffer.from(before), 0xff, ...Buffer.from(after)]);
  return { path: '/v1/assets', raw };
};

const bodies: RefusalCase[] = [
  ['half a JSON object', post({ raw: '{"label":' }), malformedJson],
  ['JSON with a comma too many', post({ raw: '{"label":"x",}' }), malformedJson],
  ['a bare word', post({ raw: 'label' }), malformedJson],
  ['an empty body', post({ raw: '', headers: { 'content-type': 'application/json' } }), malformedJson],
  ['a member __proto__', post({ raw: '{"label":"x","__proto__":{"a":1}}' }), malformedJson],
  [
    'a member __proto__ within metadata',
    post({ raw: '{"metadata":{"a":[{"__proto__":1}]}}' }),
    malformedJson,
  ],
  ['a member constructor.prototype', post({ raw: '{"constructor":{"prototype":{"a":1}}}' }), malformedJson],
  ['a body that is not UTF-8', notUtf8, malformedJson],
  ['no body', post({}), notAnObject],
  ['an array', post({ raw: '[]' }), notAnObject],
  ['null', post({ raw: 'null' }), notAnObject],
  ['a JSON text', post({ raw: '"x"' }), notAnObject],
  ['a JSON number', post({ raw: '1' }), notAnObject],
  ['plain text', typed('text/plain', 'x'), unsupported],
  ['a form', typed('application/x-www-form-urlencoded', 'label=x'), unsupported],
  ['a multipart form', typed('multipart/form-data; boundary=x', '--x--'), unsupported],
  ['XML', typed('application/xml', '<x/>'), unsupported],
  ['another kind of JSON', typed('application/merge-patch+json', '{}'), unsupported],
  [
    'a body of no type',
    post({ raw: new Uint8Array([123, 125]), headers: { 'content-type': '' } }),
    unsupported,
  ],
  ['a body of more than 1 MiB', post({ raw: `{"x":"${'x'.repeat(MIB)}"}` }), tooLarge],
];

const revoke = ({ ours, spareKeyId }: World): string =>
  `/v1/institutions/${ours.id}/api-keys/${spareKeyId}/revoke`;
const routes: RefusalCase[] = [
  ['an unknown route', get('/v1/nothing'), unknownRoute],
  ['an unknown route without a key', get('/v1/nothing', 'nobody'), unknownRoute],
  ['a route of another case', get('/v1/Positions'), unknownRoute],
  ['the root of the server', get('/', 'nobody'), unknownRoute],
  ['a malformed escape in the path', get('/%ff', 'nobody'), malformed],
  ['a malformed escape in an id', get('/v1/positions/%ff'), malformed],
  ['a malformed escape in the query', get('/v1/positions?holderReference=%ff'), malformed],
  ...(['5', '"x"', 'null', '[]'] as const).map((raw): RefusalCase => [
    `the body ${raw} for a revocation`,
    (world) => ({ path: revoke(world), raw }),
    notAnObject,
  ]),
  [
    'JSON in another charset',
    post({ raw: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }),
    unsupported,
  ],
  [
    'a body that a revocation does not take',
    (world) => ({ path: revoke(world), json: { x: 1 } }),
    invalid(['/x', 'field.unknown']),
  ],
];

const keys: RefusalCase[] = [
  ['no key', get('/v1/positions', 'nobody'), missingKey],
  ['an empty key', withKey(() => ''), missingKey],
  [
    'a key in the query',
    ({ ours }) => ({ as: 'nobody', path: `/v1/positions?apiKey=${ours.adminKey}` }),
    missingKey,
  ],
  [
    'a password',
    () => ({ as: 'nobody', path: '/v1/positions', headers: { authorization: 'Basic cm9vdDpyb290' } }),
    missingKey,
  ],
  ['garbage for a key', withKey(() => 'garbage'), invalidKey],
  [
    'a key of the right form that nobody was given',
    withKey(() => `egk_${'0'.repeat(26)}_${'0'.repeat(64)}_00000000`),
    invalidKey,
  ],
  ['a key with its last character changed', withKey(({ ours }) => changedLast(ours.adminKey)), invalidKey],
  ['the shown prefix of a key', withKey(({ ours }) => ours.adminKey.slice(0, 30)), invalidKey],
  ['the id of a key', withKey(({ ours }) => ours.adminKeyId), invalidKey],
  [
    'two different keys',
    ({ ours, theirs }) => ({
      path: '/v1/positions',
      headers: { 'x-api-key': ours.adminKey, authorization: `Bearer ${theirs.adminKey}` },
    }),
    invalidKey,
  ],
];

const writes: [string, (world: World) => Request][] = [
  ['an asset', asset({})],
  ['a position', position({})],
  ['a transition', transition({ toState: 'RELEASED' })],
  ['a template', () => ({ path: '/v1/asset-templates', json: {} })],
  ['a patch', ({ ours }) => ({ method: 'PATCH', path: `/v1/assets/${ours.assetId}`, json: { label: 'x' } })],
  ['an API key', ({ ours }) => ({ path: `/v1/institutions/${ours.id}/api-keys`, json: {} })],
  ['a revocation', (world) => ({ method: 'POST', path: revoke(world) })],
  ['a policy', ({ ours }) => ({ method: 'PUT', path: `/v1/institutions/${ours.id}/policies/US`, json: {} })],
  ['a removal', ({ ours }) => ({ method: 'DELETE', path: `/v1/institutions/${ours.id}/policies/SG` })],
  ['an institution', () => ({ path: '/v1/institutions', json: {} })],
];
const roles: RefusalCase[] = [
  ...writes.map(([name, request]): RefusalCase => [
    `${name} from a read_only key`,
    but(request, { as: 'reader' }),
    forbidden,
  ]),
  ['the audit trail asked for with a read_only key', get('/v1/audit-events', 'reader'), forbidden],
  [
    'the keys asked for with a read_only key',
    ({ ours }) => ({ as: 'reader', path: `/v1/institutions/${ours.id}/api-keys` }),
    forbidden,
  ],
  [
    'an institution from an admin key',
    () => ({ path: '/v1/institutions', json: { name: 'x', regions: ['US'] } }),
    forbidden,
  ],
  [
    'a patch of an institution from its own admin key',
    ({ ours }) => ({ method: 'PATCH', path: `/v1/institutions/${ours.id}`, json: { name: 'x' } }),
    forbidden,
  ],
];

const order: RefusalCase[] = [
  [
    'a text body without a key is refused for the key',
    but(typed('text/plain', 'x'), { as: 'nobody' }),
    missingKey,
  ],
  [
    'a large body without a key is refused for the key',
    post({ as: 'nobody', raw: 'x'.repeat(2 * MIB) }),
    missingKey,
  ],
  [
    'malformed JSON from a read_only key is refused for the role',
    post({ as: 'reader', raw: '{' }),
    forbidden,
  ],
  [
    'a text body from a read_only key is refused for the role',
    but(typed('text/plain', 'x'), { as: 'reader' }),
    forbidden,
  ],
  [
    'a large body from a read_only key is refused for the role',
    post({ as: 'reader', raw: 'x'.repeat(2 * MIB) }),
    forbidden,
  ],
  [
    'fields are judged before existence',
    transition({ toState: 'PAID' }, () => UNKNOWN.position),
    invalid(['/toState', 'field.not_allowed']),
  ],
  [
    'existence is judged before the lifecycle',
    transition({ toState: 'CREATED' }, () => UNKNOWN.position),
    { status: 404, code: 'position.unknown' },
  ],
];

describe.each(BACKENDS)('bad requests on %s', (backend) => {
  const setting = settingOn(backend);

  describe.each([
    ['body', bodies],
    ['route', routes],
    ['key', keys],
    ['role', roles],
  ])('%s', (_, cases) => {
    test.each(cases)('%s is refused and stores nothing', async (...refusalCase) => {
      await setting.expectRefused(refusalCase);
    });
  });

  test.each(order)('%s', async (...refusalCase) => {
    await setting.expectRefused(refusalCase);
  });

  test.each([
    ['DELETE', '/v1/positions', ['GET', 'POST']],
    ['PUT', '/v1/assets', ['GET', 'POST']],
    ['POST', '/v1/audit-events', ['GET']],
    ['POST', '/health/live', ['GET']],
  ])('%s %s is answered 405 with the methods that the path takes', async (method, path, allowed) => {
    const answer = await setting.world.ours.admin.send(method, path, { json: {} });
    expect(answer.status).toBe(405);
    expect(answer.body).toMatchObject({ status: 405, instance: path });
    const named = (answer.headers.get('allow') ?? '')
      .split(/, */)
      .filter((name) => !/HEAD|OPTIONS/.test(name));
    expect(named.sort()).toEqual(allowed);
    expect(await setting.changes()).toEqual([]);
  });

  test('none of all these refusals, of reads or writes, stored anything', async () => {
    expect(await setting.changes()).toEqual([]);
  });

  test('a client’s own request id is kept when it is one, and replaced when it is not', async () => {
    const { admin } = setting.world.ours;
    const kept = await admin.get('/v1/nothing', { 'x-request-id': 'my.request_id-7' });
    expect(kept.headers.get('x-request-id')).toBe('my.request_id-7');
    expect(kept.body.requestId).toBe('my.request_id-7');
    for (const bad of ['a b', 'x'.repeat(129), '{}']) {
      const replaced = await admin.get('/v1/nothing', { 'x-request-id': bad });
      expect(replaced.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(replaced.headers.get('x-request-id')).toBe(replaced.body.requestId);
    }
  });
});

function changedLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
}
