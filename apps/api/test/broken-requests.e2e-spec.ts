import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeService, openService, type Service } from './support/service.js';

describe('what is not even HTTP', () => {
  let service: Service;

  beforeAll(async () => {
    service = await openService('memory');
  });

  afterAll(async () => closeService(service));

  const send = async (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  test.each([
    ['garbage', 'hello\r\n\r\n'],
    ['an unknown method', 'FETCH /v1/positions HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a length that is no number', 'POST /v1/positions HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n'],
    [
      'headers without an end',
      `GET /v1/positions HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
  ])('is answered with a problem document: %s', async (_, bytes) => {
    const [head = '', body = ''] = (await send(bytes)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    const problem = JSON.parse(body) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 400, code: 'request.malformed' });
    expect(head).toContain(`X-Request-Id: ${String(problem.requestId)}`);
    expect((await service.root.get('/health/live')).status).toBe(200);
  });
});
