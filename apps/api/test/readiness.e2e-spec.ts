import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS, TcpProxy, withClient, type TestDatabase } from '#testing';
import type { Answer } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';

/** A finding is taken for true for a second. */
const FINDING_AGE_MS = 1_000;
/** What a probe waits at most, and some for a busy machine. */
const LONGEST_PROBE_MS = 2_000 + 1_500;

describe('readiness on postgres', () => {
  let installation: Installation;
  let database: TestDatabase;
  let proxy: TcpProxy;
  let service: Service;

  beforeEach(async () => {
    installation = await newInstallation('postgres');
    database = installation.database as TestDatabase;
    proxy = await TcpProxy.open(database.url);
    service = await startService(installation, { DATABASE_URL: proxy.url(database.url) });
  });
  afterEach(async () => {
    await service.stop();
    proxy.close();
    await database.close();
  });

  const readiness = async (): Promise<Answer> => service.client().get('/health/ready');
  /** What is found when what was found before has been forgotten. */
  const readinessNow = async (): Promise<Answer> => {
    await pause(FINDING_AGE_MS + 20);
    return readiness();
  };
  const asOwner = async <Row extends object>(sql: string): Promise<Row[]> =>
    withClient(database.ownerUrl, async (client) => (await client.query<Row>(sql)).rows);
  const sessions = async (name: string): Promise<number> => {
    const [found] = await asOwner<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = '${name}'`,
    );
    return found?.n ?? -1;
  };
  const down = (answer: Answer): string[] =>
    Object.entries(answer.body.checks as Record<string, { status: string }>).flatMap(([name, { status }]) =>
      status === 'down' ? [name] : [],
    );

  test('is asked about by a hundred probes at once, and in a row, on one connection of its own', async () => {
    await readiness();
    const before = proxy.connectionCount;
    const pooled = await sessions('escrowgrid');
    for (let round = 0; round < 2; round += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, readinessNow));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      for (let more = 0; more < 20; more += 1) await readiness();
    }
    expect(proxy.connectionCount).toBe(before);
    // A pooler has sessions of its own.
    if (database.isPooled) return;
    expect([await sessions('escrowgrid-probe'), await sessions('escrowgrid')]).toEqual([1, pooled]);
  });

  test('is lost while a migration is pending, and is not by one that this release does not know', async () => {
    await asOwner(
      `INSERT INTO schema_migrations ("timestamp", name) VALUES (1999999999999, 'AddWings1999999999999')`,
    );
    expect((await readinessNow()).status).toBe(200);
    const [last] = await asOwner<{ timestamp: string; name: string }>(
      `DELETE FROM schema_migrations
        WHERE name = (SELECT name FROM schema_migrations WHERE name NOT LIKE 'AddWings%' ORDER BY "timestamp" DESC LIMIT 1)
        RETURNING "timestamp"::text, name`,
    );
    const pending = await readinessNow();
    expect(pending).toMatchObject({ status: 503, body: { detail: 'A migration is pending.' } });
    expect(pending.body.checks.migrations).toMatchObject({ status: 'down', pending: 1 });
    expect(down(pending)).toEqual(['migrations']);
    await asOwner(
      `INSERT INTO schema_migrations ("timestamp", name) VALUES (${last?.timestamp}, '${last?.name}')`,
    );
    expect((await readinessNow()).status).toBe(200);
  });

  test('is lost within its time-out while the network stalls, and is back by itself', async () => {
    await readiness();
    proxy.stall();
    await pause(FINDING_AGE_MS + 20);
    const startedAtMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, readiness));
    expect(performance.now() - startedAtMs).toBeLessThan(LONGEST_PROBE_MS);
    for (const answer of answers) {
      expectProblem(answer, '/health/ready', {
        status: 503,
        code: 'health.not_ready',
        extensions: { checks: answer.body.checks },
      });
      expect(answer.body.detail).toBe('The database did not answer in time.');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await service.client().get('/health/live')).status).toBe(200);
    proxy.resume();
    expect((await readinessNow()).status).toBe(200);
  });

  test('is lost while the database cannot be reached, and is back by itself', async () => {
    proxy.close();
    const away = await readinessNow();
    expect(away).toMatchObject({ status: 503, body: { detail: 'The database cannot be reached.' } });
    expect(down(away)).toEqual(['store']);
    await proxy.accept();
    expect((await readinessNow()).status).toBe(200);
  });
});

describe.each(BACKENDS)('a service on %s that drains', (backend) => {
  let installation: Installation;
  let service: ServiceProcess;

  beforeEach(async () => {
    installation = await newInstallation(backend);
    service = await ServiceProcess.start(installation, { SHUTDOWN_DRAIN_SECONDS: '20' }, () => undefined);
  });
  afterEach(async () => {
    await service.kill();
    await installation.database?.close();
  });

  test('is not ready at once, and still alive and started', async () => {
    const nobody = service.client();
    expect((await nobody.get('/health/ready')).status).toBe(200);
    service.signal('SIGTERM');
    let answer = await nobody.get('/health/ready');
    // The signal takes its way through the first process.
    for (let tries = 0; tries < 100 && answer.status === 200; tries += 1) {
      await pause(5);
      answer = await nobody.get('/health/ready');
    }
    expect(answer).toMatchObject({ status: 503, body: { detail: 'The service is stopping.' } });
    expect(answer.body.checks.drain).toEqual({
      status: 'down',
      latencyMs: 0,
      reason: 'The service is stopping.',
    });
    expect(answer.body.checks.store.status).toBe('up');
    for (const path of ['/health/live', '/health/startup']) expect((await nobody.get(path)).status).toBe(200);
  });
});
