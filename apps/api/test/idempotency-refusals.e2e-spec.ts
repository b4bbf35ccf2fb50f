import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { expectProblem, type Refusal } from './support/problems.js';
import { invalid, refusedAt, settingOn } from './support/refusals.js';
import { expectReplay, withKey } from './support/repeatable.js';
import { apiKey, asset, policy, position, transition } from './support/requests.js';
import { send, type Request } from './support/send.js';
import { done, foundTenant, issueKey, move, openPosition } from './support/tenant.js';
import type { World } from './support/world.js';

/** A request that is refused, and the one that may take its key then. */
type FreeingCase = readonly [
  name: string,
  refused: (world: World, id: string) => Request,
  refusal: Refusal | ((world: World) => Refusal),
];

/** Each is sent about a position that was cancelled. */
const REFUSALS: FreeingCase[] = [
  ['an invalid body', position({ amount: 10 }), invalid(['/amount', 'money.malformed_amount'])],
  [
    'text that is no JSON',
    () => ({ method: 'POST', path: '/v1/positions', raw: '{' }),
    { status: 400, code: 'request.malformed_json' },
  ],
  [
    'a body of another type',
    (world) => ({ ...position({})(world), headers: { 'content-type': 'text/plain' } }),
    { status: 415, code: 'request.unsupported_media_type' },
  ],
  [
    'the role of its sender',
    (world) => ({ as: 'reader', ...position({})(world) }),
    { status: 403, code: 'access.forbidden' },
  ],
  [
    'an unknown route',
    () => ({ path: '/v1/nowhere', json: {} }),
    { status: 404, code: 'request.unknown_route' },
  ],
  [
    'an unknown id in its path',
    (world) => transition({ toState: 'FUNDED' }, () => UNKNOWN.position)(world),
    { status: 404, code: 'position.unknown' },
  ],
  [
    'an unknown id in its body',
    position({ assetId: UNKNOWN.asset }),
    refusedAt(404, 'asset.unknown', '/assetId'),
  ],
  [
    'a state that allows no such step',
    (world, id) => transition({ toState: 'FUNDED' }, () => id)(world),
    {
      status: 409,
      code: 'position.illegal_transition',
      extensions: { state: 'CANCELLED', toState: 'FUNDED', allowed: [] },
    },
  ],
  [
    'a stale version',
    (world, id) => ({
      ...transition({ toState: 'FUNDED' }, () => id)(world),
      headers: { 'if-match': '"1"' },
    }),
    { status: 412, code: 'request.precondition_failed', extensions: { currentVersion: 2 } },
  ],
  [
    'a malformed If-Match',
    (world, id) => ({ ...transition({ toState: 'FUNDED' }, () => id)(world), headers: { 'if-match': '1' } }),
    { status: 400, code: 'request.malformed_header', extensions: { header: 'If-Match' } },
  ],
  [
    'a template that takes no such currency',
    position({ currency: 'EUR' }),
    ({ ours }) =>
      refusedAt(422, 'template.currency_mismatch', '/currency', {
        templateId: ours.templateId,
        currency: 'EUR',
        expected: 'USD',
      }),
  ],
];

describe.each(BACKENDS)('keys of requests on %s', (backend) => {
  const setting = settingOn(backend);

  const post = async (client: Client, path: string, json: unknown, key: string): Promise<Answer> =>
    client.send('POST', path, { json, headers: { 'idempotency-key': key } });
  const claim = (fields: Json = {}): Json => position(fields)(setting.world).json as Json;
  const open = async (client: Client, key: string, fields: Json = {}): Promise<Answer> =>
    post(client, '/v1/positions', claim(fields), key);
  const cancelledPosition = async (): Promise<string> => {
    const id = await openPosition(setting.world.ours.admin, setting.world.ours.assetId, '10.00');
    done(await move(setting.world.ours.admin, id, 'CANCELLED'));
    return id;
  };

  describe('of one that was carried out', () => {
    /** Sends a request with a key; after something else has happened it is answered in the same bytes again. */
    async function expectToWin(
      request: Request,
      meanwhile: () => Promise<unknown>,
      later: Request = request,
    ): Promise<void> {
      const key = randomUUID();
      const first = await send(setting.world, withKey(request, key));
      done(first);
      await meanwhile();
      await setting.changes();
      expectReplay(first, await send(setting.world, withKey(later, key)));
      expect(await setting.changes()).toEqual([]);
    }

    test('win over a state that has moved on', async () => {
      const { admin, assetId } = setting.world.ours;
      const id = await openPosition(admin, assetId, '10.00');
      const request = transition({ toState: 'FUNDED' }, () => id)(setting.world);
      await expectToWin(request, async () => {
        done(await move(admin, id, 'PARTIALLY_RELEASED', '4.00'));
        done(await move(admin, id, 'CANCELLED'));
      });
    });

    test('win over a remainder that no longer suffices', async () => {
      const { admin, assetId } = setting.world.ours;
      const id = await openPosition(admin, assetId, '10.00');
      done(await move(admin, id, 'FUNDED'));
      const request = transition({ toState: 'PARTIALLY_RELEASED', amount: '6.00' }, () => id)(setting.world);
      await expectToWin(request, async () => Promise.resolve());
      expect(done(await admin.get(`/v1/positions/${id}`))).toMatchObject({
        releasedAmount: '6.00',
        version: 3,
      });
    });

    test('win over a policy that forbids it now', async () => {
      const request = position({
        assetId: setting.world.underPolicy.eurAssetId,
        currency: 'EUR',
        amount: '60.00',
      })(setting.world);
      const rules = { minAmount: '50', maxAmount: '5000', allowedCurrencies: ['EUR', 'USD'] };
      await expectToWin(request, async () => {
        done(await send(setting.world, policy({ ...rules, minAmount: '61' }, 'SG')(setting.world)));
        expect((await send(setting.world, request)).status).toBe(422);
        expect((await send(setting.world, withKey(request, randomUUID()))).status).toBe(422);
      });
      done(await send(setting.world, policy(rules, 'SG')(setting.world)));
    });

    test('win over versions that are stale by now', async () => {
      const { admin, templateId } = setting.world.ours;
      const { id } = done(await admin.post('/v1/assets', { templateId, label: 'Pier' }));
      const request: Request = {
        method: 'PATCH',
        path: `/v1/assets/${id}`,
        json: { label: 'Quay' },
        headers: { 'if-match': '"1"' },
      };
      await expectToWin(request, async () => {
        expect((await send(setting.world, request)).status).toBe(412);
        done(await admin.patch(`/v1/assets/${id}`, { label: 'Wharf' }));
      });
      // Nor does it matter what is asked of the version now.
      for (const ifMatch of ['"7"', '*', 'no tag at all']) {
        const headers = { 'if-match': ifMatch, 'if-none-match': ifMatch };
        const json = { label: 'Quay again' };
        const now = { ...request, json, headers: {} };
        await expectToWin(now, async () => Promise.resolve(), { ...now, headers });
      }
    });

    test('win over what has been removed since', async () => {
      const { id, admin } = await foundTenant(setting.world.service, 'With a policy for a while');
      const path = `/v1/institutions/${id}/policies/US`;
      const request: Request = {
        as: 'root',
        method: 'PUT',
        path,
        json: { position: {} },
        headers: { 'if-none-match': '*' },
      };
      await expectToWin(request, async () => expect((await admin.delete(path)).status).toBe(204));
      expect((await admin.get(path)).status).toBe(404);
    });

    test('do not win over what is refused before it can be known', async () => {
      const [key, path] = [randomUUID(), '/v1/positions'];
      const first = await open(setting.world.ours.admin, key);
      done(first);
      await setting.changes();
      const headers = { 'idempotency-key': key };
      const json = claim();
      const refusals: [Answer, Refusal][] = [
        [await open(setting.world.ours.reader, key), { status: 403, code: 'access.forbidden' }],
        [await open(setting.world.service.client(), key), { status: 401, code: 'auth.missing_key' }],
        [await open(setting.world.service.client('no-key'), key), { status: 401, code: 'auth.invalid_key' }],
        [
          await setting.world.ours.admin.send('POST', path, { raw: '{"a":', headers }),
          { status: 400, code: 'request.malformed_json' },
        ],
        [
          await setting.world.ours.admin.send('POST', path, {
            json,
            headers: { ...headers, 'content-type': 'text/xml' },
          }),
          { status: 415, code: 'request.unsupported_media_type' },
        ],
        [
          await setting.world.ours.admin.send('POST', path, { raw: ' '.repeat(1_048_577), headers }),
          { status: 413, code: 'request.too_large' },
        ],
      ];
      for (const [answer, refusal] of refusals) expectProblem(answer, path, refusal);
      expect(await setting.changes()).toEqual([]);
      expectReplay(first, await open(setting.world.ours.admin, key));
    });
  });

  test.each(REFUSALS)('stay free when it is refused for %s', async (_name, refused, refusal) => {
    const [id, key] = [await cancelledPosition(), randomUUID()];
    const request = withKey(refused(setting.world, id), key);
    await setting.changes();
    for (let time = 0; time < 2; time += 1) {
      expectProblem(
        await send(setting.world, request),
        request.path,
        typeof refusal === 'function' ? refusal(setting.world) : refusal,
      );
    }
    expect(await setting.changes()).toEqual([]);
    const first = await open(setting.world.ours.admin, key);
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    await setting.changes();
    expectReplay(first, await open(setting.world.ours.admin, key));
    expectProblem(await open(setting.world.ours.admin, key, { amount: '1.00' }), '/v1/positions', {
      status: 422,
      code: 'idempotency.mismatch',
    });
    expect(await setting.changes()).toEqual([]);
  });

  test('are those of a tenant: others, and root, may use the same for something else', async () => {
    const key = randomUUID();
    const { ours, theirs, service } = setting.world;
    const asked: [Client, Json][] = [
      [ours.admin, {}],
      [theirs.admin, { assetId: theirs.assetId }],
      // Root speaks for a tenant, under a key that the tenant has used, of what the tenant asked for.
      [service.root, {}],
    ];
    const first: Answer[] = [];
    for (const [client, fields] of asked) first.push(await open(client, key, fields));
    expect(first.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(first.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, null, null]);
    expect(new Set(first.map(({ body }) => body.id)).size).toBe(3);
    await setting.changes();
    for (const [index, [client, fields]] of asked.entries()) {
      expectReplay(first[index] as Answer, await open(client, key, fields));
      const other = await open(client, key, { ...fields, amount: '2.00' });
      expectProblem(other, '/v1/positions', { status: 422, code: 'idempotency.mismatch' });
    }
    expect(await setting.changes()).toEqual([]);
  });

  test('are shared by the API keys of a tenant, also when the one that used them is revoked', async () => {
    const { ours, service } = setting.world;
    const [one, two] = [await issueKey(service, ours.id, 'admin'), await issueKey(service, ours.id, 'admin')];
    const key = randomUUID();
    const first = await open(service.client(one.text), key);
    done(first);
    expectReplay(first, await open(service.client(two.text), key));
    done(await ours.admin.post(`/v1/institutions/${ours.id}/api-keys/${one.id}/revoke`));
    await setting.changes();
    expectProblem(await open(service.client(one.text), key), '/v1/positions', {
      status: 401,
      code: 'auth.invalid_key',
    });
    expectReplay(first, await open(service.client(two.text), key));
    expect(await setting.changes()).toEqual([]);
  });

  test.each([
    ['empty', ''],
    ['blank', ' '],
    ['two words', 'a b'],
    ['a list', 'a,b'],
    ['half in quotes', '"a'],
    ['two words in quotes', '"a b"'],
    ['several', '"a", "b"'],
    ['text that needs quotes', 'a{b}'],
    ['other than ASCII', 'ké'],
    ['a text with parameters', '"a";b=1'],
    ['longer than 255 characters', 'x'.repeat(256)],
  ])('cannot be %s', async (_name, key) => {
    const malformed = {
      status: 400,
      code: 'request.malformed_header',
      extensions: { header: 'Idempotency-Key' },
    };
    const asked: Request[] = [
      position({})(setting.world),
      position({ amount: 7 })(setting.world),
      asset({})(setting.world),
      apiKey({})(setting.world),
      policy({})(setting.world),
      transition({ toState: 'FUNDED' }, () => UNKNOWN.position)(setting.world),
      { method: 'PATCH', path: `/v1/assets/${setting.world.ours.assetId}`, json: { label: 'Quay' } },
    ];
    for (const request of asked) {
      expectProblem(await send(setting.world, withKey(request, key)), request.path, malformed);
    }
    const forbidden = await send(
      setting.world,
      withKey({ as: 'reader', ...position({})(setting.world) }, key),
    );
    expectProblem(forbidden, '/v1/positions', { status: 403, code: 'access.forbidden' });
    expect(await setting.changes()).toEqual([]);
  });

  test('are nothing to GET and DELETE, whatever they are', async () => {
    const { admin, id } = await foundTenant(setting.world.service, 'With a policy to remove');
    const path = `/v1/institutions/${id}/policies/US`;
    const used = randomUUID();
    done(await admin.send('PUT', path, { json: { position: {} }, headers: { 'idempotency-key': used } }));
    for (const key of [used, randomUUID(), 'no key at all']) {
      const headers = { 'idempotency-key': key };
      const read = await admin.send('GET', path, { headers });
      expect([read.status, read.headers.get('idempotent-replayed')]).toEqual([200, null]);
      expect((await admin.send('DELETE', path, { headers })).status).toBe(204);
      expect((await admin.send('GET', path, { headers })).status).toBe(404);
      expect((await admin.send('DELETE', path, { headers })).status).toBe(404);
      done(await admin.put(path, { position: {} }));
    }
  });
});
