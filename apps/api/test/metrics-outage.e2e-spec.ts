import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FixedClock, TcpProxy, withClient, type TestDatabase } from '#testing';
import { bringBack, demote, promote, takeAway } from './support/outage.js';
import { waitFor } from './support/sealed-service.js';
import { scrape, type Scraped } from './support/scraped.js';
import { closeService, newInstallation, openService, startService, type Service } from './support/service.js';
import { foundTenant, openPosition } from './support/tenant.js';

/** As long as a scraper waits. */
const MAX_SCRAPE_MS = 10_000;

const isUp = async (service: Service, up: number): Promise<Scraped | undefined> => {
  const scraped = await scrape(service);
  return scraped.value('escrowgrid_database_up') === up ? scraped : undefined;
};

/** What is known of the process alone, and nothing of the store but that it is away. */
function expectOnlyProcess(scraped: Scraped): void {
  for (const gone of ['escrowgrid_positions', 'escrowgrid_held_amount']) {
    expect(scraped.samples(gone)).toEqual([]);
  }
  expect(scraped.samples('escrowgrid_database_up')).toMatchObject([{ value: 0 }]);
  expect(scraped.samples('escrowgrid_ready')).toMatchObject([{ value: 0 }]);
  expect(scraped.value('process_resident_memory_bytes')).toBeGreaterThan(0);
  expect(scraped.value('escrowgrid_commits_total', { outcome: 'stored' })).toBeGreaterThan(0);
}

describe('metrics while the database is in trouble', () => {
  let service: Service;
  let database: TestDatabase;

  beforeAll(async () => {
    service = await openService('postgres');
    database = service.installation.database as TestDatabase;
    const { admin, assetId } = await foundTenant(service);
    await openPosition(admin, assetId, '1.00');
    expect((await scrape(service)).value('escrowgrid_positions')).toBe(1);
  });
  afterAll(() => closeService(service));

  test.each([
    ['cannot be reached', takeAway, bringBack],
    ['takes no writes', demote, promote],
  ])('are there when it %s, without what it held, and whole again afterwards', async (_, spoil, mend) => {
    await spoil(database);
    try {
      expectOnlyProcess(await waitFor('a database that is down', () => isUp(service, 0)));
    } finally {
      await mend(database);
    }
    const whole = await waitFor('a database that is up', () => isUp(service, 1));
    expect(whole.value('escrowgrid_positions')).toBe(1);
    expect(whole.samples('escrowgrid_ready')).toMatchObject([{ value: 1 }]);
    expect(whole.samples('escrowgrid_pending_migrations')).toMatchObject([{ value: 0 }]);
  });
});

test('metrics are answered in time while the network says nothing', async () => {
  const installation = await newInstallation('postgres');
  const database = installation.database as TestDatabase;
  const proxy = await TcpProxy.open(database.url);
  const service = await startService(installation, { DATABASE_URL: proxy.url(database.url) });
  try {
    await foundTenant(service);
    await scrape(service);
    proxy.stall();
    const startedAtMs = performance.now();
    expectOnlyProcess(await waitFor('a database that is down', () => isUp(service, 0)));
    expect(performance.now() - startedAtMs).toBeLessThan(MAX_SCRAPE_MS);
  } finally {
    proxy.resume();
    proxy.cut();
    await closeService(service);
    proxy.close();
  }
});

test('metrics tell of a service whose clock keeps it from being ready that its database is well', async () => {
  const service = await openService('postgres', {}, new FixedClock(new Date(Date.now() - 60_000)));
  try {
    const scraped = await scrape(service);
    for (const [name, value] of [
      ['escrowgrid_ready', 0],
      ['escrowgrid_draining', 0],
      ['escrowgrid_database_up', 1],
      ['escrowgrid_pending_migrations', 0],
    ] as const) {
      expect(scraped.samples(name)).toMatchObject([{ name, value }]);
    }
  } finally {
    await closeService(service);
  }
});

test('metrics do not wait for a connection while requests need them all, and take none from them', async () => {
  const service = await openService('postgres', { DB_POOL_MAX: '2' });
  const { ownerUrl } = service.installation.database as TestDatabase;
  try {
    const { admin, assetId } = await foundTenant(service);
    await openPosition(admin, assetId, '1.00');
    const lists = await withClient(ownerUrl, async (client) => {
      await client.query('BEGIN; LOCK TABLE positions IN ACCESS EXCLUSIVE MODE');
      const waiting = [1, 2, 3].map(async () => admin.get('/v1/positions'));
      for (let times = 0; times < 2; times += 1) {
        const scraped = await waitFor('a pool that is exhausted', async () => {
          const found = await scrape(service);
          return found.value('escrowgrid_pool_waiting') > 0 ? found : undefined;
        });
        expect(scraped.value('escrowgrid_pool_waiting')).toBe(1);
        expect(scraped.samples('escrowgrid_positions')).toEqual([]);
        expect(scraped.samples('escrowgrid_database_up')).toMatchObject([{ value: 1 }]);
      }
      await client.query('COMMIT');
      return Promise.all(waiting);
    });
    expect(lists.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await scrape(service)).value('escrowgrid_positions')).toBe(1);
  } finally {
    await closeService(service);
  }
});
