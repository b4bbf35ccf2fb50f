import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeService, openService, type Service } from './support/service.js';
import { Wire } from './support/wire.js';

const CREATE = 'POST /v1/institutions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json';
const INSTITUTION = JSON.stringify({ name: 'Northern Escrow', regions: ['US'] });

describe('requests at the edges of HTTP', () => {
  let service: Service;

  beforeAll(async () => {
    service = await openService('memory');
  });

  afterAll(async () => closeService(service));

  /** Sends bytes, in which KEY stands for a good key, and reads the one answer; the service then hangs up. */
  const send = async (bytes: string): Promise<{ head: string; body: string }> => {
    using wire = await Wire.to(service.url);
    wire.send(bytes.replace('KEY', `X-API-Key: ${service.installation.rootKey}\r\nConnection: close`));
    const [head = '', ...body] = (await wire.untilClosed()).split('\r\n\r\n');
    return { head, body: body.join('\r\n\r\n') };
  };

  const expectProblem = (
    { head, body }: { head: string; body: string },
    status: number,
    code: string,
    extensions: object = {},
  ): void => {
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('\r\ncontent-type: application/problem+json; charset=utf-8\r\n');
    const problem = JSON.parse(body) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, code, ...extensions });
    expect(head.toLowerCase()).toContain(`\r\nx-request-id: ${String(problem.requestId)}\r\n`);
  };

  const X20000 = 'x'.repeat(20_000);
  test.each<[name: string, bytes: string, status: number, code: string, extensions: object]>([
    ['garbage', 'hello\r\n\r\n', 400, 'request.malformed', {}],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'request.malformed', {}],
    ['an unknown method', 'FETCH /v1/positions HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'request.malformed', {}],
    ['a tunnel', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'request.malformed', {}],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', 400, 'request.malformed', {}],
    ['a length that is no number', `${CREATE}\r\nContent-Length: x\r\n\r\n`, 400, 'request.malformed', {}],
    [
      'two lengths',
      `${CREATE}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nKEY\r\n\r\n0\r\n\r\n`,
      400,
      'request.malformed',
      {},
    ],
    [
      'a malformed chunk',
      `${CREATE}\r\nTransfer-Encoding: chunked\r\nKEY\r\n\r\nzz\r\n\r\n`,
      400,
      'request.malformed',
      {},
    ],
    [
      'headers without an end',
      `GET /v1/positions HTTP/1.1\r\nHost: a\r\nX-Long: ${X20000}\r\n\r\n`,
      431,
      'request.header_too_large',
      {},
    ],
    [
      'a URL without an end',
      `GET /${X20000} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
      'request.header_too_large',
      {},
    ],
    [
      'a long URL',
      `GET /${'x'.repeat(8_000)} HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n`,
      404,
      'request.unknown_route',
      {},
    ],
    [
      'two hosts',
      'GET /health/live HTTP/1.1\r\nHost: a\r\nhOST: b\r\nKEY\r\n\r\n',
      400,
      'request.malformed',
      {},
    ],
    [
      'one host twice',
      'GET /health/live HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n',
      400,
      'request.malformed',
      {},
    ],
    ['no host', 'GET /health/live HTTP/1.1\r\nKEY\r\n\r\n', 400, 'request.malformed', {}],
    [
      'an expectation of something unknown',
      `${CREATE}\r\nExpect: miracles\r\nContent-Length: 2\r\nKEY\r\n\r\n{}`,
      400,
      'request.malformed',
      {},
    ],
    [
      'a version of HTTP that is not spoken',
      'GET /health/live HTTP/2.0\r\nHost: a\r\nKEY\r\n\r\n',
      400,
      'request.malformed',
      {},
    ],
    [
      'a coded transfer of HTTP/1.0',
      'GET /health/live HTTP/1.0\r\nTransfer-Encoding: chunked\r\nKEY\r\n\r\n0\r\n\r\n',
      400,
      'request.malformed',
      {},
    ],
    [
      'a compressed transfer',
      `${CREATE}\r\nTransfer-Encoding: gzip, chunked\r\nKEY\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      400,
      'request.malformed',
      {},
    ],
    [
      'a compressed body',
      `${CREATE}\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nKEY\r\n\r\n{}`,
      415,
      'request.unsupported_media_type',
      {},
    ],
    [
      'a path of two slashes',
      'GET //health/live HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      404,
      'request.unknown_route',
      {},
    ],
    [
      'a path that is a star',
      'OPTIONS * HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      404,
      'request.unknown_route',
      {},
    ],
    [
      'an escape that is no text',
      'GET /%ff HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      400,
      'request.malformed',
      {},
    ],
    [
      'half an escape',
      'GET /v1/positions/% HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      400,
      'request.malformed',
      {},
    ],
    [
      'a trace of a known path',
      'TRACE /v1/positions HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      405,
      'request.wrong_method',
      {},
    ],
    [
      'a whole URL with a wrong method',
      'DELETE http://a/v1/positions?x HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      405,
      'request.wrong_method',
      { instance: '/v1/positions?x' },
    ],
    [
      'a method of WebDAV on a known path',
      'PROPFIND /v1/positions HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n',
      405,
      'request.wrong_method',
      {},
    ],
  ])('%s is answered with a problem document', async (_, bytes, status, code, extensions) => {
    expectProblem(await send(bytes), status, code, extensions);
    expect((await service.root.get('/health/live')).status).toBe(200);
  });

  test.each([
    ['HTTP/1.0, without a host', 'GET /health/live HTTP/1.0\r\n\r\n'],
    ['a whole URL in place of a path', 'GET http://a:80/health/live HTTP/1.1\r\nHost: a\r\nKEY\r\n\r\n'],
    [
      'an upgrade that is not taken',
      'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n',
    ],
  ])('%s is served', async (_, bytes) => {
    const { head, body } = await send(bytes);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(body).toMatch(/^\{"status":"ok"/);
  });

  test('a body that never comes is not waited for where the key is bad', async () => {
    using wire = await Wire.to(service.url);
    wire.send(`${CREATE}\r\nContent-Length: 1000000000\r\nX-API-Key: bad\r\n\r\n{"name":`);
    const [head = '', body = ''] = (await wire.until('"requestId"')).split('\r\n\r\n');
    expectProblem({ head, body }, 401, 'auth.invalid_key');
  });

  test('a client that waits to be asked for its body is asked where its key is good', async () => {
    using wire = await Wire.to(service.url);
    const key = `X-API-Key: ${service.installation.rootKey}`;
    const length = Buffer.byteLength(INSTITUTION);
    wire.send(`${CREATE}\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n${key}\r\n\r\n`);
    expect(await wire.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    wire.send(INSTITUTION);
    expect(await wire.until('"version"')).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created\r\n/,
    );
  });

  test('a client that waits to be asked for its body is refused at once where its key is bad', async () => {
    expectProblem(
      await send(`${CREATE}\r\nExpect: 100-continue\r\nContent-Length: 2\r\nX-API-Key: bad\r\n\r\n`),
      401,
      'auth.invalid_key',
    );
  });

  test('JSON that names a member twice is refused, not taken for either', async () => {
    const raw = '{"name":"Northern Escrow","regions":["US"],"name":"Southern Escrow"}';
    const answer = await service.root.send('POST', '/v1/institutions', { raw });
    expect(answer.body).toMatchObject({ status: 400, code: 'request.malformed_json' });
  });

  test.each(['/v1/institutions', '/v1/positions/pos_unknown', '/v1/nothing'])(
    'HEAD %s is answered as GET is, without the body',
    async (path) => {
      const [get, head] = [await service.root.get(path), await service.root.send('HEAD', path)];
      expect([head.status, head.text]).toEqual([get.status, '']);
      for (const name of ['content-type', 'content-length', 'ratelimit-policy']) {
        expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
      }
    },
  );
});
