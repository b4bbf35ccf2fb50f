import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient, type Client } from './create-client.js';
import { ProblemError, unwrap } from './problem-error.js';
import type { RetryPolicy } from './repeating.js';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

type Reaction = (response: ServerResponse) => void;

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const answer =
  (status: number, headers: Record<string, string> = {}): Reaction =>
  (response) =>
    void response
      .writeHead(status, { ...JSON_TYPE, ...headers })
      .end(status === 204 ? '' : `{"status":${status}}`);
const cut: Reaction = (response) => void response.destroy();
const cutHalfway: Reaction = (response) => {
  response
    .writeHead(201, { ...JSON_TYPE, 'content-length': '100' })
    .write('{"half":', () => response.destroy());
};
const silence: Reaction = () => undefined;

/** Reacts to each request as it is told, and to the last one's successors as to the last one. */
class ScriptedServer {
  reactions: Reaction[] = [];
  readonly received: Received[] = [];
  private readonly server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      this.received.push({ method, url, headers, body, atMs: performance.now() });
      const reaction = this.reactions.length > 1 ? this.reactions.shift() : this.reactions[0];
      reaction?.(response);
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const POSITION = { assetId: 'ast_1', holderReference: 'Müller & Söhne', currency: 'USD', amount: '1.00' };
const POLICY = { params: { path: { institutionId: 'inst_1', region: 'US' as const } } };
const QUICK: RetryPolicy = {
  attempts: 3,
  firstWaitMs: 1,
  maxWaitMs: 5_000,
  attemptTimeoutMs: 10_000,
  deadlineMs: 20_000,
};

describe('the client', () => {
  let server: ScriptedServer;
  let baseUrl: string;

  beforeEach(async () => {
    server = new ScriptedServer();
    baseUrl = await server.listen();
  });
  afterEach(() => server.close());

  const clientThat = (retry: Partial<RetryPolicy> = {}): Client =>
    createClient({ baseUrl, apiKey: 'egk_test', retry: { ...QUICK, ...retry } });
  const open = (client = clientThat(), init = {}) =>
    client.POST('/v1/positions', { body: POSITION, ...init });
  const removePolicy = () =>
    clientThat().DELETE('/v1/institutions/{institutionId}/policies/{region}', POLICY);
  const keys = () => server.received.map(({ headers }) => headers['idempotency-key']);

  test('names the caller, and gives each write an idempotency key of its own', async () => {
    server.reactions = [answer(200)];
    const client = clientThat();
    await client.GET('/v1/positions');
    await open(client);
    await client.PATCH('/v1/assets/{assetId}', {
      params: { path: { assetId: 'ast_1' } },
      body: { label: 'x' },
    });
    await client.PUT('/v1/institutions/{institutionId}/policies/{region}', {
      ...POLICY,
      body: { position: {} },
    });
    await client.DELETE('/v1/institutions/{institutionId}/policies/{region}', POLICY);
    expect(server.received.map(({ headers }) => headers['x-api-key'])).toEqual(Array(5).fill('egk_test'));
    const aKey = expect.stringMatching(/^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/);
    expect(keys()).toEqual([undefined, aKey, aKey, aKey, undefined]);
    expect(new Set(keys()).size).toBe(4);
  });

  test("takes the caller's own idempotency key", async () => {
    server.reactions = [answer(503), answer(201)];
    await open(clientThat(), { headers: { 'Idempotency-Key': 'order-7' } });
    expect(keys()).toEqual(['order-7', 'order-7']);
  });

  test.each<[string, Reaction]>([
    ['a 503', answer(503)],
    ['a 503 that says when to come back', answer(503, { 'retry-after': '0' })],
    ['a 503 that names a date that is past', answer(503, { 'retry-after': new Date(0).toUTCString() })],
    ['a 429 that says when to come back', answer(429, { 'retry-after': '0' })],
    ['a 502 of a gateway', answer(502)],
    ['a 504 of a gateway', answer(504)],
    ['a connection that was cut before the answer', cut],
    ['a connection that was cut within the answer', cutHalfway],
  ])('sends the same bytes under the same key after %s', async (_what, reaction) => {
    server.reactions = [reaction, answer(201)];
    const { response, data } = await open();
    expect([response.status, data]).toEqual([201, { status: 201 }]);
    const [first, second, ...others] = server.received;
    expect(others).toEqual([]);
    expect(first?.body).toBe(JSON.stringify(POSITION));
    expect({ ...second, atMs: 0 }).toEqual({ ...first, atMs: 0 });
    expect(first?.headers['idempotency-key']).toBeDefined();
  });

  test('takes silence for a lost connection', async () => {
    server.reactions = [silence, answer(201)];
    const { response } = await open(clientThat({ attemptTimeoutMs: 200 }));
    expect([response.status, server.received.length]).toEqual([201, 2]);
  });

  test.each([400, 401, 403, 404, 409, 412, 422, 429, 500])('takes %i for an answer', async (status) => {
    const headers: Record<string, string> = status === 429 ? {} : { 'retry-after': '0' };
    server.reactions = [answer(status, headers), answer(201)];
    const { response, error } = await open();
    expect([response.status, error]).toEqual([status, { status }]);
    expect(server.received).toHaveLength(1);
  });

  test('gives the last answer when all attempts are used up', async () => {
    server.reactions = [cut, answer(502), answer(503)];
    const { response, error } = await open();
    expect([response.status, error, server.received.length]).toEqual([503, { status: 503 }, 3]);
  });

  test('gives the last fault when all attempts are used up', async () => {
    server.reactions = [answer(503), answer(502), cut];
    await expect(open()).rejects.toMatchObject({ name: 'TypeError' });
    expect(server.received).toHaveLength(3);
  });

  test('sends once where it is told to', async () => {
    server.reactions = [answer(503), answer(201)];
    const { response } = await open(clientThat({ attempts: 1 }));
    expect([response.status, server.received.length]).toEqual([503, 1]);
  });

  test('comes back no sooner than Retry-After asks for', async () => {
    server.reactions = [answer(503, { 'retry-after': '1' }), answer(201)];
    await open();
    const [first, second] = server.received;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test.each([
    ['seconds', '6'],
    ['a date', new Date(Date.now() + 60_000).toUTCString()],
  ])('gives an answer that asks for a longer wait than it may have, in %s', async (_form, retryAfter) => {
    server.reactions = [answer(503, { 'retry-after': retryAfter }), answer(201)];
    const { response } = await open();
    expect([response.status, server.received.length]).toEqual([503, 1]);
  });

  test('begins no wait that would end after the deadline', async () => {
    server.reactions = [answer(503, { 'retry-after': '4' }), answer(201)];
    const { response } = await open(clientThat({ deadlineMs: 3_500 }));
    expect([response.status, server.received.length]).toEqual([503, 1]);
  });

  test('ends an attempt at the deadline', async () => {
    server.reactions = [silence];
    await expect(open(clientThat({ deadlineMs: 1_500 }))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.received).toHaveLength(1);
  });

  test('waits longer from one attempt to the next', async () => {
    server.reactions = [answer(503)];
    await open(clientThat({ attempts: 4, firstWaitMs: 50 }));
    const [first = 0, second = 0, third = 0, fourth = 0] = server.received.map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThanOrEqual(20);
    expect(third - second).toBeGreaterThanOrEqual(45);
    expect(fourth - third).toBeGreaterThanOrEqual(95);
  });

  test.each<[string, Reaction]>([
    ['while it is being answered', silence],
    ['while it waits for the next attempt', answer(503, { 'retry-after': '100' })],
  ])('stops when its caller does, %s', async (_when, reaction) => {
    server.reactions = [reaction];
    const caller = new AbortController();
    const patient = clientThat({ maxWaitMs: 200_000, deadlineMs: 200_000 });
    const opened = open(patient, { signal: caller.signal });
    setTimeout(() => caller.abort(new Error('Nobody waits any more.')), 200);
    await expect(opened).rejects.toThrow('Nobody waits any more.');
    expect(server.received).toHaveLength(1);
  });

  test.each<[string, Reaction]>([
    ['a lost connection', cut],
    ['a lost answer', cutHalfway],
    ['a 502 of a gateway', answer(502)],
    ['a 504 of a gateway', answer(504)],
    ['a 503, which may hide that it was done', answer(503, { 'retry-after': '0' })],
  ])('sends no DELETE again after %s', async (_what, reaction) => {
    server.reactions = [reaction, answer(204)];
    await removePolicy().catch(() => undefined);
    expect(server.received).toHaveLength(1);
  });

  test('sends a DELETE again after a 429', async () => {
    server.reactions = [answer(429, { 'retry-after': '0' }), answer(204)];
    expect((await removePolicy()).response.status).toBe(204);
  });

  test.each(['<p>No</p>', ''])('throws a refusal that is not from the service: "%s"', async (page) => {
    server.reactions = [
      (response) => void response.writeHead(413, { 'content-length': page.length }).end(page),
    ];
    const refused: unknown = await unwrap(open()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ status: 413, code: undefined, errors: [], problem: undefined });
    expect(String(refused)).toBe('ProblemError: The answer is 413, and no problem document.');
  });

  test('hands a stream on before its end, however long that takes', async () => {
    server.reactions = [
      (response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{"row":1}\n');
        setTimeout(() => response.end('{"row":2}\n'), 300);
      },
    ];
    const client = clientThat({ attemptTimeoutMs: 150 });
    const { data } = await client.GET('/v1/positions', { parseAs: 'stream' });
    const rows: string[] = [];
    for await (const part of data ?? []) rows.push(new TextDecoder().decode(part));
    expect(rows).toEqual(['{"row":1}\n', '{"row":2}\n']);
  });

  test('follows no redirection, which would take the key elsewhere', async () => {
    server.reactions = [answer(307, { location: '/elsewhere' }), answer(201)];
    const { response } = await open();
    expect([response.status, server.received.length]).toEqual([307, 1]);
  });

  test('writes filters so that their names cannot be mistaken for others', async () => {
    server.reactions = [answer(200)];
    const query = { state: ['FUNDED' as const, 'CREATED' as const], limit: 2, cursor: undefined };
    const filters = { metadata: { 'a&b': 'c=d', plain: 'é' } };
    await clientThat().GET('/v1/positions', { params: { query: { ...query, ...filters } } });
    const [received] = server.received;
    expect([...new URL(received?.url ?? '', baseUrl).searchParams]).toEqual([
      ['state', 'FUNDED'],
      ['state', 'CREATED'],
      ['limit', '2'],
      ['metadata[a&b]', 'c=d'],
      ['metadata[plain]', 'é'],
    ]);
  });
});
