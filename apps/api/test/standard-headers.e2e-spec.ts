import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sent } from './support/client.js';
import { forgedKey } from './support/forged-key.js';
import { closeService, openService, type Service } from './support/service.js';
import { Wire } from './support/wire.js';

const EXPECTED = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

describe('the standard headers', () => {
  let service: Service;

  beforeAll(async () => {
    service = await openService('memory');
  });

  afterAll(async () => closeService(service));

  const found: Sent = { json: { name: 'Northern Escrow', regions: ['US'] } };
  test.each<[number, string, string, Sent]>([
    [200, 'GET', '/v1/institutions', {}],
    [200, 'HEAD', '/v1/institutions', {}],
    [201, 'POST', '/v1/institutions', found],
    [400, 'GET', '/v1/institutions?limit=0', {}],
    [400, 'GET', '/%ff', {}],
    [400, 'POST', '/v1/institutions', { raw: '{' }],
    [404, 'GET', '/v1/nothing', {}],
    [404, 'GET', '/v1/institutions/inst_unknown', {}],
    [405, 'DELETE', '/v1/institutions', {}],
    [413, 'POST', '/v1/institutions', { raw: ' '.repeat(1_100_000) }],
    [415, 'POST', '/v1/institutions', { raw: 'x', headers: { 'content-type': 'text/plain' } }],
    [401, 'GET', '/v1/institutions', { headers: { 'x-api-key': 'garbage' } }],
    [200, 'GET', '/health/live', {}],
    [200, 'GET', '/health/ready', {}],
    [200, 'GET', '/health/startup', {}],
  ])('are on a %i of %s %s', async (status, method, path, sent) => {
    const { headers, ...answer } = await service.root.send(method, path, sent);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(headers)).toMatchObject(EXPECTED);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of ['x-powered-by', 'server', 'access-control-allow-origin', 'vary']) {
      expect([name, headers.get(name)]).toEqual([name, null]);
    }
  });

  test('take a client’s own request id, unless a key was sent for it', async () => {
    const idFor = async (id: string): Promise<string | null> =>
      (await service.root.get('/v1/institutions', { 'x-request-id': id })).headers.get('x-request-id');
    expect(await idFor('order-7')).toBe('order-7');
    expect(await idFor(forgedKey())).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('are on the answer to what is not even a request', async () => {
    using wire = await Wire.to(service.url);
    wire.send('hello\r\n\r\n');
    const [head = ''] = (await wire.untilClosed()).split('\r\n\r\n');
    for (const [name, value] of Object.entries(EXPECTED)) expect(head).toContain(`\r\n${name}: ${value}\r\n`);
  });
});
