import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Clock } from '#kernel';
import { BACKENDS, type TestDatabase } from '#testing';
import type { Answer, Json } from './support/client.js';
import { bringBack, demote, endSessions, promote, takeAway } from './support/outage.js';
import { expectProblem } from './support/problems.js';
import { RecordWatch } from './support/records.js';
import {
  closeService,
  newInstallation,
  openService,
  startService,
  type Installation,
  type Service,
} from './support/service.js';
import { done, foundTenant, openPosition, type Tenant } from './support/tenant.js';

const aLatency: unknown = expect.any(Number);
const unavailable = { status: 503, code: 'service.unavailable' };

describe.each(BACKENDS)('health on %s', (backend) => {
  let service: Service;
  beforeAll(async () => {
    service = await openService(backend);
  });
  afterAll(() => closeService(service));

  test('the service is alive, has started and is ready, and says so to anybody', async () => {
    const nobody = service.client();
    for (const path of ['/health/live', '/health/startup']) {
      const { status, body } = await nobody.get(path);
      expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
    }
    const ready = await nobody.get('/health/ready');
    expect({ status: ready.status, body: ready.body }).toEqual({
      status: 200,
      body: {
        status: 'ok',
        checks: {
          store: { status: 'up', backend, latencyMs: aLatency },
          drain: { status: 'up', latencyMs: 0 },
          // Memory has no migrations, and goes by the clock of the process itself.
          ...(backend === 'postgres' && {
            migrations: { status: 'up', pending: 0, latencyMs: aLatency },
            clock: { status: 'up', offsetMs: expect.any(Number), latencyMs: aLatency },
          }),
        },
      },
    });
    expect(ready.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('a key that is no good does not make the service unhealthy', async () => {
    expect((await service.client('garbage').get('/health/live')).status).toBe(200);
    expect((await service.client('garbage').get('/health/startup')).status).toBe(200);
    expect((await service.client('garbage').get('/health/ready')).status).toBe(200);
  });
});

/** A clock that is off by some seconds. */
class WrongClock extends Clock {
  constructor(private readonly offsetMs: number) {
    super();
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }
}

describe('a service whose clock is not that of its database', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await newInstallation('postgres');
  });
  afterAll(() => installation.database?.close());

  async function readinessWith(offsetMs: number): Promise<Answer> {
    const service = await startService(installation, {}, new WrongClock(offsetMs));
    try {
      return await service.client().get('/health/ready');
    } finally {
      await service.stop();
    }
  }
  const others = {
    store: { status: 'up', backend: 'postgres', latencyMs: aLatency },
    migrations: { status: 'up', pending: 0, latencyMs: aLatency },
    drain: { status: 'up', latencyMs: 0 },
  };
  /** How far the clock was found to be off: not further than it is, and not much less. */
  function expectOffset(found: number, offsetMs: number): void {
    expect(Math.sign(found)).toBe(Math.sign(offsetMs));
    expect(Math.abs(found)).toBeLessThanOrEqual(Math.abs(offsetMs));
    expect(Math.abs(found)).toBeGreaterThan(Math.abs(offsetMs) - 900);
  }

  test.each([4_000, -4_000])('is ready while it is off by %i milliseconds', async (offsetMs) => {
    const { status, body } = await readinessWith(offsetMs);
    const clock = { status: 'up', offsetMs: expect.any(Number), latencyMs: aLatency };
    expect([status, body]).toEqual([200, { status: 'ok', checks: { ...others, clock } }]);
    expectOffset(body.checks.clock.offsetMs, offsetMs);
  });

  test.each([6_000, -6_000, 3_600_000])(
    'is not ready while it is off by %i milliseconds',
    async (offsetMs) => {
      const answer = await readinessWith(offsetMs);
      const reason = 'The clock is more than 5 seconds from the database’s.';
      const clock = { status: 'down', offsetMs: expect.any(Number), latencyMs: aLatency, reason };
      expectProblem(answer, '/health/ready', {
        status: 503,
        code: 'health.not_ready',
        extensions: { checks: { ...others, clock } },
      });
      expectOffset(answer.body.checks.clock.offsetMs, offsetMs);
    },
  );
});

describe('when the database is away', () => {
  let service: Service;
  let database: TestDatabase;
  let tenant: Tenant;
  let positionId: string;

  beforeAll(async () => {
    service = await openService('postgres');
    database = service.installation.database as TestDatabase;
    tenant = await foundTenant(service);
    positionId = await openPosition(tenant.admin, tenant.assetId, '10.00');
  });
  afterAll(() => closeService(service));

  const readiness = async (): Promise<Answer> => service.client().get('/health/ready');

  /** Readiness may be remembered for a second. */
  async function becomesReady(status: number): Promise<Answer> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const answer = await readiness();
      if (answer.status === status) return answer;
      if (Date.now() > deadline) throw new Error(`Readiness stays ${answer.status}: ${answer.text}`);
      await pause(50);
    }
  }

  function expectNotReady(answer: Answer, reason: string, others: object = {}): void {
    const store = { status: 'down', backend: 'postgres', latencyMs: aLatency, reason };
    const drain = { status: 'up', latencyMs: 0 };
    expectProblem(answer, '/health/ready', {
      status: 503,
      code: 'health.not_ready',
      extensions: { checks: { store, drain, ...others } },
    });
    expect(answer.body.detail).toBe(reason);
    expectDiscreet(answer);
  }

  /** An answer that says to come back, and nothing of hosts, names, SQL or code. */
  function expectDiscreet(answer: Answer): void {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const { hostname, port, pathname, username, password } = new URL(database.url);
    for (const secret of [
      `${hostname}:`,
      port,
      pathname.slice(1),
      username,
      password,
      'SELECT',
      'INSERT',
      ' at ',
    ]) {
      expect(answer.text.replace(/"requestId":"[^"]*"/, '')).not.toContain(secret);
    }
  }

  const claim = (): Json => ({
    assetId: tenant.assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount: '1.00',
  });

  test('the service lives, is not ready, refuses requests with 503, and comes back by itself', async () => {
    const watch = await RecordWatch.over(service);
    await takeAway(database);
    try {
      expectNotReady(await becomesReady(503), 'The database cannot be reached.');
      const transition = `/v1/positions/${positionId}/transition`;
      const refused: [path: string, answer: Promise<Answer>][] = [
        ['/v1/positions', tenant.admin.get('/v1/positions')],
        [`/v1/positions/${positionId}`, service.root.get(`/v1/positions/${positionId}`)],
        ['/v1/audit-events', service.root.get('/v1/audit-events')],
        ['/v1/positions', tenant.admin.post('/v1/positions', claim())],
        ['/v1/positions', service.root.post('/v1/positions', claim())],
        [transition, service.root.post(transition, { toState: 'FUNDED' })],
        ['/v1/institutions', service.root.post('/v1/institutions', { name: 'x', regions: ['US'] })],
      ];
      for (const [path, sent] of refused) {
        const answer = await sent;
        expectProblem(answer, path, unavailable);
        expectDiscreet(answer);
      }
      // What needs no store is refused and served as ever.
      expect((await service.client().get('/health/live')).body).toEqual({ status: 'ok' });
      expect((await service.root.post('/v1/positions', {})).status).toBe(400);
      expect((await service.client().get('/v1/positions')).status).toBe(401);
    } finally {
      await bringBack(database);
    }
    expect((await becomesReady(200)).body.checks.store.status).toBe('up');
    expect(await watch.changes()).toEqual([]);
    expect((await tenant.admin.post('/v1/positions', claim())).status).toBe(201);
  });

  test('a database that takes no writes is not ready; it is read from, and written to again later', async () => {
    const watch = await RecordWatch.over(service);
    await demote(database);
    try {
      expectNotReady(await becomesReady(503), 'The database is read-only.', {
        migrations: { status: 'up', pending: 0, latencyMs: aLatency },
        clock: { status: 'up', offsetMs: expect.any(Number), latencyMs: aLatency },
      });
      expect((await tenant.admin.get(`/v1/positions/${positionId}`)).status).toBe(200);
      const refused = await tenant.admin.post('/v1/positions', claim());
      expectProblem(refused, '/v1/positions', unavailable);
      expectDiscreet(refused);
    } finally {
      await promote(database);
    }
    await becomesReady(200);
    expect(await watch.changes()).toEqual([]);
    expect((await tenant.admin.post('/v1/positions', claim())).status).toBe(201);
  });

  test('requests under way when every session is ended are answered in full or with 503', async () => {
    const before = done(await tenant.admin.get('/v1/positions?limit=200')).data.length;
    const sent = Array.from({ length: 60 }, async () => tenant.admin.post('/v1/positions', claim()));
    await pause(5);
    await endSessions(database, 1, 0);
    const answers = await Promise.all(sent);
    expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
    const known = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    await becomesReady(200);
    const listed: string[] = done(await tenant.admin.get('/v1/positions?limit=200')).data.map(
      ({ id }: Json) => id,
    );
    expect(listed).toEqual(expect.arrayContaining(known));
    // A 503 may hide a commit whose answer was lost, but never two.
    expect(listed.length - before).toBeLessThanOrEqual(60);
  });
});
