import { describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Json } from '../support/answer.js';
import { OPERATIONS, resolved } from '../support/document.js';
import { operationOf } from '../support/id-places.js';
import { expectProblem } from '../support/problems.js';
import { apiKey, asset, institution, policy, position, template, transition } from '../support/requests.js';
import { methodOf, send, type Request } from '../support/send.js';
import { done, issueKey } from '../support/tenant.js';
import type { World } from '../support/world.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';

/** A request with a body of each operation that takes one: it would succeed, but for what is smuggled in. */
const SOUND: readonly ((world: World) => Request)[] = [
  institution({}),
  ({ ours }) => ({
    as: 'root',
    method: 'PATCH',
    path: `/v1/institutions/${ours.id}`,
    json: { name: 'Of Others' },
  }),
  apiKey({}),
  ({ ours, spareKeyId }) => ({
    path: `/v1/institutions/${ours.id}/api-keys/${spareKeyId}/rotate`,
    json: { overlapSeconds: 60 },
  }),
  policy({ minAmount: '1', maxAmount: '2' }),
  template({}),
  asset({ metadata: { lot: '7' } }),
  ({ ours }) => ({
    method: 'PATCH',
    path: `/v1/assets/${ours.assetId}`,
    json: { label: 'Pier', metadata: {} },
  }),
  position({}),
  (world) => ({ path: '/v1/positions/batch', json: { items: [position({})(world).json] } }),
  transition({ toState: 'PARTIALLY_RELEASED', amount: '1.00', metadata: {} }),
];

/** What somebody would like to be taken over: what the service sets itself, what it keeps, and what JavaScript knows. */
const SMUGGLED: Readonly<Record<string, unknown>> = {
  ...{ role: 'root', roles: ['root'], isRoot: true, isAdmin: true, admin: true, principal: { role: 'root' } },
  ...{
    scope: 'platform',
    permissions: ['*'],
    id: 'pos_01jd8x3fqje3wve2q1q9n8h2kz',
    version: 99,
    state: 'RELEASED',
  },
  ...{
    createdAt: '2000-01-01T00:00:00.000Z',
    updatedAt: '2000-01-01T00:00:00.000Z',
    at: '2000-01-01T00:00:00.000Z',
  },
  ...{
    releasedAmount: '0.00',
    refundedAmount: '0.00',
    heldAmount: '9.00',
    remainingAmount: '9.00',
    ledgerHead: '0',
  },
  ...{
    apiKeyId: 'ak_01jd8x3fqje3wve2q1q9n8h2kz',
    apiKey: 'mine',
    secret: 'mine',
    revokedAt: null,
    lastUsedAt: null,
  },
  ...{
    keyHash: '0',
    key_hash: '0',
    pepperVersion: '0',
    prefix: 'egk_0',
    institution_id: 'x',
    institution: {},
    seq: 1,
  },
  ...{
    fromState: 'CREATED',
    events: [],
    hash: '0',
    previousHash: '0',
    clientIp: '192.0.2.1',
    outcome: 'SUCCESS',
  },
  ...{
    actorId: 'x',
    asset: {},
    template: {},
    audit: false,
    dryRun: true,
    force: true,
    $set: { role: 'root' },
  },
  ...{
    toString: 'x',
    valueOf: 'x',
    hasOwnProperty: true,
    then: 'x',
    toJSON: 'x',
    length: 1,
    '': 'x',
    ' role': 'root',
  },
  ...{ ROLE: 'root', 'role\u0000': 'root', 'role[]': 'root', 'json.role': 'root' },
};
/** Members by which objects would get another prototype. They are no JSON that is taken at all, in whatever depth. */
const POLLUTING = ['"__proto__":{"role":"root"}', '"constructor":{"prototype":{"role":"root"}}'];

/** The members that an object of a body may have; undefined of free JSON, which may have any. */
function membersOf(schema: Json): string[] | undefined {
  const { properties, allOf, anyOf, oneOf } = resolved(schema);
  const choices: Json[] = [...(allOf ?? []), ...(anyOf ?? []), ...(oneOf ?? [])];
  const members = [...Object.keys(properties ?? {}), ...choices.flatMap((choice) => membersOf(choice) ?? [])];
  return members.length === 0 ? undefined : members;
}

const bodySchema = ({ described }: Json): Json =>
  resolved(described.requestBody).content['application/json'].schema;

/** Copies of a body, each with a member more in one of its objects, but where the JSON is free; as text. */
function smuggling(
  body: Json,
  schema: Json,
  name: string,
  value: unknown,
  whole: (inner: Json) => Json,
): Json[] {
  const shape = resolved(schema);
  if (Array.isArray(body)) {
    return body.flatMap((item, index) =>
      smuggling(item, shape.items, name, value, (inner) => whole(body.with(index, inner))),
    );
  }
  const members = membersOf(schema);
  if (typeof body !== 'object' || body === null || members === undefined) return [];
  const own = members.includes(name) ? [] : [whole({ ...body, [name]: value })];
  const nested = Object.entries<Json>(body).flatMap(([member, inner]) =>
    shape.properties?.[member] === undefined
      ? []
      : smuggling(inner, shape.properties[member], name, value, (changed) =>
          whole({ ...body, [member]: changed }),
        ),
  );
  return [...own, ...nested];
}

describe.each(BACKENDS)('somebody who would like to be more, on %s,', (backend) => {
  const setting = groundOn(backend);

  test('has every operation that takes a body to try', () => {
    const { world } = setting.ground;
    const tried = SOUND.map((make) => operationOf(make(world)).name);
    const takeBodies = OPERATIONS.filter(({ described }) => described.requestBody !== undefined);
    expect(tried.sort()).toEqual(takeBodies.map(({ name }) => name).sort());
  });

  test('gets no member taken that an operation does not have, in whatever part of its body', async () => {
    const { world } = setting.ground;
    const changes = await setting.ground.watch();
    let sent = 0;
    for (const make of SOUND) {
      const request = make(world);
      for (const [name, value] of Object.entries(SMUGGLED)) {
        const bodies = smuggling(request.json, bodySchema(operationOf(request)), name, value, (body) => body);
        for (const json of bodies) {
          const answer = await send(world, { ...request, json });
          expect([json, answer.status, answer.body.code]).toEqual([
            json,
            400,
            expect.stringMatching(/^(?:request|template)\.invalid/),
          ]);
          sent += 1;
        }
      }
    }
    expect(await changes()).toEqual(NOTHING);
    expect(sent).toBeGreaterThan(500);
  });

  test('changes no prototype, in whatever depth, nor where JSON is free', async () => {
    const { world } = setting.ground;
    const changes = await setting.ground.watch();
    for (const make of SOUND) {
      const request = make(world);
      const text = JSON.stringify(request.json);
      for (const polluting of POLLUTING) {
        for (const [open] of text.matchAll(/\{(?="|\})/g).map(({ index }) => [index])) {
          const at = (open ?? 0) + 1;
          const raw = `${text.slice(0, at)}${polluting}${text[at] === '}' ? '' : ','}${text.slice(at)}`;
          const { json: _json, ...rest } = request;
          const answer = await send(world, { ...rest, method: methodOf(request), raw });
          expect([raw, answer.status]).toEqual([raw, 400]);
        }
      }
    }
    expect(await changes()).toEqual(NOTHING);
    // Had a prototype been given a role, everybody would have it now.
    expect((await world.service.client().get('/v1/positions')).status).toBe(401);
    expectProblem(
      await world.ours.admin.post('/v1/institutions', { name: 'Mine', regions: ['US'] }),
      '/v1/institutions',
      {
        status: 403,
        code: 'access.forbidden',
      },
    );
  });

  test('is what a key is, whatever its free metadata says', async () => {
    const { ours } = setting.ground.world;
    const metadata = {
      role: 'root',
      institutionId: 'x',
      isRoot: true,
      hasOwnProperty: 'x',
      toString: { role: 'root' },
    };
    const { id } = done(
      await ours.admin.post('/v1/assets', { templateId: ours.templateId, label: 'Pier', metadata }),
    );
    const { institutionId, metadata: kept } = done(await ours.admin.get(`/v1/assets/${id}`));
    expect({ institutionId, kept }).toEqual({ institutionId: ours.id, kept: metadata });
    expect((await ours.admin.post('/v1/institutions', { name: 'Mine', regions: ['US'] })).status).toBe(403);
  });

  const QUERIES =
    'role=root isRoot=true scope=platform _method=POST method=DELETE as=root __proto__[role]=root role =root'
      .concat(
        ' apiKeyId=ak_01jd8x3fqje3wve2q1q9n8h2kz constructor[prototype][role]=root &role=root fields=keyHash',
      )
      .concat(' select=* expand=institution include=keyHash')
      .split(' ');

  test.each(QUERIES)('gets nothing from the query ?%s', async (query) => {
    const { ours } = setting.ground.world;
    const changes = await setting.ground.watch();
    for (const part of ['positions', 'institutions', `institutions/${ours.id}`, `assets/${ours.assetId}`]) {
      const { status } = await ours.reader.get(`/v1/${part}?${query}`);
      expect([part, status]).toEqual([part, 400]);
    }
    expect((await ours.reader.post(`/v1/positions?${query}`, {})).status).toBe(403);
    expect((await ours.admin.post(`/v1/institutions?${query}`, {})).status).toBe(403);
    expect(await changes()).toEqual(NOTHING);
  });

  test('gets nothing from a query that names another institution, in whatever way', async () => {
    const { ours, theirs } = setting.ground.world;
    const changes = await setting.ground.watch();
    for (const query of [
      `institutionId=${theirs.id}`,
      `institutionId=${ours.id}&institutionId=${theirs.id}`,
      `institutionId=${theirs.id}&institutionId=${ours.id}`,
      `institutionId[]=${theirs.id}`,
      `institutionId[0]=${theirs.id}`,
      `institutionId[$ne]=${ours.id}`,
      `institutionId=`,
      `institutionId=*`,
      `institutionId=${ours.id},${theirs.id}`,
      `institutionId=${ours.id.toUpperCase()}`,
      `InstitutionId=${theirs.id}`,
    ]) {
      for (const list of [
        'positions',
        'assets',
        'asset-templates',
        'ledger-events',
        'balances',
        'audit-events',
      ]) {
        const answer = await ours.admin.get(`/v1/${list}?${query}`);
        expect([400, 404]).toContain(answer.status);
      }
    }
    expect(await changes()).toEqual(NOTHING);
  });

  test('with a key that only reads makes no key, and changes none', async () => {
    const { ours, theirs } = setting.ground.world;
    const changes = await setting.ground.watch();
    for (const { id, adminKeyId } of [ours, theirs]) {
      const keys = `/v1/institutions/${id}/api-keys`;
      for (const role of ['admin', 'read_only', 'root']) {
        expect((await ours.reader.post(keys, { label: 'Mine', role })).body.code).toBe('access.forbidden');
      }
      for (const keyId of [adminKeyId, ours.readerKeyId]) {
        for (const step of ['rotate', 'revoke']) {
          expect((await ours.reader.post(`${keys}/${keyId}/${step}`)).body.code).toBe('access.forbidden');
        }
      }
      expect((await ours.reader.get(keys)).body.code).toBe('access.forbidden');
    }
    expect(await changes()).toEqual(NOTHING);
  });

  test('as an admin makes no key of root, of another institution, or of a role that there is not', async () => {
    const { ours, theirs } = setting.ground.world;
    const changes = await setting.ground.watch();
    const [own, foreign] = [ours, theirs].map(({ id }) => `/v1/institutions/${id}/api-keys`) as [
      string,
      string,
    ];
    for (const role of [
      'root',
      'ROOT',
      'Admin',
      'admin ',
      'superuser',
      '',
      ['admin'],
      ['root'],
      { $ne: 'admin' },
      null,
      true,
      0,
    ]) {
      expect((await ours.admin.post(own, { label: 'Mine', role })).body.code).toBe('request.invalid');
    }
    expect((await ours.admin.post(foreign, { label: 'Mine', role: 'admin' })).body.code).toBe(
      'institution.unknown',
    );
    for (const step of ['rotate', 'revoke']) {
      expect((await ours.admin.post(`${foreign}/${theirs.adminKeyId}/${step}`)).body.code).toBe(
        'institution.unknown',
      );
      expect((await ours.admin.post(`${foreign}/${ours.adminKeyId}/${step}`)).body.code).toBe(
        'institution.unknown',
      );
      expect((await ours.admin.post(`${own}/${theirs.adminKeyId}/${step}`)).body.code).toBe(
        'api_key.unknown',
      );
    }
    expect(await changes()).toEqual(NOTHING);
    expect((await theirs.admin.get('/v1/positions')).status).toBe(200);
  });

  test('as an admin founds no institution, and changes neither its own nor another', async () => {
    const { ours, theirs } = setting.ground.world;
    const changes = await setting.ground.watch();
    const refused = [
      await ours.admin.post('/v1/institutions', { name: 'Mine', regions: ['US'] }),
      await ours.admin.patch(`/v1/institutions/${ours.id}`, { regions: ['US', 'UAE'] }),
      await ours.admin.patch(`/v1/institutions/${theirs.id}`, { name: 'Mine' }),
    ];
    expect(refused.map(({ body }) => body.code)).toEqual(Array(3).fill('access.forbidden'));
    expect(await changes()).toEqual(NOTHING);
  });

  test('is given no answer of another by its idempotency key', async () => {
    const { ours, theirs, service } = setting.ground.world;
    const headers = { 'idempotency-key': '"guessed"' };
    const sent = { json: { label: 'Secret', role: 'admin' }, headers };
    const path = `/v1/institutions/${theirs.id}/api-keys`;
    done(await theirs.admin.send('POST', path, sent));
    for (const client of [ours.admin, ours.reader, service.client()]) {
      const answer = await client.send('POST', path, sent);
      expect([401, 403, 404]).toContain(answer.status);
      expect(answer.headers.has('idempotent-replayed')).toBe(false);
    }
  });

  test('with a key that was an admin’s is nobody once it is revoked, in the middle of its connection', async () => {
    const { ours, service } = setting.ground.world;
    const { id, text } = await issueKey(service, ours.id, 'admin');
    const holder = service.client(text);
    done(await holder.get('/v1/positions'));
    done(await ours.admin.post(`/v1/institutions/${ours.id}/api-keys/${id}/revoke`));
    const answers = await Promise.all([
      holder.post(`/v1/institutions/${ours.id}/api-keys`, { label: 'Next', role: 'admin' }),
      holder.get('/v1/positions'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  testWhatWasTold(setting);
});
