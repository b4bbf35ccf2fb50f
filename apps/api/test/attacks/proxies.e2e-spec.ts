import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Json } from '../support/answer.js';
import { newInstallation, type Installation } from '../support/service.js';
import { ServiceProcess } from '../support/service-process.js';
import { recordedRefusals } from '../support/recorded-refusals.js';
import { done } from '../support/tenant.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';

const PEER = '127.0.0.1';
const CLAIMED = '203.0.113.9';

/** Every header by which some proxy, network or framework tells of an address. */
const ADDRESS_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['X-Forwarded-For', CLAIMED],
  ['X-Forwarded-For', `${CLAIMED}, ${PEER}`],
  ['X-Forwarded-For', `${PEER}, ${CLAIMED}`],
  ['X-Forwarded-For', `${CLAIMED}${`, ${PEER}`.repeat(50)}`],
  ['Forwarded', `for=${CLAIMED}`],
  ['Forwarded', `for="[::ffff:${CLAIMED}]";proto=https;host=a;by=${PEER}`],
  ...[
    ...[
      'X-Real-IP',
      'X-Client-IP',
      'True-Client-IP',
      'CF-Connecting-IP',
      'CF-Connecting-IPv6',
      'Fastly-Client-IP',
    ],
    ...[
      'X-Cluster-Client-IP',
      'X-Original-Forwarded-For',
      'X-Forwarded',
      'Forwarded-For',
      'Client-IP',
      'Via',
    ],
    ...[
      'X-Azure-ClientIP',
      'X-Remote-IP',
      'X-Remote-Addr',
      'X-Originating-IP',
      'X-Host',
      'X-Envoy-External-Address',
    ],
    ...[
      'X-ProxyUser-IP',
      'WL-Proxy-Client-IP',
      'Proxy-Client-IP',
      'X-Custom-IP-Authorization',
      'REMOTE_ADDR',
    ],
  ].map((name) => [name, CLAIMED] as const),
];
const ALL_AT_ONCE = Object.fromEntries(ADDRESS_HEADERS);

/** Headers that lead some frameworks to another path, method or host than the request has. */
const ROUTE_HEADERS = [
  ...[
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Override-URL',
    'X-Forwarded-Path',
    'X-Forwarded-Prefix',
    'X-Forwarded-Uri',
  ],
  ...[
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'X-Original-Method',
    'X-Forwarded-Method',
  ],
];

describe.each(BACKENDS)('headers that only proxies should send, on %s,', (backend) => {
  const setting = groundOn(backend, { AUDIT_REFUSALS_PER_MINUTE: '10000' });

  test.each(ADDRESS_HEADERS)('move no address on record: %s: %s', async (name, value) => {
    const { ours } = setting.ground.world;
    const requestId = `moved-${ADDRESS_HEADERS.findIndex((each) => each[0] === name && each[1] === value)}`;
    const headers = { [name]: value, 'x-request-id': requestId };
    const json = { templateId: ours.templateId, label: 'Harbour bridge' };
    done(await ours.admin.send('POST', '/v1/assets', { json, headers }));
    const { data } = done(await ours.admin.get('/v1/audit-events?action=ASSET_CREATED&order=desc&limit=1'));
    expect(data[0]).toMatchObject({ requestId, clientIp: PEER });
  });

  test('move no address of refusals on record, with a key or without', async () => {
    const { ours, service } = setting.ground.world;
    const before = (await recordedRefusals(service.root, 0)).length;
    const clients = [ours.admin, ours.reader, service.client(), service.client('garbage'), service.root];
    for (const client of clients) {
      const answer = await client.send('POST', '/v1/positions', {
        json: { unheardOf: true },
        headers: ALL_AT_ONCE,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    const refusals = await recordedRefusals(service.root, before + clients.length);
    expect(refusals.slice(before).map(({ clientIp }: Json) => clientIp)).toEqual(clients.map(() => PEER));
  });

  test('lead to no other path or method than the request has', async () => {
    const { ours, service } = setting.ground.world;
    const changes = await setting.ground.watch();
    const plain = await ours.reader.get('/v1/positions');
    const withoutId = ({ headers, text }: Answer): Json => [
      [...headers].filter(([name]) => !['x-request-id', 'date', 'ratelimit'].includes(name)),
      text,
    ];
    for (const name of ROUTE_HEADERS) {
      for (const value of ['POST', 'DELETE', '/v1/institutions', '/health/live', `/v1/audit-events`]) {
        const answer = await ours.reader.get('/v1/positions', { [name]: value });
        expect(withoutId(answer)).toEqual(withoutId(plain));
        const refused = await ours.reader.send('POST', '/v1/positions', {
          json: {},
          headers: { [name]: value },
        });
        expect(refused.body.code).toBe('access.forbidden');
        const anonymous = await service.client().get('/v1/positions', { [name]: value });
        expect(anonymous.body.code).toBe('auth.missing_key');
        const forbidden = await ours.admin.send('POST', '/v1/institutions', {
          json: {},
          headers: { [name]: value },
        });
        expect(forbidden.body.code).toBe('access.forbidden');
      }
    }
    expect(await changes()).toEqual(NOTHING);
  });

  test('name no host or scheme that an answer repeats', async () => {
    const { ours } = setting.ground.world;
    const forwarded = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'evil',
      'x-forwarded-port': '6666',
      'x-forwarded-server': 'evil.example',
      'x-host': 'evil.example',
    };
    const json = { templateId: ours.templateId, label: 'Harbour bridge' };
    const created = await ours.admin.send('POST', '/v1/assets', { json, headers: forwarded });
    const listed = await ours.admin.get('/v1/assets?limit=1', forwarded);
    const refused = await ours.admin.get('/v1/nothing', forwarded);
    const told = await setting.ground.raw([
      'GET http://evil.example:6666/v1/assets?limit=1 HTTP/1.1',
      `X-API-Key: ${ours.adminKey}`,
    ]);
    expect([created, listed, refused, told].map(({ status }) => status)).toEqual([201, 200, 404, 200]);
    for (const { headers, text } of [created, listed, refused, told]) {
      expect(`${JSON.stringify([...headers])}${text}`).not.toMatch(/evil|6666/);
    }
  });

  describe('sent by a stranger', () => {
    let installation: Installation;
    let process: ServiceProcess;
    beforeAll(async () => {
      installation = await newInstallation(backend);
      process = await ServiceProcess.start(installation, {
        ROOT_API_KEY_ALLOWED_CIDRS: '203.0.113.0/24',
        RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '1000',
        // A proxy that nobody here can be.
        TRUSTED_PROXIES: '192.0.2.1',
      });
    });
    afterAll(async () => {
      await process.terminate();
      await installation.database?.close();
    });

    test.each(ADDRESS_HEADERS)('open the root key to nobody: %s: %s', async (name, value) => {
      const answer = await process.root.get('/v1/institutions', { [name]: value });
      expect([answer.status, answer.body.code]).toEqual([401, 'auth.invalid_key']);
    });

    test('open it to nobody, all at once', async () => {
      expect((await process.root.get('/v1/institutions', ALL_AT_ONCE)).status).toBe(401);
    });

    test('are counted for whoever sends them: each takes one of what is left', async () => {
      const left = async (headers: Record<string, string>): Promise<number> => {
        const answer = await process.client('garbage').get('/v1/institutions', headers);
        return Number(/;r=(\d+);/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
      };
      let expected = await left({});
      for (const [index, [name, value]] of ADDRESS_HEADERS.entries()) {
        expected -= 1;
        expect(await left({ [name]: value.replaceAll(CLAIMED, `203.0.113.${index + 1}`) })).toBe(expected);
      }
    });
  });

  testWhatWasTold(setting);
});
