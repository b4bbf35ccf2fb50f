import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Client } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { closeService, newInstallation, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, type Tenant } from './support/tenant.js';

const PATH = '/metrics';
const TOKEN = 'a-token-of-more-than-32-characters';
const INVALID = { status: 401, code: 'auth.invalid_key' };
const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` });

function expectMetrics(answer: Answer): void {
  expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  });
  expect(answer.text).toContain('\n# TYPE escrowgrid_commits_total counter\n');
}

describe.each(BACKENDS)('who reads metrics on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;
  let nobody: Client;

  beforeAll(async () => {
    service = await openService(backend, { METRICS_TOKEN: TOKEN });
    tenant = await foundTenant(service);
    nobody = service.client();
  });
  afterAll(() => closeService(service));

  test('has the root key, in either header', async () => {
    expectMetrics(await service.root.get(PATH));
    expectMetrics(await nobody.get(PATH, bearer(service.installation.rootKey)));
  });

  test('or has the metrics token', async () => {
    expectMetrics(await nobody.get(PATH, bearer(TOKEN)));
    expectMetrics(await nobody.get(PATH, { authorization: `bearer  ${TOKEN}` }));
    expect((await nobody.send('HEAD', PATH, { headers: bearer(TOKEN) })).status).toBe(200);
  });

  test.each([
    ['another token', bearer(`${TOKEN}x`)],
    ['a part of the token', bearer(TOKEN.slice(0, -1))],
    ['an empty token', bearer('')],
    ['the token as a key', { 'x-api-key': TOKEN }],
    ['the token beside a key', { 'x-api-key': 'garbage', ...bearer(TOKEN) }],
    ['the token by another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('is not let in by %s', async (_, headers) => {
    const isMissing = headers.authorization === 'Bearer ' || headers.authorization?.startsWith('Basic');
    const refusal = isMissing ? { status: 401, code: 'auth.missing_key' } : INVALID;
    expectProblem(await nobody.get(PATH, headers), PATH, refusal);
  });

  test('is no institution', async () => {
    for (const client of [tenant.admin, tenant.reader]) {
      expectProblem(await client.get(PATH), PATH, { status: 403, code: 'access.forbidden' });
    }
  });

  test('reads nothing else with the token, and writes nothing', async () => {
    for (const path of ['/v1/positions', '/v1/institutions', '/metricsx', '/metrics/x']) {
      const answer = await nobody.get(path, bearer(TOKEN));
      expect([401, 404]).toContain(answer.status);
    }
    const json = { name: 'x', regions: ['US'] };
    const written = await nobody.send('POST', '/v1/institutions', { json, headers: bearer(TOKEN) });
    expectProblem(written, '/v1/institutions', INVALID);
    expect((await nobody.send('POST', PATH, { json: {}, headers: bearer(TOKEN) })).status).toBe(405);
  });

  test('asks for nothing but metrics', async () => {
    for (const query of ['?name=x', '?x=%FF']) {
      expect((await nobody.get(`${PATH}${query}`, bearer(TOKEN))).status).toBe(400);
    }
  });

  test('has the root key where it works, and the token everywhere', async () => {
    const settings = { METRICS_TOKEN: TOKEN, ROOT_API_KEY_ALLOWED_CIDRS: '192.0.2.0/24' };
    const guarded = await startService(service.installation, settings);
    try {
      expectProblem(await guarded.root.get(PATH), PATH, INVALID);
      expectMetrics(await guarded.client().get(PATH, bearer(TOKEN)));
    } finally {
      await guarded.stop();
    }
  });

  test('is not kept from it by the limit of a key, while whoever guesses tokens is', async () => {
    const limits = { RATE_LIMIT_REQUESTS_PER_KEY: '2', RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '2' };
    const limited = await openService('memory', { METRICS_TOKEN: TOKEN, ...limits });
    try {
      for (let times = 0; times < 5; times += 1)
        expectMetrics(await limited.client().get(PATH, bearer(TOKEN)));
      const guesses = [];
      for (const guess of ['a', 'b', 'c', 'd'])
        guesses.push((await limited.client().get(PATH, bearer(guess))).status);
      expect(guesses).toEqual([401, 401, 429, 429]);
      expectMetrics(await limited.client().get(PATH, bearer(TOKEN)));
    } finally {
      await closeService(limited);
    }
  });

  test('leaves no trace in the audit trail', async () => {
    const quiet = await openService(backend, { METRICS_TOKEN: TOKEN });
    const refusals = async (): Promise<unknown[]> =>
      done(await quiet.root.get('/v1/audit-events?outcome=REFUSED')).data;
    try {
      for (let times = 0; times < 3; times += 1) expectMetrics(await quiet.client().get(PATH, bearer(TOKEN)));
      // What was refused after them is stored after them.
      expectProblem(await quiet.client().get(PATH, bearer('wrong')), PATH, INVALID);
      while ((await refusals()).length === 0);
      expect(await refusals()).toMatchObject([{ action: 'AUTH_FAILED', path: PATH }]);
    } finally {
      await closeService(quiet);
    }
  });
});

test('no token lets in where none is set', async () => {
  const service = await startService(await newInstallation('memory'));
  try {
    for (const text of ['undefined', 'null', 'x']) {
      expectProblem(await service.client().get(PATH, bearer(text)), PATH, INVALID);
    }
  } finally {
    await service.stop();
  }
});
