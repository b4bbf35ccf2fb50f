import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { TcpProxy, until, withClient, type TestDatabase } from '#testing';
import type { Answer } from './support/client.js';
import { KeyedLoad } from './support/keyed-load.js';
import { demote } from './support/outage.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { done, foundTenant, type Tenant } from './support/tenant.js';

// Time-outs are waited for, on a machine that may be slow besides.
jest.setTimeout(60_000);

/**
 * A statement is given up after 2.5 seconds, two of which are for a server that is only slow. A connection is given so
 * long that a busy machine opens it in time.
 */
const TIME_OUTS = { DB_CONNECT_TIMEOUT_MS: '1500', DB_STATEMENT_TIMEOUT_MS: '500' };
/** A read and a commit, each of which may wait for a statement and for a connection after that, and some for a busy machine. */
const LONGEST_ANSWER_MS = 2 * (2_500 + 1_500) + 3_000;

let installation: Installation;
let database: TestDatabase;
let proxy: TcpProxy;

beforeEach(async () => {
  installation = await newInstallation('postgres');
  database = installation.database as TestDatabase;
  proxy = await TcpProxy.open(database.url);
});
afterEach(async () => {
  proxy.close();
  await database.close();
});

const settings = (): Record<string, string> => ({ ...TIME_OUTS, DATABASE_URL: proxy.url(database.url) });

describe('a service under load', () => {
  let service: Service;
  let tenant: Tenant;
  let load: KeyedLoad;

  beforeEach(async () => {
    service = await startService(installation, settings());
    tenant = await foundTenant(service);
    load = new KeyedLoad(service.client(tenant.adminKey), tenant);
    await load.acknowledges(100);
  });
  afterEach(() => service.stop());

  test('waits for a network that stalls for a moment, in the midst of commits, and refuses nothing', async () => {
    proxy.stall();
    await pause(600);
    proxy.resume();
    await load.acknowledges(100);
    expect(load.refused).toBe(0);
    expect(load.longestMs).toBeGreaterThan(500);
    await load.expectAllOnce(service);
  });

  test('answers 503 within its time-outs while the network stalls, and goes on by itself, each command done once', async () => {
    proxy.stall();
    await load.isRefused(40);
    expect(load.longestMs).toBeLessThan(LONGEST_ANSWER_MS);
    proxy.resume();
    await load.acknowledges(100);
    await load.expectAllOnce(service);
  });

  test('answers 503 while the network is stalled for good, and goes on by another way to the same address', async () => {
    proxy.stall();
    await load.isRefused(40);
    // What was sent by the old way never arrives, and nothing ever comes back.
    proxy.close();
    proxy.resume();
    await load.isRefused(40);
    await proxy.accept();
    await load.acknowledges(100);
    expect(load.longestMs).toBeLessThan(LONGEST_ANSWER_MS);
    await load.expectAllOnce(service);
  });

  test('gives up connections that have fallen silent for good, all at once, and refuses nothing', async () => {
    await Promise.all(Array.from({ length: 30 }, async () => tenant.admin.get('/v1/positions')));
    proxy.strand();
    await load.acknowledges(100);
    expect(load.refused).toBe(0);
    expect(load.longestMs).toBeGreaterThan(2_000);
    expect(load.longestMs).toBeLessThan(LONGEST_ANSWER_MS);
    await load.expectAllOnce(service);
  });

  test('answers 503 while the database cannot be reached, and goes on by itself, each command done once', async () => {
    proxy.close();
    await load.isRefused(100);
    await proxy.accept();
    await load.acknowledges(100);
    await load.expectAllOnce(service);
  });

  test('goes on when the database has taken no writes for a while, though its sessions last', async () => {
    await setDefault('SET default_transaction_read_only = on');
    // New sessions are read-only, those there are not: the next outage makes all of them so.
    proxy.cut();
    await load.isRefused(40);
    await setDefault('RESET default_transaction_read_only');
    await load.acknowledges(100);
    await load.expectAllOnce(service);
  });
});

describe('a service whose every connection is in use', () => {
  let service: Service;
  let tenant: Tenant;
  const MAX_CONNECTIONS = 3;
  const STATEMENT_TIMEOUT_MS = 8_000;

  beforeEach(async () => {
    service = await startService(installation, {
      ...settings(),
      DB_STATEMENT_TIMEOUT_MS: String(STATEMENT_TIMEOUT_MS),
      DB_POOL_MAX: String(MAX_CONNECTIONS),
    });
    tenant = await foundTenant(service);
  });
  afterEach(() => service.stop());

  const claim = (): object => ({
    assetId: tenant.assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount: '1.00',
  });

  test('lets nobody wait longer than for a connection, answers 503, and goes on when some are free', async () => {
    await withClient(database.ownerUrl, async (client) => {
      await client.query('BEGIN; LOCK TABLE positions IN ACCESS EXCLUSIVE MODE');
      const startedAtMs = performance.now();
      const held = Array.from({ length: MAX_CONNECTIONS }, async () => tenant.admin.get('/v1/positions'));
      let isAnyGivenUp = false;
      void Promise.any(held).then(() => (isAnyGivenUp = true));
      await untilWaiting(MAX_CONNECTIONS);
      const others: Promise<Answer>[] = [
        tenant.admin.get('/v1/positions'),
        tenant.admin.post('/v1/positions', claim()),
        tenant.reader.get('/v1/assets'),
      ];
      for (const answer of await Promise.all(others)) {
        expect([answer.status, answer.body.code]).toEqual([503, 'service.unavailable']);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      // Before those that hold the connections are given up.
      expect(isAnyGivenUp).toBe(false);
      // Readiness has a connection of its own.
      expect((await service.client().get('/health/ready')).status).toBe(200);
      for (const answer of await Promise.all(held)) expect(answer.status).toBe(503);
      expect(performance.now() - startedAtMs).toBeLessThan(STATEMENT_TIMEOUT_MS + 6_000);
      await client.query('ROLLBACK');
    });
    done(await tenant.admin.get('/v1/positions'));
    done(await tenant.admin.post('/v1/positions', claim()));
  });

  test('closes all of its connections to a server that has stopped to take writes when the first command meets it', async () => {
    await demote(database);
    // Every connection there may be is open, and reads.
    const reading = await until(async () => {
      await Promise.all(Array.from({ length: 30 }, async () => tenant.admin.get('/v1/positions')));
      const open = await sessions();
      return open.length === MAX_CONNECTIONS && open;
    }, 'Every connection is open.');
    await setDefault('RESET default_transaction_read_only');
    done(await tenant.admin.post('/v1/positions', claim()));
    // The server takes a moment to see that a connection was closed.
    await until(
      async () => !(await sessions()).some((pid) => reading.includes(pid)),
      'Every connection that was open is closed.',
    );
  });

  async function sessions(): Promise<number[]> {
    const { rows } = await withClient(database.ownerUrl, (client) =>
      client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'escrowgrid'`,
      ),
    );
    return rows.map(({ pid }) => pid);
  }
});

/** For the sessions that begin from now on. */
async function setDefault(setting: string): Promise<void> {
  const url = new URL(database.ownerUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  await withClient(url.href, (client) => client.query(`ALTER DATABASE "${name}" ${setting}`));
}

/** Resolves when so many sessions wait for a lock. */
async function untilWaiting(sessions: number): Promise<void> {
  const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  await withClient(database.ownerUrl, async (client) => {
    await until(
      async () => (await client.query<{ n: number }>(waiting)).rows[0]?.n === sessions,
      `${sessions} sessions wait for a lock.`,
    );
  });
}
