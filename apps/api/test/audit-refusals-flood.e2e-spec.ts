import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, type TestDatabase } from '#testing';
import type { Json } from './support/client.js';
import { forgedKey } from './support/forged-key.js';
import { bringBack, takeAway } from './support/outage.js';
import { recordedRefusals } from './support/recorded-refusals.js';
import { closeService, newInstallation, openService, startService, type Service } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { foundTenant, type Tenant } from './support/tenant.js';

const PATH = '/v1/positions';
const BAD = `${PATH}?x=1`;
const WINDOW_MS = 60_000;

/** How many of some refusals are told of one by one, and how many together. */
function countsOf(rows: readonly Json[]): { one: number; together: number } {
  const summaries = rows.filter(({ payload }) => payload.notRecorded !== undefined);
  return {
    one: rows.length - summaries.length,
    together: summaries.reduce((sum: number, { payload }) => sum + Number(payload.notRecorded), 0),
  };
}

describe.each(BACKENDS)('a flood of refusals on %s', (backend) => {
  const PER_MINUTE = 20;
  const SETTINGS = { AUDIT_REFUSALS_PER_MINUTE: String(PER_MINUTE) };
  let service: Service;
  let [flooding, other] = [{} as Tenant, {} as Tenant];

  beforeAll(async () => {
    service = await openService(backend, SETTINGS);
    flooding = await foundTenant(service);
    other = await foundTenant(service, 'Southern Escrow');
  });
  afterAll(async () => closeService(service));

  test('is answered one by one, leaves what it may, tells of the rest, and hides nobody else’s', async () => {
    const startedAtMs = Date.now();
    const [SENDERS, EACH] = [20, 60];
    const flood = Array.from({ length: SENDERS }, async () => {
      for (let number = 0; number < EACH; number += 1) {
        const answers = [await flooding.admin.get(BAD), await service.client(forgedKey()).get(PATH)];
        expect(answers.map(({ status }) => status)).toEqual([400, 401]);
      }
    });
    await Promise.all(flood);
    expect((await flooding.reader.post(PATH, {})).status).toBe(403);
    expect((await other.admin.get(BAD)).status).toBe(400);
    expect((await service.root.get(BAD)).status).toBe(400);
    // Stored in their order: when the last one is, the others were.
    await recordedRefusals(service.root, 1, `&institutionId=${other.id}`);
    const windows = 1 + Math.ceil((Date.now() - startedAtMs) / WINDOW_MS);
    const told = async (filter: string): Promise<ReturnType<typeof countsOf>> =>
      countsOf(await recordedRefusals(service.root, 0, filter));
    const filters = [`&action=VALIDATION_FAILED&institutionId=${flooding.id}`, '&action=AUTH_FAILED'];
    for (const filter of filters) {
      const { one } = await told(filter);
      expect(one).toBeGreaterThanOrEqual(PER_MINUTE);
      expect(one).toBeLessThanOrEqual(PER_MINUTE * windows);
    }
    const shown = await recordedRefusals(flooding.admin, 1, '&action=AUTH_FORBIDDEN');
    expect(shown.map(({ apiKeyId }) => apiKeyId)).toEqual([flooding.readerKeyId]);
    if (backend === 'memory') return;
    await service.stop();
    service = await startService(service.installation, SETTINGS);
    for (const filter of filters) {
      const { one, together } = await told(filter);
      expect(one + together).toBe(SENDERS * EACH);
    }
    expect(await told(`&institutionId=${other.id}`)).toEqual({ one: 1, together: 0 });
  });
});

test('under a limit of 0 nothing is on record', async () => {
  const service = await openService('postgres', { AUDIT_REFUSALS_PER_MINUTE: '0' });
  try {
    expect((await service.root.get(BAD)).status).toBe(400);
    await service.stop();
    const again = await startService(service.installation);
    try {
      expect(await recordedRefusals(again.root, 0)).toEqual([]);
    } finally {
      await again.stop();
    }
  } finally {
    await closeService(service);
  }
});

describe('refusals of a service', () => {
  let service: Service;
  let database: TestDatabase;

  beforeAll(async () => {
    service = await openService('postgres');
    database = service.installation.database as TestDatabase;
  });
  afterAll(async () => closeService(service));

  test('whose store is away are answered all the same, and on record once it is back', async () => {
    await takeAway(database);
    try {
      for (let number = 0; number < 100; number += 1) {
        expect((await service.root.get(BAD)).status).toBe(400);
        expect((await service.client('garbage').get(PATH)).status).toBe(401);
        // So long altogether that it is tried to store them in vain.
        await pause(10);
      }
      expect((await service.client().get('/health/live')).status).toBe(200);
    } finally {
      await bringBack(database);
    }
    await recordedRefusals(service.root, 200);
    const rows = await recordedRefusals(service.root, 0);
    expect(rows.map(({ statusCode }) => statusCode)).toEqual(
      Array.from({ length: 200 }, (_none, index) => (index % 2 === 0 ? 400 : 401)),
    );
  });

  test('that ends are on record, each that was answered', async () => {
    const sent = Array.from({ length: 60 }, async () => service.root.get(BAD).catch(() => undefined));
    // Some are answered before the service begins to end, and some meanwhile.
    await Promise.race(sent);
    await service.stop();
    const answers = (await Promise.all(sent)).filter((answer) => answer !== undefined);
    expect(answers.length).toBeGreaterThan(0);
    service = await startService(service.installation);
    const recorded = new Set(
      (await recordedRefusals(service.root, 0)).map(({ requestId }) => requestId as string),
    );
    const missing = answers.filter(({ headers }) => !recorded.has(headers.get('x-request-id') ?? ''));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    expect(missing).toEqual([]);
  });
});

test('the log names the code of each refusal, and none of what is served', async () => {
  let written = '';
  const process = await ServiceProcess.start(await newInstallation('memory'), {}, (text) => {
    written += text;
  });
  try {
    await process.root.get(BAD);
    await process.client('garbage').get(PATH);
    await process.root.get(PATH);
  } finally {
    await process.terminate();
  }
  const lines = written.split('\n').filter((line) => line.includes('"msg":"request"'));
  expect(lines.map((line) => JSON.parse(line)).map(({ status, code }) => [status, code])).toEqual([
    [400, 'request.invalid'],
    [401, 'auth.invalid_key'],
    [200, null],
  ]);
});
