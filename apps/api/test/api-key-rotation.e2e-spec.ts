import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock } from '#testing';
import type { Answer, Json } from './support/client.js';
import { anId, UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { RecordWatch, withoutLastUse } from './support/records.js';
import { closeService, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, type Tenant } from './support/tenant.js';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const RACES = 8;

describe.each(BACKENDS)('the rotation of API keys on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  /** Two processes on PostgreSQL; memory is the store of one. */
  let services: [Service, Service];
  let service: Service;
  let tenant: Tenant;
  let keys: string;

  beforeAll(async () => {
    // Each process looks at the store for every request: what another one did shows at once.
    const settings = { API_KEY_MAX_AGE_MS: '0' };
    service = await openService(backend, {}, clock);
    const isShared = backend === 'postgres';
    services = [service, isShared ? await startService(service.installation, settings, clock) : service];
  });
  afterAll(async () => {
    if (services[1] !== service) await services[1].stop();
    await closeService(service);
  });
  beforeEach(async () => {
    clock.advance(DAY_MS);
    tenant = await foundTenant(service);
    keys = `/v1/institutions/${tenant.id}/api-keys`;
    clock.advance(SECOND_MS);
  });

  const inSeconds = (seconds: number): string =>
    new Date(clock.now().getTime() + seconds * SECOND_MS).toISOString();
  const rotating = async (id: string, json?: unknown, by = tenant.admin): Promise<Answer> =>
    by.post(`${keys}/${id}/rotate`, json);
  const listed = async (query = ''): Promise<Json[]> => done(await service.root.get(keys + query)).data;
  const statusOf = async (text: string, from = service): Promise<number> =>
    (await from.client(text).get('/v1/positions')).status;
  const expiryOf = async (id: string): Promise<unknown> =>
    (await listed('?includeRevoked=true')).find((key) => key.id === id)?.expiresAt;
  const refused = (answer: Answer, id: string, status: number, code: string): void =>
    expectProblem(answer, `${keys}/${id}/rotate`, { status, code });

  test('leaves no admin key to rely on but the new one: the old one in its overlap cannot revoke it', async () => {
    const { body } = await rotating(tenant.adminKeyId, { overlapSeconds: 60 });
    const revoked = await tenant.admin.post(`${keys}/${body.id}/revoke`);
    expectProblem(revoked, `${keys}/${body.id}/revoke`, { status: 409, code: 'api_key.last_admin' });
    clock.advance(61 * SECOND_MS);
    expect(await statusOf(body.apiKey)).toBe(200);
  });

  test('gives a new key of the same label and role, shown once, and ends the old one at once', async () => {
    expect(await statusOf(tenant.readerKey)).toBe(200);
    const [, old] = await listed();
    const answer = await rotating(tenant.readerKeyId);
    const { apiKey, ...shown } = answer.body;
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: {
        id: anId('ak'),
        institutionId: tenant.id,
        label: 'Key of read_only',
        role: 'read_only',
        prefix: `egk_${shown.id.slice('ak_'.length)}`,
        apiKey: expect.stringMatching(/^egk_[0-9a-z]{26}_[0-9a-f]{64}_[0-9a-f]{8}$/),
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
        createdAt: inSeconds(0),
      },
    });
    expect(shown.id).not.toBe(tenant.readerKeyId);
    expect(apiKey.split('_')[2]).not.toBe(tenant.readerKey.split('_')[2]);
    for (const each of services) {
      expect(await statusOf(tenant.readerKey, each)).toBe(401);
      expect(await statusOf(apiKey, each)).toBe(200);
    }
    expect((await service.client(apiKey).post('/v1/positions', {})).status).toBe(403);
    expect((await listed()).map(({ id }) => id)).toEqual([tenant.adminKeyId, shown.id]);
    const ended = (await listed('?includeRevoked=true')).find(({ id }) => id === tenant.readerKeyId);
    expect(withoutLastUse(ended)).toEqual({ ...withoutLastUse(old), expiresAt: inSeconds(0) });
    const [audit] = done(await tenant.admin.get('/v1/audit-events?action=API_KEY_ROTATED')).data;
    expect(audit).toMatchObject({
      apiKeyId: tenant.adminKeyId,
      outcome: 'SUCCESS',
      resourceType: 'api_key',
      resourceId: tenant.readerKeyId,
      statusCode: 201,
      payload: {
        role: 'read_only',
        prefix: tenant.readerKey.slice(0, 30),
        overlapSeconds: 0,
        expiresAt: inSeconds(0),
        successorId: shown.id,
        successorPrefix: shown.prefix,
      },
    });
    expect(JSON.stringify(audit)).not.toContain(apiKey.split('_')[2]);
  });

  test('lets both keys in during the overlap, and then the new one alone', async () => {
    const { apiKey } = done(await rotating(tenant.readerKeyId, { overlapSeconds: 3600 }));
    expect(await expiryOf(tenant.readerKeyId)).toBe(inSeconds(3600));
    clock.advance(3600 * SECOND_MS - 1);
    for (const each of services) {
      expect(await statusOf(tenant.readerKey, each)).toBe(200);
      expect(await statusOf(apiKey, each)).toBe(200);
    }
    clock.advance(1);
    for (const each of services) {
      expect(await statusOf(tenant.readerKey, each)).toBe(401);
      expect(await statusOf(apiKey, each)).toBe(200);
    }
  });

  test('lets no key live longer than it would have, and its successor as long as it was to live', async () => {
    const body = { label: 'For a minute', role: 'read_only', expiresAt: inSeconds(60) };
    const { id } = done(await tenant.admin.post(keys, body));
    clock.advance(50 * SECOND_MS);
    const successor = done(await rotating(id, { overlapSeconds: 3600 }));
    expect(await expiryOf(id)).toBe(inSeconds(10));
    expect([successor.label, successor.expiresAt]).toEqual(['For a minute', inSeconds(60)]);
  });

  test.each([undefined, {}, { overlapSeconds: 0 }])('takes %j for no overlap', async (json) => {
    done(await rotating(tenant.readerKeyId, json));
    expect(await expiryOf(tenant.readerKeyId)).toBe(inSeconds(0));
  });

  test('takes an overlap of 30 days', async () => {
    done(await rotating(tenant.readerKeyId, { overlapSeconds: 2_592_000 }));
    expect(await expiryOf(tenant.readerKeyId)).toBe(inSeconds(2_592_000));
  });

  test.each([
    [{ overlapSeconds: -1 }, '/overlapSeconds', 'field.not_allowed'],
    [{ overlapSeconds: 2_592_001 }, '/overlapSeconds', 'field.not_allowed'],
    [{ overlapSeconds: 0.5 }, '/overlapSeconds', 'field.not_allowed'],
    [{ overlapSeconds: '60' }, '/overlapSeconds', 'field.wrong_type'],
    [{ overlapSeconds: null }, '/overlapSeconds', 'field.wrong_type'],
    [{ role: 'admin' }, '/role', 'field.unknown'],
    [{ expiresAt: '2999-01-01T00:00:00Z' }, '/expiresAt', 'field.unknown'],
    [[], '', 'field.wrong_type'],
    [null, '', 'field.wrong_type'],
  ])('refuses %j, and changes nothing', async (json, pointer, code) => {
    const watch = await RecordWatch.over(service);
    const path = `${keys}/${tenant.readerKeyId}/rotate`;
    const answer = await tenant.admin.send('POST', path, { raw: JSON.stringify(json) });
    expectProblem(answer, path, { status: 400, code: 'request.invalid', errors: [[pointer, code]] });
    const changes = await watch.changes();
    expect(changes.filter(([, row]) => row.outcome !== 'REFUSED')).toEqual([]);
  });

  test('refuses keys that are revoked, expired, rotated before, or unknown', async () => {
    const revoked = await issueKey(service, tenant.id, 'read_only');
    done(await tenant.admin.post(`${keys}/${revoked.id}/revoke`));
    refused(await rotating(revoked.id), revoked.id, 409, 'api_key.not_active');
    done(await rotating(tenant.readerKeyId, { overlapSeconds: 60 }));
    refused(await rotating(tenant.readerKeyId), tenant.readerKeyId, 409, 'api_key.rotated_before');
    clock.advance(60 * SECOND_MS);
    refused(await rotating(tenant.readerKeyId), tenant.readerKeyId, 409, 'api_key.not_active');
    refused(await rotating(UNKNOWN.apiKey), UNKNOWN.apiKey, 404, 'api_key.unknown');
    expect(await listed()).toHaveLength(2);
  });

  test('is not for readers, who could not make a key either', async () => {
    const { readerKeyId } = tenant;
    refused(await rotating(readerKeyId, {}, tenant.reader), readerKeyId, 403, 'access.forbidden');
  });

  test('of the last admin key by itself leaves its successor, whoever asks', async () => {
    const first = done(await rotating(tenant.adminKeyId));
    expect(await statusOf(tenant.adminKey)).toBe(401);
    const second = done(await rotating(first.id, undefined, service.root));
    expect(await statusOf(first.apiKey)).toBe(401);
    expect(done(await service.client(second.apiKey).get(keys)).data).toHaveLength(2);
    const path = `${keys}/${second.id}/revoke`;
    const answer = await service.client(second.apiKey).post(path);
    expectProblem(answer, path, { status: 409, code: 'api_key.last_admin' });
  });

  /** Sends requests at once, by turns to each process. */
  async function race(...paths: readonly string[]): Promise<Answer[]> {
    const sent = paths.map(async (path, index) => services[index % 2]?.root.post(path, {}));
    return (await Promise.all(sent)) as Answer[];
  }

  test('by many at once is done once', async () => {
    for (let round = 0; round < RACES; round += 1) {
      const { id } = await issueKey(service, tenant.id, 'admin');
      const answers = await race(...Array<string>(6).fill(`${keys}/${id}/rotate`));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
      const made = answers.find(({ status }) => status === 201)?.body;
      const label = (await listed()).filter((key) => Date.parse(key.createdAt) === clock.now().getTime());
      expect(label.map((key) => key.id)).toEqual([made.id]);
      clock.advance(SECOND_MS);
    }
  });

  test('and revocation at once end in one of them, after which the key lets nobody in', async () => {
    for (let round = 0; round < RACES; round += 1) {
      const { id, text } = await issueKey(service, tenant.id, 'admin');
      const before = (await listed()).length;
      const [rotated, revoked] = await race(`${keys}/${id}/rotate`, `${keys}/${id}/revoke`);
      expect(revoked?.status).toBe(200);
      expect([201, 409]).toContain(rotated?.status);
      for (const each of services) expect(await statusOf(text, each)).toBe(401);
      expect(await listed()).toHaveLength(before - (rotated?.status === 201 ? 0 : 1));
    }
  });

  test('while another admin key revokes itself leaves an active admin key', async () => {
    for (let round = 0; round < RACES; round += 1) {
      const own = await foundTenant(service);
      const second = await issueKey(service, own.id, 'admin');
      const path = `/v1/institutions/${own.id}/api-keys`;
      const [rotated] = await Promise.all([
        services[0].client(own.adminKey).post(`${path}/${own.adminKeyId}/rotate`),
        services[1].client(second.text).post(`${path}/${second.id}/revoke`),
      ]);
      expect(rotated.status).toBe(201);
      const active = done(await service.root.get(path)).data;
      expect(active.map((key: Json) => key.id)).toContain(rotated.body.id);
      expect(await statusOf(rotated.body.apiKey)).toBe(200);
    }
  });
});
