import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock, withClient } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { forgedKey } from './support/forged-key.js';
import { anId, UNKNOWN } from './support/patterns.js';
import { recordedRefusals } from './support/recorded-refusals.js';
import { RecordWatch } from './support/records.js';
import { send, type Request } from './support/send.js';
import { closeService } from './support/service.js';
import { done, issueKey } from './support/tenant.js';
import { Wire } from './support/wire.js';
import { openWorld, type World } from './support/world.js';

/** What a refusal leaves on record, but for what every one of them does. */
type Recorded = Readonly<Record<'action' | 'method' | 'path' | 'statusCode' | 'payload', Json>>;
type Case = readonly [
  name: string,
  whose: 'ours' | 'platform',
  request: (world: World) => Request,
  recorded: (world: World) => Recorded,
];

const POSITIONS = '/v1/positions';
const with415 = { 'content-type': 'text/plain' };

function claim({ ours }: World, terms: Json = {}): Json {
  return { assetId: ours.assetId, holderReference: 'holder-1', currency: 'USD', amount: '10.00', ...terms };
}

function recorded(action: string, method: string, path: string, statusCode: number, payload: Json) {
  return () => ({ action, method, path, statusCode, payload });
}

const invalid = (method: string, path: string, ...faults: string[]) =>
  recorded('VALIDATION_FAILED', method, path, 400, { code: 'request.invalid', faults });

const cases: Case[] = [
  [
    'a request without a key',
    'platform',
    () => ({ as: 'nobody', path: `${POSITIONS}?state=CREATED` }),
    recorded('AUTH_FAILED', 'GET', POSITIONS, 401, { code: 'auth.missing_key', reason: 'missing' }),
  ],
  [
    'a key that is none',
    'platform',
    () => ({ as: 'nobody', path: POSITIONS, headers: { 'x-api-key': 'garbage' } }),
    recorded('AUTH_FAILED', 'GET', POSITIONS, 401, { code: 'auth.invalid_key', reason: 'malformed' }),
  ],
  [
    'a key that nobody was given',
    'platform',
    () => ({ as: 'nobody', path: POSITIONS, json: {}, headers: { 'x-api-key': forgedKey() } }),
    recorded('AUTH_FAILED', 'POST', POSITIONS, 401, { code: 'auth.invalid_key', reason: 'unknown' }),
  ],
  [
    'a role that may not',
    'ours',
    () => ({ as: 'reader', path: POSITIONS, json: {} }),
    recorded('AUTH_FORBIDDEN', 'POST', POSITIONS, 403, { code: 'access.forbidden' }),
  ],
  [
    'a body at fault in several fields',
    'ours',
    (world) => ({
      path: POSITIONS,
      json: claim(world, { amount: 10, currency: 'XXX', holderReference: 7, x: 1, y: 1 }),
    }),
    invalid(
      'POST',
      POSITIONS,
      'field.unknown',
      'field.wrong_type',
      'money.unknown_currency',
      'money.malformed_amount',
    ),
  ],
  [
    'a query at fault, in a path that names a thing',
    'ours',
    ({ createdId }) => ({ path: `${POSITIONS}/${createdId}/events?limit=0` }),
    ({ createdId }) => invalid('GET', `${POSITIONS}/${createdId}/events`, 'field.not_allowed')(),
  ],
  [
    'a HEAD at fault',
    'ours',
    () => ({ method: 'HEAD', path: `${POSITIONS}?x=1` }),
    invalid('HEAD', POSITIONS, 'field.unknown'),
  ],
  [
    'what is no JSON',
    'ours',
    () => ({ path: POSITIONS, raw: '{' }),
    recorded('VALIDATION_FAILED', 'POST', POSITIONS, 400, { code: 'request.malformed_json' }),
  ],
  [
    'another media type',
    'ours',
    () => ({ path: POSITIONS, raw: 'x', headers: with415 }),
    recorded('VALIDATION_FAILED', 'POST', POSITIONS, 415, { code: 'request.unsupported_media_type' }),
  ],
  [
    'too large a body',
    'ours',
    () => ({ path: POSITIONS, raw: `"${'x'.repeat(1024 ** 2)}"` }),
    recorded('VALIDATION_FAILED', 'POST', POSITIONS, 413, { code: 'request.too_large' }),
  ],
  [
    'a query that cannot be read',
    'ours',
    () => ({ path: `${POSITIONS}?holderReference=%ff` }),
    recorded('VALIDATION_FAILED', 'GET', POSITIONS, 400, { code: 'request.malformed' }),
  ],
  [
    'what root sends',
    'platform',
    ({ ours }) => ({
      as: 'root',
      method: 'PUT',
      path: `/v1/institutions/${ours.id}/policies/SG`,
      json: { position: { minAmount: '2', maxAmount: '1' } },
    }),
    ({ ours }) =>
      recorded('VALIDATION_FAILED', 'PUT', `/v1/institutions/${ours.id}/policies/SG`, 400, {
        code: 'policy.bounds_reversed',
        faults: ['policy.bounds_reversed'],
      })(),
  ],
  [
    'a step that the lifecycle does not have',
    'ours',
    ({ createdId }) => ({ path: `${POSITIONS}/${createdId}/transition`, json: { toState: 'RELEASED' } }),
    ({ createdId }) =>
      recorded('CONFLICT', 'POST', `${POSITIONS}/${createdId}/transition`, 409, {
        code: 'position.illegal_transition',
      })(),
  ],
  [
    'a change to a version that is gone',
    'ours',
    ({ ours }) => ({
      method: 'PATCH',
      path: `/v1/assets/${ours.assetId}`,
      json: { label: 'Pier' },
      headers: { 'if-match': '"99"' },
    }),
    ({ ours }) =>
      recorded('CONFLICT', 'PATCH', `/v1/assets/${ours.assetId}`, 412, {
        code: 'request.precondition_failed',
      })(),
  ],
  [
    'an amount that a rule refuses',
    'ours',
    (world) => ({ path: POSITIONS, json: claim(world, { assetId: world.bounded.assetId, amount: '9.99' }) }),
    recorded('RULE_REFUSED', 'POST', POSITIONS, 422, {
      code: 'template.amount_out_of_bounds',
      faults: ['template.amount_out_of_bounds'],
    }),
  ],
];

describe.each(BACKENDS)('refusals on record, on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let world: World;

  beforeAll(async () => {
    world = await openWorld(backend, clock);
  });
  afterAll(async () => closeService(world.service));

  /** Does something, and reads all the refusals that are on record of it. */
  async function recordedOf(work: () => Promise<unknown>): Promise<Json[]> {
    const after = `&occurredAfter=${clock.now().toISOString()}`;
    clock.advance(1_000);
    await work();
    // Refusals are stored in their order: when the last one is, the others were.
    const { root } = world.service;
    clock.advance(1_000);
    const before = `&occurredBefore=${clock.now().toISOString()}`;
    const last = `&occurredAfter=${new Date(clock.now().getTime() - 1).toISOString()}`;
    expect((await root.get(`${POSITIONS}?last`)).status).toBe(400);
    await recordedRefusals(root, 1, last);
    return recordedRefusals(root, 0, after + before);
  }

  test.each(cases)('%s is told of whole', async (_name, whose, request, expected) => {
    const { service, ours } = world;
    const sent = request(world);
    const watch = await RecordWatch.over(service);
    const answers: Answer[] = [];
    const rows = await recordedOf(async () => answers.push(await send(world, sent)));
    const keyId = sent.as === 'reader' ? ours.readerKeyId : ours.adminKeyId;
    expect(answers.map(({ status }) => status)).toEqual([expected(world).statusCode]);
    expect(rows).toEqual([
      {
        id: anId('aud'),
        institutionId: whose === 'ours' ? ours.id : null,
        apiKeyId: whose === 'ours' ? keyId : null,
        outcome: 'REFUSED',
        resourceType: null,
        resourceId: null,
        requestId: answers[0]?.headers.get('x-request-id'),
        clientIp: '127.0.0.1',
        occurredAt: new Date(clock.now().getTime() - 1_000).toISOString(),
        ...expected(world),
      },
    ]);
    expect(await watch.changes()).toEqual([]);
  });

  test('a key that was revoked tells whose it was, though its sender is told nothing', async () => {
    const { service, ours } = world;
    const key = await issueKey(service, ours.id, 'admin');
    done(await ours.admin.post(`/v1/institutions/${ours.id}/api-keys/${key.id}/revoke`));
    const path = `${POSITIONS}/${world.createdId}`;
    const rows = await recordedOf(async () => service.client(key.text).get(path));
    expect(rows).toEqual([
      expect.objectContaining({
        action: 'AUTH_FAILED',
        institutionId: ours.id,
        apiKeyId: key.id,
        path,
        statusCode: 401,
        payload: { code: 'auth.invalid_key', reason: 'revoked' },
      }),
    ]);
  });

  test.each<[name: string, statuses: number[], work: (world: World) => Promise<Answer[]>]>([
    [
      'what is served, and answered again under its key',
      [201, 201],
      async (its) => {
        const request = { path: POSITIONS, json: claim(its), headers: { 'idempotency-key': randomUUID() } };
        return [await send(its, request), await send(its, request)];
      },
    ],
    [
      'what is not there, whosever it is',
      [404, 404, 404],
      async (its) => [
        await send(its, { path: `${POSITIONS}/${its.theirs.positionId}` }),
        await send(its, { path: `${POSITIONS}/${UNKNOWN.position}` }),
        await send(its, { path: POSITIONS, json: claim(its, { assetId: its.theirs.assetId }) }),
      ],
    ],
    [
      'what leads nowhere',
      [404, 404, 405],
      async (its) => [
        await send(its, { path: '/v1/nothing' }),
        await send(its, { as: 'nobody', path: '/v1/nothing' }),
        await send(its, { method: 'DELETE', path: POSITIONS }),
      ],
    ],
    [
      'what needs no key',
      [400, 400],
      async (its) => [
        await send(its, { as: 'nobody', path: '/health/live?x=1' }),
        await send(its, { as: 'nobody', path: '/v1/positions/%zz' }),
      ],
    ],
  ])('nothing is told of %s', async (_name, statuses, work) => {
    const answers: Answer[] = [];
    const rows = await recordedOf(async () => answers.push(...(await work(world))));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    expect(rows).toEqual([]);
  });

  test('nothing is told of what is no HTTP', async () => {
    const rows = await recordedOf(async () => {
      using wire = await Wire.to(world.service.url);
      wire.send('hello\r\n\r\n');
      expect(await wire.untilClosed()).toMatch(/^HTTP\/1.1 400 /);
    });
    expect(rows).toEqual([]);
  });

  test('a tenant is shown its own refusals and never those of another or of nobody, and root all', async () => {
    const { service, ours, theirs } = world;
    const bad = `${POSITIONS}?x=1`;
    const rows = await recordedOf(async () => {
      await ours.admin.get(bad);
      await ours.reader.post(POSITIONS, {});
      await theirs.admin.get(bad);
      await service.root.get(bad);
      await service.client().get(bad);
    });
    expect(rows.map(({ institutionId, action }) => [institutionId, action])).toEqual([
      [ours.id, 'VALIDATION_FAILED'],
      [ours.id, 'AUTH_FORBIDDEN'],
      [theirs.id, 'VALIDATION_FAILED'],
      [null, 'VALIDATION_FAILED'],
      [null, 'AUTH_FAILED'],
    ]);
    const moment = Date.parse(rows[0].occurredAt);
    const [after, before] = [moment - 1, moment + 1].map((ms) => new Date(ms).toISOString());
    const shownTo = async (client: Client, filter = ''): Promise<Json[]> =>
      recordedRefusals(client, 0, `&occurredAfter=${after}&occurredBefore=${before}${filter}`);
    expect(await shownTo(service.root)).toEqual(rows);
    expect(await shownTo(service.root, `&institutionId=${theirs.id}`)).toEqual([rows[2]]);
    expect(await shownTo(ours.admin)).toEqual(rows.slice(0, 2));
    expect(await shownTo(theirs.admin)).toEqual([rows[2]]);
    expect(await shownTo(ours.admin, '&action=AUTH_FORBIDDEN')).toEqual([rows[1]]);
    expect(await shownTo(ours.admin, `&apiKeyId=${ours.adminKeyId}`)).toEqual([rows[0]]);
    expect(await shownTo(ours.admin, `&apiKeyId=${theirs.adminKeyId}`)).toEqual([]);
    expect((await ours.reader.get('/v1/audit-events?outcome=REFUSED')).status).toBe(403);
  });

  test('nothing that was sent is on record: no key, body, query, header or path', async () => {
    const { service, ours } = world;
    const secret = `5ecret${randomBytes(12).toString('hex')}`;
    const path = `${POSITIONS}/${world.createdId}/transition`;
    const requests: Request[] = [
      ...[secret, `egk_${secret}`, `${service.installation.rootKey}${secret}`].map((text) => ({
        as: 'nobody' as const,
        path: `${POSITIONS}?${secret}=${secret}`,
        headers: { 'x-api-key': text },
      })),
      { path: POSITIONS, json: claim(world, { [secret]: secret, currency: secret, amount: secret }) },
      { path: POSITIONS, raw: `{"${secret}` },
      { path: `${POSITIONS}?${secret}=${secret}&state=${secret}&cursor=${secret}` },
      { path: `${POSITIONS}/${secret}/transition`, json: { toState: secret } },
      { path: `${POSITIONS}/%00%0d%0a${secret}/events?limit=${secret}` },
      { path: `/v1/template-types/${secret}?${secret}` },
      { method: 'PUT', path: `/v1/institutions/${ours.id}/policies/${secret}`, json: { [secret]: secret } },
      { path, json: { toState: 'FUNDED' }, headers: { 'if-match': secret } },
      {
        path,
        json: { toState: 'FUNDED' },
        headers: { 'idempotency-key': `"${secret}` },
      },
    ];
    const rows = await recordedOf(async () => {
      for (const request of requests) expect((await send(world, request)).status).toBeLessThan(404);
    });
    expect(rows.map((row) => row.path)).toEqual([
      ...Array(6).fill(POSITIONS),
      `${POSITIONS}/:positionId/transition`,
      `${POSITIONS}/:positionId/events`,
      '/v1/template-types/:code',
      `/v1/institutions/${ours.id}/policies/:region`,
      path,
      path,
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(1));
    const { database } = service.installation;
    if (database === undefined) return;
    const { rows: stored } = await withClient(database.ownerUrl, async (client) =>
      client.query<{ row: string }>('SELECT audit_events::text AS row FROM audit_events'),
    );
    expect(stored.length).toBeGreaterThan(rows.length);
    expect(stored.filter(({ row }) => row.includes(secret.slice(1)))).toEqual([]);
  });
});
