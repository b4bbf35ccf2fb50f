import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Client } from './support/client.js';
import { forgedKey } from './support/forged-key.js';
import { expectProblem } from './support/problems.js';
import { recordedRefusals } from './support/recorded-refusals.js';
import { RecordWatch } from './support/records.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, issueKey } from './support/tenant.js';

const PATH = '/v1/template-types';
/** Longer than the tests take. */
const WINDOW_SECONDS = 600;

/** What an answer says of one limit; the seconds are in whole ones, and the window has begun. */
function expectFields(answer: Answer, policy: string, left: number): void {
  const quota = /^"([^"]+)";/.exec(policy);
  expect(answer.headers.get('ratelimit-policy')).toBe(policy);
  const [, name, remaining, seconds] =
    /^"([^"]+)";r=(\d+);t=(\d+)$/.exec(answer.headers.get('ratelimit') ?? '') ?? [];
  expect([name, Number(remaining)]).toEqual([quota?.[1], left]);
  expect(Number(seconds)).toBeGreaterThanOrEqual(1);
  expect(Number(seconds)).toBeLessThanOrEqual(WINDOW_SECONDS);
}

function expectTooMany(answer: Answer, policy: string, path = PATH): void {
  const extensions = { 'violated-policies': [policy] };
  expectProblem(answer, path, { status: 429, code: 'request.too_many', extensions });
  const seconds = /;t=(\d+)$/.exec(answer.headers.get('ratelimit') ?? '')?.[1];
  expect(answer.headers.get('retry-after')).toBe(seconds);
}

async function send(client: Client, times: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let time = 0; time < times; time++) answers.push(await client.get(PATH));
  return answers;
}

describe('the limit of a key', () => {
  const POLICY = `"key";q=6;w=${WINDOW_SECONDS}`;
  let service: Service;
  let institutionId: string;
  let [oneKey, otherKey, readerKey] = ['', '', ''];

  beforeAll(async () => {
    service = await openService('memory', {
      RATE_LIMIT_REQUESTS_PER_KEY: '6',
      RATE_LIMIT_WINDOW_SECONDS: String(WINDOW_SECONDS),
    });
    const founded = await service.root.post('/v1/institutions', { name: 'Northern Escrow', regions: ['US'] });
    institutionId = done(founded).id;
    oneKey = (await issueKey(service, institutionId, 'admin')).text;
    otherKey = (await issueKey(service, institutionId, 'admin')).text;
    readerKey = (await issueKey(service, institutionId, 'read_only')).text;
  });

  afterAll(async () => closeService(service));

  test('is counted down in every answer, and ends in a problem', async () => {
    const one = service.client(oneKey);
    const served = await send(one, 6);
    expect(served.map(({ status }) => status)).toEqual(Array(6).fill(200));
    served.forEach((answer, index) => {
      expectFields(answer, POLICY, 5 - index);
      expect(answer.headers.has('retry-after')).toBe(false);
    });
    const [refused] = await send(one, 1);
    if (refused === undefined) throw new Error('There was no answer.');
    expectTooMany(refused, 'key');
    expectFields(refused, POLICY, 0);

    const [ofOther] = await send(service.client(otherKey), 1);
    expect(ofOther?.status).toBe(200);
    expectFields(ofOther as Answer, POLICY, 5);
    const [without] = await send(service.client(), 1);
    expect(without?.status).toBe(401);
  });

  test('is judged before the role and the body, and counts what they refuse', async () => {
    const reader = service.client(readerKey);
    const sent = [
      await reader.post('/v1/positions', {}),
      await reader.get('/v1/positions?limit=0'),
      await reader.get('/v1/positions/unknown'),
      await reader.send('HEAD', PATH),
      ...(await send(reader, 2)),
    ];
    expect(sent.map(({ status }) => status)).toEqual([403, 400, 404, 200, 200, 200]);
    sent.forEach((answer, index) => expectFields(answer, POLICY, 5 - index));
    expectTooMany(await reader.send('POST', '/v1/positions', { raw: '{' }), 'key', '/v1/positions');
  });

  test('is not spent by what needs no key', async () => {
    const admin = service.client(otherKey);
    for (const path of ['/health/live', '/health/ready', '/v1/nothing']) {
      const answers = await Promise.all(Array.from({ length: 8 }, async () => admin.get(path)));
      for (const { status, headers } of answers) {
        expect([status, headers.has('ratelimit')]).toEqual([path === '/v1/nothing' ? 404 : 200, false]);
      }
    }
  });
});

describe.each(BACKENDS)('bad keys from one address, on %s', (backend) => {
  const QUOTA = 20;
  const POLICY = `"failed-auth";q=${QUOTA};w=${WINDOW_SECONDS}`;
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    const SETTINGS = {
      RATE_LIMIT_FAILED_AUTH_PER_SOURCE: String(QUOTA),
      RATE_LIMIT_WINDOW_SECONDS: String(WINDOW_SECONDS),
    };
    service = await openService(backend, SETTINGS);
    const founded = await service.root.post('/v1/institutions', { name: 'Northern Escrow', regions: ['US'] });
    admin = service.client((await issueKey(service, done(founded).id, 'admin')).text);
  });

  afterAll(async () => closeService(service));

  test('are refused by the thousand, and on record only up to the limit, while a good key from there goes on working', async () => {
    const watch = await RecordWatch.over(service);
    const keys = [
      () => undefined,
      () => 'garbage',
      forgedKey,
      () => `${service.installation.rootKey}x`,
      () => 'x'.repeat(4_000),
    ];
    for (let number = 0; number < QUOTA; number++) {
      const answer = await service.client(keys[number % keys.length]?.()).get(PATH);
      expect(answer.status).toBe(401);
      expectFields(answer, POLICY, QUOTA - 1 - number);
    }
    const flood = Array.from({ length: 40 }, async (_, sender) => {
      for (let number = 0; number < 50; number++) {
        const answer = await service.client(keys[(sender + number) % keys.length]?.()).get(PATH);
        expectTooMany(answer, 'failed-auth');
        if (number % 25 === 0) expect((await admin.get(PATH)).status).toBe(200);
      }
    });
    await Promise.all(flood);
    const served = await admin.get(PATH);
    expect(served.status).toBe(200);
    expect(served.headers.get('ratelimit')).toMatch(/^"key";/);
    // What is refused after all of them is stored after all of them.
    expect((await service.root.get(`${PATH}?x=1`)).status).toBe(400);
    await recordedRefusals(service.root, 1, '&action=VALIDATION_FAILED');
    const recorded = await recordedRefusals(service.root, 0, '&action=AUTH_FAILED');
    expect(recorded.map(({ statusCode }) => statusCode)).toEqual(Array(QUOTA).fill(401));
    expect(await watch.changes()).toEqual([]);
  });

  test('do not keep anybody from what needs no key', async () => {
    expect((await service.client('garbage').get('/health/live')).status).toBe(200);
  });
});

test('limits of 0 are none, and are not told of', async () => {
  const service = await openService('memory', {
    RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '0',
    RATE_LIMIT_REQUESTS_PER_KEY: '0',
  });
  try {
    const refused = await send(service.client('garbage'), 70);
    expect(refused.filter(({ status, headers }) => status !== 401 || headers.has('ratelimit'))).toEqual([]);
    const [served] = await send(service.root, 1);
    expect(served?.status).toBe(200);
    expect(served?.headers.has('ratelimit-policy')).toBe(false);
  } finally {
    await closeService(service);
  }
});
