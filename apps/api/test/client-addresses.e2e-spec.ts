import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer } from './support/client.js';
import { newInstallation, startService, type Installation } from './support/service.js';
import { done } from './support/tenant.js';
import { Wire } from './support/wire.js';

/** Where every request of these tests comes from. */
const PEER = '127.0.0.1';
const CLIENT = '203.0.113.9';
const OTHER = '198.51.100.7';
const LIST = '/v1/institutions';
const QUOTA = 5;

describe.each(BACKENDS)('the address of a client, on %s', (backend) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await newInstallation(backend);
  });
  afterAll(() => installation.database?.close());

  /** A service of the installation with settings of its own. */
  async function start(settings: Readonly<Record<string, string>>) {
    const service = await startService(installation, settings);
    const found = (headers: Record<string, string>): Promise<Answer> =>
      service.root.send('POST', LIST, { json: { name: 'Northern Escrow', regions: ['US'] }, headers });
    return {
      url: service.url,
      root: service.root,
      found,
      /** The address that the audit trail has of a request with this `X-Forwarded-For`. */
      recordedFor: async (forwardedFor: string): Promise<unknown> => {
        const { id } = done(await found({ 'x-forwarded-for': forwardedFor }));
        const path = `/v1/audit-events?institutionId=${id}&action=INSTITUTION_CREATED`;
        // Asked from the same address, where the root key may have to be used.
        const answer = await service.root.get(path, { 'x-forwarded-for': forwardedFor });
        return done(answer).data[0].clientIp;
      },
      statusOfRoot: async (forwardedFor: string): Promise<number> =>
        (await service.root.get(LIST, { 'x-forwarded-for': forwardedFor })).status,
      /** How many more bad keys their sender may send. */
      leftAfterBadKey: async (forwardedFor: string): Promise<number> => {
        const answer = await service.client('garbage').get(LIST, { 'x-forwarded-for': forwardedFor });
        return Number(/;r=(\d+);/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
      },
      [Symbol.asyncDispose]: () => service.stop(),
    };
  }

  describe('where nobody is trusted', () => {
    test.each([CLIENT, `${CLIENT}, ${OTHER}`, PEER, '::1', 'unknown'])(
      'is on record as it is, though X-Forwarded-For says %s',
      async (forwardedFor) => {
        await using service = await start({});
        expect(await service.recordedFor(forwardedFor)).toBe(PEER);
      },
    );

    test('is counted for, whatever addresses bad keys claim to come from', async () => {
      await using service = await start({ RATE_LIMIT_FAILED_AUTH_PER_SOURCE: String(QUOTA) });
      for (let number = 1; number <= QUOTA; number++) {
        expect(await service.leftAfterBadKey(`203.0.113.${number}`)).toBe(QUOTA - number);
      }
    });

    test('is held against the networks of the root key, which no header opens', async () => {
      await using service = await start({ ROOT_API_KEY_ALLOWED_CIDRS: '203.0.113.0/24' });
      expect(await service.statusOfRoot(CLIENT)).toBe(401);
      expect((await service.found({ 'x-real-ip': CLIENT, forwarded: `for=${CLIENT}` })).status).toBe(401);
      await using open = await start({ ROOT_API_KEY_ALLOWED_CIDRS: PEER });
      expect(await open.statusOfRoot(CLIENT)).toBe(200);
    });
  });

  describe('where the peer is a trusted proxy', () => {
    test.each([
      [CLIENT, CLIENT],
      [`${OTHER}, ${CLIENT}`, CLIENT],
      [`${CLIENT}, 10.0.0.1`, CLIENT],
      [`10.0.0.2, ${CLIENT}, 10.0.0.1`, CLIENT],
      [`${CLIENT}:4711`, CLIENT],
      [`::ffff:${CLIENT}`, CLIENT],
      ['[2001:DB8:0::9]:443', '2001:db8::9'],
      ['fe80::9%eth0', 'fe80::9'],
      ['', PEER],
      ['unknown', PEER],
      [`${CLIENT}, <script>`, PEER],
      [`${CLIENT}, ${'9'.repeat(99)}`, PEER],
      [`${CLIENT}, garbage, 10.0.0.1`, '10.0.0.1'],
      [`${CLIENT}${', 10.0.0.1'.repeat(9)}`, CLIENT],
    ])('is read from the right: of %s it is %s', async (forwardedFor, address) => {
      await using service = await start({ TRUSTED_PROXIES: `${PEER}, 10.0.0.0/8` });
      expect(await service.recordedFor(forwardedFor)).toBe(address);
    });

    test('is read over several lines as over one', async () => {
      await using service = await start({ TRUSTED_PROXIES: `${PEER}, 10.0.0.0/8` });
      using wire = await Wire.to(service.url);
      const lines = [OTHER, CLIENT, '10.0.0.1'].map((address) => `X-Forwarded-For: ${address}\r\n`).join('');
      const body = JSON.stringify({ name: 'Of Several Lines', regions: ['US'] });
      wire.send(
        `POST ${LIST} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${installation.rootKey}\r\nX-Request-Id: lines-1\r\n${lines}` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      expect(await wire.untilClosed()).toMatch(/^HTTP\/1.1 201 /);
      const { data } = done(await service.root.get('/v1/audit-events?action=INSTITUTION_CREATED&limit=200'));
      expect(data.find(({ requestId }: { requestId: string }) => requestId === 'lines-1')).toMatchObject({
        clientIp: CLIENT,
      });
    });

    test('is counted for by itself', async () => {
      await using service = await start({
        TRUSTED_PROXIES: PEER,
        RATE_LIMIT_FAILED_AUTH_PER_SOURCE: String(QUOTA),
      });
      expect(await service.leftAfterBadKey(CLIENT)).toBe(QUOTA - 1);
      expect(await service.leftAfterBadKey(OTHER)).toBe(QUOTA - 1);
      expect(await service.leftAfterBadKey(`${OTHER}, ${CLIENT}:80`)).toBe(QUOTA - 2);
    });

    test('opens the root key from its networks, and not from elsewhere', async () => {
      await using service = await start({
        TRUSTED_PROXIES: `${PEER}, 10.0.0.0/8`,
        ROOT_API_KEY_ALLOWED_CIDRS: '203.0.113.0/24, 2001:db8::/32',
      });
      const opening = [CLIENT, `${CLIENT}, 10.0.0.1`, `${OTHER}, ${CLIENT}`, '2001:db8::9'];
      const closed = [
        OTHER,
        `${CLIENT}, ${OTHER}`,
        '',
        'unknown',
        `${CLIENT}, unknown`,
        '203.0.113',
        '10.0.0.1',
      ];
      for (const forwardedFor of opening) expect(await service.statusOfRoot(forwardedFor)).toBe(200);
      for (const forwardedFor of closed) expect(await service.statusOfRoot(forwardedFor)).toBe(401);
    });

    test('is all that is believed: host and scheme stay the service’s own', async () => {
      await using service = await start({ TRUSTED_PROXIES: PEER });
      const plain = await service.found({});
      const forwarded = await service.found({
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      });
      expect(forwarded.headers.get('location')).toBe(`${LIST}/${done(forwarded).id}`);
      expect([...forwarded.headers.keys()]).toEqual([...plain.headers.keys()]);
      expect(JSON.stringify([...forwarded.headers]) + forwarded.text).not.toMatch(/evil|https:/);
    });
  });
});
