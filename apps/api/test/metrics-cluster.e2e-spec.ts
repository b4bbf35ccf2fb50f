import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from './support/sealed-service.js';
import { scrape, type Scraped } from './support/scraped.js';
import { newInstallation, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { foundTenant, openPosition, type Tenant } from './support/tenant.js';

const REQUESTS = 'escrowgrid_http_request_duration_seconds_count';
const PROBES = { method: 'GET', route: '/health/live', status: '200' };
const SENT = 60;

/** Each on a connection of its own, so that every worker gets some. */
async function probe(url: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get(`${url}/health/live`, { agent: false }, (answer) => answer.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
}

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).map(Number);
}

describe('the metrics of a service of two workers', () => {
  let installation: Installation;
  let service: ServiceProcess;
  let workers: number[];
  let tenant: Tenant;

  beforeAll(async () => {
    installation = await newInstallation('postgres');
    service = await ServiceProcess.start(installation, {
      WORKERS: '2',
      LOG_LEVEL: 'info',
      SHUTDOWN_DRAIN_SECONDS: '1',
    });
    workers = childrenOf(service.pid);
    tenant = await foundTenant(service);
    await openPosition(tenant.admin, tenant.assetId, '1.00');
  });
  afterAll(async () => {
    await service.kill();
    await installation.database?.close();
  });

  const read = (): Promise<Scraped> => scrape({ url: service.url, installation });
  const probes = (scraped: Scraped): number => scraped.value(REQUESTS, PROBES);

  test('are the sum over both, whichever is asked', async () => {
    expect(workers).toHaveLength(2);
    await Promise.all(Array.from({ length: SENT }, () => probe(service.url)));
    await waitFor('all requests', async () => (probes(await read()) === SENT ? true : undefined));
    for (let times = 0; times < 6; times += 1) expect(probes(await read())).toBe(SENT);
    expect((await read()).value('escrowgrid_pool_connections_max')).toBe(20);
  });

  test('tell of the one database once', async () => {
    const scraped = await read();
    expect(scraped.value('escrowgrid_positions')).toBe(1);
    expect(scraped.samples('escrowgrid_database_up')).toMatchObject([{ value: 1 }]);
    expect(scraped.samples('escrowgrid_ready')).toMatchObject([{ value: 1 }]);
    expect(scraped.samples('escrowgrid_pending_migrations')).toMatchObject([{ value: 0 }]);
  });

  test('tell what is held as it was found once, whichever is asked', async () => {
    const before = await read();
    await openPosition(tenant.admin, tenant.assetId, '1.00');
    // At once, so that each comes by a connection of its own.
    const after = await Promise.all(Array.from({ length: 8 }, read));
    expect(after.map((scraped) => scraped.value('escrowgrid_positions'))).toEqual(Array(8).fill(1));
    const looks = { operation: 'read' };
    const [first, last] = [before, await read()].map((scraped) =>
      scraped.value('escrowgrid_query_duration_seconds_count', looks),
    );
    expect(last).toBe(first);
  });

  test('do not wait for a worker that says nothing, and count what it had said', async () => {
    const [stopped = 0] = workers;
    process.kill(stopped, 'SIGSTOP');
    try {
      // Every other connection is given to the worker that is stopped, which takes none.
      const first = await Promise.any([read(), read(), read(), read()]);
      expect(probes(first)).toBe(SENT);
    } finally {
      process.kill(stopped, 'SIGCONT');
    }
  });

  test('do not shrink when workers are replaced', async () => {
    const before = await read();
    service.signal('SIGHUP');
    await waitFor('new workers', async () => {
      const now = childrenOf(service.pid);
      return Promise.resolve(now.length === 2 && !now.includes(workers[0] ?? 0) ? true : undefined);
    });
    const after = await read();
    expect(probes(after)).toBe(SENT);
    const stored = { outcome: 'stored' };
    expect(after.value('escrowgrid_commits_total', stored)).toBe(
      before.value('escrowgrid_commits_total', stored),
    );
    expect(after.value('escrowgrid_pool_connections_max')).toBe(20);
    expect(after.value('escrowgrid_worker_failures_total')).toBe(0);
    // New workers may serve on another database, so that it is looked at anew.
    expect(after.value('escrowgrid_positions')).toBe(2);
  });

  test('do not shrink when a worker is killed', async () => {
    await Promise.all(Array.from({ length: SENT }, () => probe(service.url)));
    await waitFor('all requests', async () => (probes(await read()) === 2 * SENT ? true : undefined));
    process.kill(childrenOf(service.pid)[0] ?? 0, 'SIGKILL');
    const after = await waitFor('a scrape', () => read().catch(() => undefined));
    expect(probes(after)).toBe(2 * SENT);
    const failures = async (): Promise<number> => (await read()).value('escrowgrid_worker_failures_total');
    await waitFor('the failure', async () => ((await failures()) === 1 ? true : undefined));
  });
});
