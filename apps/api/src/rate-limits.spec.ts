import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { MAX_COUNTED, rateLimitsOf } from './rate-limits.js';

const WINDOW_SECONDS = 3_600;

describe('failed authentications', () => {
  let server: FastifyInstance;

  beforeEach(async () => {
    server = fastify();
    const { countFailure } = await rateLimitsOf(server, {
      windowSeconds: WINDOW_SECONDS,
      requestsPerKey: 0,
      failedAuthPerSource: 9,
    });
    server.get('/', async (request, reply) => {
      await countFailure(request, reply);
      return 'counted';
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await server.close();
  });

  /** Sends a failure, and tells how many more its source may send. */
  const leftAfterFailureOf = async (remoteAddress: string): Promise<number> => {
    const { headers } = await server.inject({ url: '/', remoteAddress });
    return Number(/^"failed-auth";r=(\d+);t=\d+$/.exec(String(headers.ratelimit))?.[1]);
  };

  test.each([
    ['one address', '192.0.2.1', '192.0.2.1'],
    ['one address, written as IPv4 and within IPv6', '192.0.2.1', '::ffff:192.0.2.1'],
    ['two addresses of one /64', '2001:db8:0:7::1', '2001:db8::7:ffff:0:0:2'],
  ])('of %s are counted together', async (_, one, other) => {
    expect(await leftAfterFailureOf(one)).toBe(8);
    expect(await leftAfterFailureOf(other)).toBe(7);
  });

  test.each([
    ['two addresses', '192.0.2.1', '192.0.2.2'],
    ['two /64', '2001:db8:0:7::1', '2001:db8:0:8::1'],
    ['an IPv4 and an IPv6 address', '192.0.2.1', '2001:db8::1'],
  ])('of %s are counted apart', async (_, one, other) => {
    expect(await leftAfterFailureOf(one)).toBe(8);
    expect(await leftAfterFailureOf(other)).toBe(8);
  });

  test('are counted anew when the window that began with the first of them is over', async () => {
    const beganAtMs = Date.now();
    const now = jest.spyOn(Date, 'now').mockReturnValue(beganAtMs);
    expect(await leftAfterFailureOf('192.0.2.1')).toBe(8);
    now.mockReturnValue(beganAtMs + WINDOW_SECONDS * 1_000 - 1);
    const left: number[] = [];
    for (let time = 0; time < 9; time += 1) left.push(await leftAfterFailureOf('192.0.2.1'));
    expect(left).toEqual([7, 6, 5, 4, 3, 2, 1, 0, 0]);
    now.mockReturnValue(beganAtMs + WINDOW_SECONDS * 1_000);
    expect(await leftAfterFailureOf('192.0.2.1')).toBe(8);
  });

  test('are counted for a bounded number of sources, of which the longest unheard is forgotten', async () => {
    const address = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    for (let number = 0; number < MAX_COUNTED; number++) await leftAfterFailureOf(address(number));
    expect(await leftAfterFailureOf(address(0))).toBe(7);
    await leftAfterFailureOf('192.0.2.1');
    expect(await leftAfterFailureOf(address(0))).toBe(6);
    expect(await leftAfterFailureOf(address(1))).toBe(8);
  });
});
