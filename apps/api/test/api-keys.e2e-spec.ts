import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock, withClient } from '#testing';
import type { Answer, Json } from './support/client.js';
import { anId, aTime } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { RecordWatch } from './support/records.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, type Tenant } from './support/tenant.js';

const DAY_MS = 86_400_000;

describe.each(BACKENDS)('API keys on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let service: Service;
  let tenant: Tenant;
  let keys: string;

  beforeAll(async () => {
    service = await openService(backend, {}, clock);
  });
  afterAll(() => closeService(service));
  beforeEach(async () => {
    tenant = await foundTenant(service);
    keys = `/v1/institutions/${tenant.id}/api-keys`;
  });

  const listed = async (query = ''): Promise<Json[]> => done(await tenant.admin.get(keys + query)).data;
  const newestAudit = async (): Promise<Json> =>
    done(await tenant.admin.get('/v1/audit-events?order=desc&limit=1&outcome=SUCCESS')).data[0];
  const expectRefusedKey = (answer: Answer): void =>
    expectProblem(answer, '/v1/positions', { status: 401, code: 'auth.invalid_key' });

  test('a key is made, listed without its secret, and lets in with its role', async () => {
    const answer = await tenant.admin.post(keys, {
      label: 'Reports',
      role: 'read_only',
      expiresAt: '2026-04-01T00:00:00+02:00',
    });
    const { apiKey, ...shown } = answer.body;
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: {
        id: anId('ak'),
        institutionId: tenant.id,
        label: 'Reports',
        role: 'read_only',
        prefix: `egk_${shown.id.slice('ak_'.length)}`,
        apiKey: expect.stringMatching(/^egk_[0-9a-z]{26}_[0-9a-f]{64}_[0-9a-f]{8}$/),
        expiresAt: '2026-03-31T22:00:00.000Z',
        lastUsedAt: null,
        revokedAt: null,
        createdAt: aTime,
      },
    });
    expect((await listed()).at(-1)).toEqual(shown);
    expect(await listed()).toHaveLength(3);
    const reader = service.client(apiKey);
    expect((await reader.get('/v1/positions')).status).toBe(200);
    expect((await reader.post('/v1/positions', {})).status).toBe(403);
    expect(await newestAudit()).toMatchObject({
      apiKeyId: tenant.adminKeyId,
      action: 'API_KEY_CREATED',
      resourceId: shown.id,
      payload: { role: 'read_only', prefix: shown.prefix, expiresAt: '2026-03-31T22:00:00.000Z' },
    });
  });

  test('the secret is shown once and is nowhere else', async () => {
    const { apiKey, prefix } = done(await tenant.admin.post(keys, { label: 'Reports', role: 'admin' }));
    const [, , secret = 'none', checksum = 'none'] = apiKey.split('_');
    expect(apiKey).toBe(`${prefix}_${secret}_${checksum}`);
    const shown = [
      await tenant.admin.get(`${keys}?includeRevoked=true`),
      await tenant.admin.get('/v1/audit-events'),
      await service.root.get('/v1/audit-events?limit=200'),
    ].map(({ text }) => text);
    const { database } = service.installation;
    if (database !== undefined) {
      const stored = await withClient(database.ownerUrl, (client) =>
        client.query(
          'SELECT api_keys::text AS row FROM api_keys UNION ALL SELECT audit_events::text FROM audit_events',
        ),
      );
      shown.push(...stored.rows.map(({ row }) => row));
    }
    const everything = shown.join('\n');
    expect(everything).toContain(prefix);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(`_${checksum}`);
  });

  test('a key is taken from either header, whatever the case of the scheme', async () => {
    const nobody = service.client();
    const get = async (headers: Record<string, string>): Promise<number> =>
      (await nobody.get('/v1/positions', headers)).status;
    const { adminKey } = tenant;
    expect(await get({ 'x-api-key': adminKey })).toBe(200);
    expect(await get({ authorization: `Bearer ${adminKey}` })).toBe(200);
    expect(await get({ authorization: `bearer ${adminKey}` })).toBe(200);
    expect(await get({ authorization: `Bearer ${adminKey}`, 'x-api-key': adminKey })).toBe(200);
    expect(await get({ authorization: 'Basic eDp5', 'x-api-key': adminKey })).toBe(200);
    expect(await get({ authorization: `Bearer ${service.installation.rootKey}` })).toBe(200);
    expect(await get({ authorization: adminKey })).toBe(401);
  });

  test('revoking closes a key at once, and again answers the same', async () => {
    const path = `${keys}/${tenant.readerKeyId}/revoke`;
    clock.advance(1);
    const first = await tenant.admin.post(path);
    const revokedAt = clock.now().toISOString();
    expect({ status: first.status, body: first.body }).toEqual({
      status: 200,
      body: {
        id: tenant.readerKeyId,
        institutionId: tenant.id,
        label: 'Key of read_only',
        role: 'read_only',
        prefix: tenant.readerKey.slice(0, 30),
        expiresAt: null,
        lastUsedAt: null,
        revokedAt,
        createdAt: aTime,
      },
    });
    expectRefusedKey(await tenant.reader.get('/v1/positions'));
    clock.advance(1000);
    const second = await tenant.admin.post(path);
    expect({ status: second.status, body: second.body }).toEqual({ status: 200, body: first.body });
    const active = await listed();
    expect(active.map(({ id }) => id)).toEqual([tenant.adminKeyId]);
    const all = await listed('?includeRevoked=true');
    expect(all.map(({ id, revokedAt: at }) => [id, at])).toEqual([
      [tenant.adminKeyId, null],
      [tenant.readerKeyId, revokedAt],
    ]);
    const audit = done(await tenant.admin.get('/v1/audit-events?action=API_KEY_REVOKED')).data;
    expect(audit.map(({ resourceId, payload }: Json) => [resourceId, payload.wasRevokedBefore])).toEqual([
      [tenant.readerKeyId, false],
      [tenant.readerKeyId, true],
    ]);
  });

  test('the last admin key cannot revoke itself, another can, and so can root', async () => {
    const path = `${keys}/${tenant.adminKeyId}/revoke`;
    const watch = await RecordWatch.over(service);
    expectProblem(await tenant.admin.post(path), path, { status: 409, code: 'api_key.last_admin' });
    expect(await watch.changes()).toEqual([]);
    const second = await issueKey(service, tenant.id, 'admin');
    expect(done(await tenant.admin.post(path)).revokedAt).toEqual(aTime);
    expectRefusedKey(await tenant.admin.get('/v1/positions'));
    const last = `${keys}/${second.id}/revoke`;
    const refused = await service.client(second.text).post(last);
    expectProblem(refused, last, { status: 409, code: 'api_key.last_admin' });
    expect(done(await service.root.post(last)).revokedAt).toEqual(aTime);
    expectRefusedKey(await service.client(second.text).get('/v1/positions'));
  });

  test('an expired admin key does not count as another one', async () => {
    const expiresAt = new Date(clock.now().getTime() + DAY_MS).toISOString();
    done(await tenant.admin.post(keys, { label: 'For a day', role: 'admin', expiresAt }));
    clock.advance(DAY_MS);
    const path = `${keys}/${tenant.adminKeyId}/revoke`;
    expectProblem(await tenant.admin.post(path), path, { status: 409, code: 'api_key.last_admin' });
  });

  test('a key works until it expires, and then is answered like an unknown one', async () => {
    const expiresAt = new Date(clock.now().getTime() + DAY_MS).toISOString();
    const { id, apiKey } = done(
      await tenant.admin.post(keys, { label: 'For a day', role: 'admin', expiresAt }),
    );
    const client = service.client(apiKey);
    clock.advance(DAY_MS - 1);
    expect((await client.get('/v1/positions')).status).toBe(200);
    clock.advance(1);
    const expired = await client.get('/v1/positions');
    expectRefusedKey(expired);
    const unknown = await service.client(`egk_${'0'.repeat(26)}_${'0'.repeat(64)}_0`).get('/v1/positions');
    expect(withoutRequestId(expired.body)).toEqual(withoutRequestId(unknown.body));
    expect((await listed()).map((key) => key.id)).not.toContain(id);
    expect((await listed('?includeRevoked=true')).map((key) => key.id)).toContain(id);
  });

  test('keys of one tenant are listed page by page', async () => {
    for (let made = 0; made < 5; made += 1) await issueKey(service, tenant.id, 'read_only');
    const all = await listed();
    expect(all).toHaveLength(7);
    const first = done(await tenant.admin.get(`${keys}?limit=4`));
    expect(first.data).toEqual(all.slice(0, 4));
    const second = done(await tenant.admin.get(`${keys}?limit=4&cursor=${first.page.nextCursor}`));
    expect(second).toEqual({ data: all.slice(4), page: { limit: 4, nextCursor: null } });
  });
});

function withoutRequestId({ requestId: _requestId, ...problem }: Json): Json {
  return problem;
}
