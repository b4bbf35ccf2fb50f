import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PgBouncer, type TestDatabase } from '#testing';
import { KeyedLoad } from './support/keyed-load.js';
import { bringBack, endSessions, takeAway } from './support/outage.js';
import { closeService, newInstallation, startService, type Service } from './support/service.js';
import { foundTenant } from './support/tenant.js';

/** What the pooler lets a request wait for a session is five seconds; the service gives up before. */
const SETTINGS = { DB_CONNECT_TIMEOUT_MS: '1000', DB_STATEMENT_TIMEOUT_MS: '1000', DB_POOLER: 'true' };

describe('a service under load, behind a PgBouncer', () => {
  let pooler: PgBouncer;
  let database: TestDatabase;
  let service: Service;
  let load: KeyedLoad;

  beforeEach(async () => {
    const installation = await newInstallation('postgres');
    database = installation.database as TestDatabase;
    pooler = await PgBouncer.start({ ownerUrl: database.ownerUrl });
    const DATABASE_URL = pooler.url(database.url);
    service = await startService(installation, { ...SETTINGS, DATABASE_URL });
    const tenant = await foundTenant(service);
    load = new KeyedLoad(service.client(tenant.adminKey), tenant);
    await load.acknowledges(50);
  });
  afterEach(async () => {
    await closeService(service);
    await pooler.stop();
  });

  test('goes on by itself while its sessions are ended over and over, each command done once', async () => {
    await endSessions(database, 20, 50);
    await load.acknowledges(50);
    await load.expectAllOnce(service);
  }, 60_000);

  test('answers 503 while the database lets nobody in, and goes on by itself, each command done once', async () => {
    await takeAway(database);
    await load.isRefused(30);
    await bringBack(database);
    await load.acknowledges(50);
    expect(load.refused).toBeGreaterThanOrEqual(30);
    await load.expectAllOnce(service);
  }, 60_000);
});
