import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer, Client } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { closeService, openService, type Service } from './support/service.js';

const ORIGINS = ['https://desk.example', 'http://localhost:3000'];
const STRANGER = 'https://stranger.example';
const PATH = '/v1/institutions';

const preflight = async (client: Client, origin: string, path = PATH): Promise<Answer> =>
  client.send('OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-api-key',
    },
  });

const listed = (answer: Answer, name: string): string[] =>
  (answer.headers.get(`access-control-${name}`) ?? '').split(/, */).sort();

function corsHeadersOf({ headers }: Answer): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'vary');
}

describe('a service that lets the pages of some origins call it', () => {
  let service: Service;

  beforeAll(async () => {
    service = await openService('memory', { CORS_ALLOWED_ORIGINS: ORIGINS.join() });
  });

  afterAll(async () => closeService(service));

  test.each(ORIGINS)('answers a preflight of %s before any key is asked for', async (origin) => {
    const answer = await preflight(service.client(), origin);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toBe('Origin');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(listed(answer, 'allow-methods')).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT']);
    expect(listed(answer, 'allow-headers')).toEqual([
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-API-Key',
      'X-Request-Id',
    ]);
  });

  test('lets those pages read its answers, refusals too, with the headers that they need', async () => {
    const [origin = ''] = ORIGINS;
    for (const [client, status] of [
      [service.root, 200],
      [service.client(), 401],
    ] as const) {
      const answer = await client.get(PATH, { origin });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('vary')).toBe('Origin');
      expect(listed(answer, 'expose-headers')).toEqual([
        'ETag',
        'Idempotent-Replayed',
        'Link',
        'Location',
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'X-Request-Id',
      ]);
    }
  });

  test.each([
    STRANGER,
    'null',
    'https://desk.example.evil.example',
    'http://desk.example',
    'https://desk.example:8443',
  ])('names no origin to a page of %s', async (origin) => {
    for (const answer of [
      await preflight(service.client(), origin),
      await service.root.get(PATH, { origin }),
    ]) {
      expect(answer.status).toBeLessThan(300);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('still knows an unknown path and a wrong method', async () => {
    expectProblem(await service.root.get('/v1/nothing'), '/v1/nothing', {
      status: 404,
      code: 'request.unknown_route',
    });
    const answer = await service.root.delete(PATH);
    expectProblem(answer, PATH, { status: 405, code: 'request.wrong_method' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
  });
});

describe('a service that was told of no origin', () => {
  let service: Service;

  beforeAll(async () => {
    service = await openService('memory');
  });

  afterAll(async () => closeService(service));

  test('takes a preflight for a wrong method', async () => {
    const answer = await preflight(service.client(), STRANGER);
    expectProblem(answer, PATH, { status: 405, code: 'request.wrong_method' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(corsHeadersOf(answer)).toEqual([]);
  });

  test('says nothing of origins in its answers', async () => {
    expect(corsHeadersOf(await service.root.get(PATH, { origin: STRANGER }))).toEqual([]);
  });
});
