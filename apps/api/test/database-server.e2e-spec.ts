import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { withClient, type TestDatabase } from '#testing';
import { KeyedLoad } from './support/keyed-load.js';
import { endSessions } from './support/outage.js';
import { OwnServer } from './support/own-server.js';
import { startService, type Service } from './support/service.js';
import { done, foundTenant, type Tenant } from './support/tenant.js';

const TIME_OUTS = { DB_CONNECT_TIMEOUT_MS: '1000', DB_STATEMENT_TIMEOUT_MS: '2000' };
const MAX_CONNECTIONS = 16;

let server: OwnServer;
let service: Service;
let tenant: Tenant;

beforeAll(async () => {
  server = await OwnServer.start({ max_connections: String(MAX_CONNECTIONS) });
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  service = await startService(server.installation, { ...TIME_OUTS, DB_POOL_MAX: '6' });
  tenant = await foundTenant(service);
});
afterEach(() => service.stop());

const readiness = async (): Promise<number> => (await service.client().get('/health/ready')).status;

describe('a service under load', () => {
  let load: KeyedLoad;
  beforeEach(async () => {
    load = new KeyedLoad(service.client(tenant.adminKey), tenant);
    await load.acknowledges(100);
  });

  test.each([
    ['is stopped', async () => server.stop()],
    ['is killed', async () => server.kill()],
  ])(
    'lives on when its database server %s, answers 503, and goes on when it is back, each command done once',
    async (_how, end) => {
      await end();
      await load.isRefused(40);
      expect(await readiness()).toBe(503);
      expect((await service.client().get('/health/live')).status).toBe(200);
      await server.startAgain();
      await load.acknowledges(100);
      await load.expectAllOnce({ ...service, root: tenant.admin });
      expect(await readiness()).toBe(200);
    },
    60_000,
  );

  test('goes on when every session is ended, again and again', async () => {
    const database = server.installation.database as TestDatabase;
    await endSessions({ ...database, ownerUrl: server.ownerUrl }, 30, 20);
    await load.acknowledges(100);
    await load.expectAllOnce({ ...service, root: tenant.admin });
  });
});

describe('a server that has no connection left', () => {
  test('gets 503 answered within the time-outs, and is written to again when it has', async () => {
    await withAllConnections(async () => {
      const startedAtMs = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 12 }, async (_none, index) =>
          tenant.admin.get(index % 2 === 0 ? '/v1/positions' : '/v1/assets'),
        ),
      );
      // A read for the key and one for what is asked, each of which may take both time-outs and two seconds more.
      expect(performance.now() - startedAtMs).toBeLessThan(10_000);
      for (const answer of answers) expect([200, 503]).toContain(answer.status);
      const refused = answers.filter(({ status }) => status === 503);
      // What the service has open it keeps.
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) {
        expect(answer.body.code).toBe('service.unavailable');
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    });
    const answers = Array.from({ length: 12 }, async () => tenant.admin.get('/v1/positions'));
    for (const answer of await Promise.all(answers)) done(answer);
    expect(await readiness()).toBe(200);
  }, 60_000);

  /** Does something while all connections are taken that ordinary users may have. */
  async function withAllConnections(work: () => Promise<void>): Promise<void> {
    let hasConnected = false;
    try {
      await withClient((server.installation.database as TestDatabase).url, async () => {
        hasConnected = true;
        await withAllConnections(work);
      });
    } catch (error) {
      if (hasConnected) throw error;
      expect((error as { code?: string }).code).toBe('53300');
      await work();
    }
  }
});
