import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, type TestDatabase } from '#testing';
import { OPERATIONS } from './support/document.js';
import { gatherCommits } from './support/gathered-commits.js';
import { scrape } from './support/scraped.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';
import { Wire } from './support/wire.js';

const REQUESTS = 'escrowgrid_http_request_duration_seconds_count';
/** The template of every route, as the router writes it, and the words in place of one. */
const ROUTES = [...OPERATIONS.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1')), 'unknown', 'broken'];
/** As many answers as there may be to the end of which a service is not yet aware. */
const MAX_WAIT_MS = 5_000;

describe.each(BACKENDS)('the metrics of a service on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend, {
      RATE_LIMIT_REQUESTS_PER_KEY: '400',
      RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '20',
    });
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  /** What came to a metric by doing something, once the end of it has been noticed. */
  async function added(
    name: string,
    labels: Record<string, string>,
    act: () => Promise<unknown>,
  ): Promise<number> {
    const before = (await scrape(service)).value(name, labels);
    await act();
    const giveUpAtMs = performance.now() + MAX_WAIT_MS;
    for (;;) {
      const change = (await scrape(service)).value(name, labels) - before;
      if (change !== 0 || performance.now() > giveUpAtMs) return change;
      await pause(20);
    }
  }

  async function sendBytes(bytes: string): Promise<string> {
    using wire = await Wire.to(service.url);
    wire.send(bytes);
    return await wire.untilClosed();
  }

  describe('count requests', () => {
    const position = (): Promise<unknown> => tenant.admin.get('/v1/positions/pos_nothing');
    const cases: [what: string, labels: Record<string, string>, act: () => Promise<unknown>][] = [
      [
        'that were carried out',
        { method: 'POST', route: '/v1/positions', status: '201' },
        () => openPosition(tenant.admin, tenant.assetId, '5.00'),
      ],
      [
        'for what there is not, by their route alone',
        { method: 'GET', route: '/v1/positions/:positionId', status: '404' },
        position,
      ],
      [
        'for unknown routes, all together',
        { method: 'GET', route: 'unknown', status: '404' },
        () => tenant.admin.get('/v1/secrets-of-somebody'),
      ],
      [
        'of a wrong method',
        { method: 'DELETE', route: 'unknown', status: '405' },
        () => tenant.admin.delete('/v1/positions'),
      ],
      [
        'of a method that nobody has heard of',
        { method: 'other', route: 'unknown', status: '405' },
        () => tenant.admin.send('PROPFIND', '/v1/positions'),
      ],
      [
        'without a key',
        { method: 'GET', route: '/v1/positions', status: '401' },
        () => service.client().get('/v1/positions'),
      ],
      [
        'of a role that may not',
        { method: 'POST', route: '/v1/institutions', status: '403' },
        () => tenant.admin.post('/v1/institutions', {}),
      ],
      [
        'with a malformed URL',
        { method: 'GET', route: 'unknown', status: '400' },
        () => tenant.admin.get('/v1/%ff'),
      ],
      [
        'that are none',
        { method: 'other', route: 'broken', status: '400' },
        () => sendBytes('HELLO THERE\r\n\r\n'),
      ],
      [
        'whose head is too large',
        { method: 'other', route: 'broken', status: '431' },
        () => sendBytes(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
      ],
      [
        'that ask for a tunnel',
        { method: 'other', route: 'broken', status: '400' },
        () => sendBytes('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'),
      ],
      [
        'of probes',
        { method: 'GET', route: '/health/live', status: '200' },
        () => service.client().get('/health/live'),
      ],
    ];
    test.each(cases)('%s', async (_, labels, act) => {
      expect(await added(REQUESTS, labels, act)).toBe(1);
    });

    test('whose sender did not wait for an answer, and none of them is under way for ever', async () => {
      const body = JSON.stringify({
        assetId: tenant.assetId,
        holderReference: 'gone',
        currency: 'USD',
        amount: '1.00',
      });
      const vanish = async (): Promise<void> => {
        using wire = await Wire.to(service.url);
        wire.send(
          `POST /v1/positions HTTP/1.1\r\nHost: a\r\nX-API-Key: ${tenant.adminKey}\r\n` +
            `Content-Type: application/json\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`,
        );
        await pause(100);
      };
      const labels = { method: 'POST', route: '/v1/positions', status: 'aborted' };
      expect(await added(REQUESTS, labels, vanish)).toBe(1);
      expect((await scrape(service)).value('escrowgrid_http_requests_in_flight')).toBe(1);
    });

    test('that are too many', async () => {
      const many = async (): Promise<void> => {
        while ((await service.client('garbage').get('/v1/assets')).status !== 429);
      };
      const labels = { method: 'GET', route: '/v1/assets', status: '429' };
      expect(await added(REQUESTS, labels, many)).toBe(1);
    });

    test('and tell how long they took', async () => {
      const { samples } =
        (await scrape(service)).metrics.get('escrowgrid_http_request_duration_seconds') ?? {};
      const creations = samples?.filter(
        ({ labels }) => labels['route'] === '/v1/positions' && labels['status'] === '201',
      );
      const sum = creations?.find(({ name }) => name.endsWith('_sum'))?.value ?? 0;
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThan(60);
    });
  });

  test('name no tenant and no id, and nothing else that a client can choose', async () => {
    const scraped = await scrape(service);
    for (const id of [tenant.id, tenant.adminKeyId, tenant.assetId, tenant.templateId]) {
      expect(scraped.text).not.toContain(id);
    }
    expect(scraped.text).not.toContain('secrets-of-somebody');
    for (const { labels } of scraped.metrics.get('escrowgrid_http_request_duration_seconds')?.samples ?? []) {
      expect(ROUTES).toContain(labels['route']);
      expect(labels['method']).toMatch(/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other)$/);
      expect(labels['status']).toMatch(/^(?:[2-5]\d\d|aborted)$/);
    }
  });

  test('tell of refusals that go on record', async () => {
    const refuse = (): Promise<unknown> => tenant.reader.post('/v1/assets', {});
    expect(await added('escrowgrid_refusals_total', { record: 'recorded' }, refuse)).toBeGreaterThan(0);
  });

  if (backend === 'postgres') {
    test('tell what the database is asked, and of the connections to it', async () => {
      const list = { operation: 'list' };
      const read = (): Promise<unknown> => tenant.admin.get('/v1/positions');
      expect(await added('escrowgrid_query_duration_seconds_count', list, read)).toBe(1);
      const scraped = await scrape(service);
      const open = scraped.value('escrowgrid_pool_connections');
      expect(open).toBeGreaterThan(0);
      expect(open).toBeLessThanOrEqual(scraped.value('escrowgrid_pool_connections_max'));
      expect(scraped.value('escrowgrid_pool_connections_max')).toBe(10);
      expect(scraped.samples('escrowgrid_pool_waiting')).toMatchObject([{ value: 0 }]);
    });

    test('tell how many commits share a transaction', async () => {
      const before = await scrape(service);
      await gatherCommits(service.installation.database as TestDatabase, async () =>
        Promise.all(Array.from({ length: 60 }, () => openPosition(tenant.admin, tenant.assetId, '1.00'))),
      );
      const after = await scrape(service);
      const more = (name: string): number => after.value(name) - before.value(name);
      expect(more('escrowgrid_group_commit_units_sum')).toBeGreaterThanOrEqual(60);
      expect(more('escrowgrid_group_commit_units_count')).toBeLessThan(60);
      expect(more('escrowgrid_group_commit_units_sum')).toBe(more('escrowgrid_commits_total'));
    });
  }
});

describe.each(BACKENDS)('the metrics of what a service on %s holds', (backend) => {
  let service: Service;

  beforeAll(async () => {
    // Refusals are committed too, some time after them.
    service = await openService(backend, { AUDIT_REFUSALS_PER_MINUTE: '0' });
  });
  afterAll(() => closeService(service));

  test('tell of all institutions, as of the first scrape for a minute', async () => {
    for (const name of ['Northern Escrow', 'Southern Escrow']) {
      const { admin, assetId } = await foundTenant(service, name);
      const ids = await Promise.all(
        ['100.10', '200.20', '300.30'].map((amount) => openPosition(admin, assetId, amount)),
      );
      for (const id of ids.slice(1)) done(await move(admin, id, 'FUNDED'));
      done(await move(admin, String(ids[1]), 'PARTIALLY_RELEASED', '50.05'));
    }
    const scraped = await scrape(service);
    expect(scraped.samples('escrowgrid_held_amount')).toMatchObject([
      { labels: { currency: 'USD' }, value: 900.9 },
    ]);
    expect(
      scraped.samples('escrowgrid_positions').map(({ labels, value }) => [labels['state'], value]),
    ).toEqual([
      ['CREATED', 2],
      ['FUNDED', 2],
      ['PARTIALLY_RELEASED', 2],
      ['RELEASED', 0],
      ['CANCELLED', 0],
      ['EXPIRED', 0],
    ]);
    expect(scraped.value('escrowgrid_database_up')).toBe(1);
    expect(scraped.samples('escrowgrid_pending_migrations')).toMatchObject([{ value: 0 }]);

    await foundTenant(service, 'Eastern Escrow').then(({ admin, assetId }) =>
      openPosition(admin, assetId, '1.00'),
    );
    const reads = async (): Promise<number> => {
      const again = await scrape(service);
      expect(again.value('escrowgrid_positions')).toBe(6);
      return again.value('escrowgrid_query_duration_seconds_count', { operation: 'read' });
    };
    expect(await reads()).toBe(await reads());
  });

  test('count commits by what became of them', async () => {
    const { admin, assetId } = await foundTenant(service, 'Western Escrow');
    const commits = async (): Promise<number[]> => {
      const scraped = await scrape(service);
      return ['stored', 'failed'].map((outcome) => scraped.value('escrowgrid_commits_total', { outcome }));
    };
    const [stored = 0, failed] = await commits();
    await openPosition(admin, assetId, '5.00');
    expect(await commits()).toEqual([stored + 1, failed]);
  });

  test('tell of the process', async () => {
    const scraped = await scrape(service);
    expect(scraped.value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(scraped.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(scraped.samples('escrowgrid_draining')).toMatchObject([{ value: 0 }]);
    expect(scraped.samples('escrowgrid_ready')).toMatchObject([{ value: 1 }]);
    expect(scraped.samples('escrowgrid_sealed_timestamp_seconds')).toEqual([]);
  });
});
