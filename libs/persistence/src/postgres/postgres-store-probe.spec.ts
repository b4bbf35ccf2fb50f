import { randomBytes } from 'node:crypto';
import {
  openEmptyDatabase,
  openTestDatabase,
  TcpProxy,
  until,
  withClient,
  type TestDatabase,
} from '#testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DatabaseOptions } from '../store-options.js';
import { PostgresStoreProbe } from './postgres-store-probe.js';

/** So long that a machine with much else to do answers in time. */
const PATIENCE = { timeOutMs: 5_000, maxAgeMs: 100, renewMs: 600_000 };
const IMPATIENCE = { timeOutMs: 300, maxAgeMs: 0, renewMs: 600_000 };
const APPLIED = ['CreateInstitutions1795346400000'];

const optionsFor = (url: string): DatabaseOptions => ({
  url,
  poolMax: 1,
  connectTimeoutMs: 1_000,
  statementTimeoutMs: 1_000,
  sslMode: 'disable',
});

describe('the probe of a PostgreSQL store', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let probe: PostgresStoreProbe;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    proxy = await TcpProxy.open(database.url);
    probe = probeWith(PATIENCE);
  });
  afterEach(() => {
    probe.onApplicationShutdown();
    proxy.close();
  });

  const probeWith = (patience = PATIENCE, migrations = APPLIED): PostgresStoreProbe =>
    new PostgresStoreProbe(optionsFor(proxy.url(database.url)), migrations, patience);
  const probeAs = (role: string, patience: typeof PATIENCE): PostgresStoreProbe => {
    const url = new URL(database.ownerUrl);
    [url.username, url.password] = [role, role];
    return new PostgresStoreProbe(optionsFor(url.href), APPLIED, patience);
  };
  const asOwner = async (sql: string): Promise<void> =>
    withClient(database.ownerUrl, async (client) => void (await client.query(sql)));
  const name = (): string => new URL(database.ownerUrl).pathname.slice(1);
  const endSessions = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  /** What is found when what was found before has been forgotten. */
  const foundNow = async (): Promise<{ fault?: string | undefined; pendingMigrations?: number }> => {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE.maxAgeMs + 20));
    const { fault, pendingMigrations } = await probe.condition();
    return { fault, pendingMigrations };
  };
  /** From now on; answers how many there were. */
  const countQuestions = (): (() => number) => {
    let questions = 0;
    proxy.onSent = (sent, connection) => {
      questions += sent.toString('latin1').split('transaction_read_only').length - 1;
      connection.passOn(sent);
    };
    return () => questions;
  };
  const WELL = { fault: undefined, pendingMigrations: 0 };

  test('finds one that takes writes, how long it took to tell, and what its clock says', async () => {
    const [before, beforeMs] = [performance.now(), Date.now()];
    const { clock, latencyMs, ...found } = await probe.condition();
    expect(found).toEqual(WELL);
    expect(latencyMs).toBeGreaterThan(0);
    expect(clock?.askedAtMs).toBeGreaterThanOrEqual(before);
    expect(clock?.answeredAtMs).toBeCloseTo((clock?.askedAtMs ?? 0) + latencyMs, 3);
    // Both clocks are of one machine; the second is for their being set meanwhile.
    expect(clock?.time.getTime()).toBeGreaterThanOrEqual(beforeMs - 1_000);
    expect(clock?.time.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  test('counts the migrations that are pending, and passes over those that this code does not know', async () => {
    expect(await probe.pendingMigrations()).toBe(0);
    const newer = probeWith(PATIENCE, [...APPLIED, 'AddWings1999999999999', 'AddTail1999999999999']);
    expect(await newer.pendingMigrations()).toBe(2);
    newer.onApplicationShutdown();
    await asOwner(`DELETE FROM schema_migrations WHERE name = '${APPLIED[0]}'`);
    try {
      expect(await foundNow()).toEqual({ fault: undefined, pendingMigrations: 1 });
    } finally {
      await asOwner(
        `INSERT INTO schema_migrations ("timestamp", name) VALUES (1795346400000, '${APPLIED[0]}')`,
      );
    }
    expect(await foundNow()).toEqual(WELL);
  });

  test('says of one that was never migrated that it was not', async () => {
    const empty = await openEmptyDatabase();
    const other = new PostgresStoreProbe(optionsFor(empty.ownerUrl), APPLIED, PATIENCE);
    const fault = 'The database has not been migrated.';
    expect(await other.condition()).toMatchObject({ fault, pendingMigrations: 1 });
    other.onApplicationShutdown();
    await empty.close();
  });

  test('says of one that only answers reads, as a demoted primary does, that it takes no writes, and asks it anew', async () => {
    await asOwner(`ALTER DATABASE "${name()}" SET default_transaction_read_only = on`);
    const fault = 'The database is read-only.';
    expect(await foundNow()).toEqual({ fault, pendingMigrations: 0 });
    await withClient(new URL('/postgres', database.ownerUrl).href, (client) =>
      client.query(`ALTER DATABASE "${name()}" RESET default_transaction_read_only`),
    );
    // The old session would go on to be read-only.
    expect(await foundNow()).toEqual(WELL);
    expect(proxy.connectionCount).toBe(2);
  });

  test('tells all who ask at once, and whoever asks soon after, by one question on one connection', async () => {
    const questions = countQuestions();
    // What it found stays true for so long that whoever asks next asks soon, however slow the machine is.
    probe = probeWith({ ...PATIENCE, maxAgeMs: 600_000 });
    const found = await Promise.all(Array.from({ length: 100 }, async () => probe.condition()));
    expect(new Set(found).size).toBe(1);
    expect(await probe.condition()).toBe(found[0]);
    expect([questions(), proxy.connectionCount]).toEqual([1, 1]);
  });

  test('asks anew on the same connection when what it found has become old', async () => {
    const questions = countQuestions();
    for (let times = 0; times < 3; times += 1) expect(await foundNow()).toEqual(WELL);
    expect([questions(), proxy.connectionCount]).toEqual([3, 1]);
  });

  test('is known by its name among the sessions of the server', async () => {
    await probe.condition();
    const { rows } = await withClient(database.ownerUrl, (client) =>
      client.query(
        `SELECT count(*)::int AS probes FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'escrowgrid-probe'`,
      ),
    );
    expect(rows).toEqual([{ probes: 1 }]);
  });

  test('finds one well whose sessions were ended since, on a new connection', async () => {
    await probe.condition();
    await asOwner(endSessions);
    expect(await foundNow()).toEqual(WELL);
    await asOwner(endSessions);
    expect(await foundNow()).toEqual(WELL);
    expect(proxy.connectionCount).toBe(3);
  });

  describe('whose own session lasts', () => {
    const role = `probed_${randomBytes(4).toString('hex')}`;
    beforeEach(async () => {
      await asOwner(`CREATE ROLE ${role} LOGIN PASSWORD '${role}' IN ROLE escrowgrid_app`);
      probe = probeAs(role, PATIENCE);
      expect((await probe.condition()).fault).toBeUndefined();
    });
    afterEach(async () => {
      probe.onApplicationShutdown();
      await asOwner(`DROP ROLE ${role}`);
    });

    test('says that nobody is let in any more, once somebody was not', async () => {
      await asOwner(`ALTER ROLE ${role} NOLOGIN`);
      expect((await foundNow()).fault).toBeUndefined();
      probe.doubt();
      expect((await foundNow()).fault).toBe('The database does not let the service in.');
      await asOwner(`ALTER ROLE ${role} LOGIN`);
      expect(await foundNow()).toEqual(WELL);
    });

    test('says so after a while by itself', async () => {
      const renewing = probeAs(role, { ...PATIENCE, maxAgeMs: 0, renewMs: 0 });
      expect((await renewing.condition()).fault).toBeUndefined();
      await asOwner(`ALTER ROLE ${role} NOLOGIN`);
      expect((await renewing.condition()).fault).toBe('The database does not let the service in.');
      renewing.onApplicationShutdown();
    });

    test('goes on with it where there is no room for another, as everybody does who has one', async () => {
      await asOwner(`ALTER ROLE ${role} CONNECTION LIMIT 1`);
      probe.doubt();
      expect(await foundNow()).toEqual(WELL);
    });
  });

  test('says of one that cannot be reached that it cannot, without its address, until it can', async () => {
    await probe.condition();
    proxy.close();
    expect(await foundNow()).toEqual({ fault: 'The database cannot be reached.' });
    await expect(probe.pendingMigrations()).rejects.toThrow('The database cannot be reached.');
    await proxy.accept();
    expect(await foundNow()).toEqual(WELL);
  });

  test.each([
    ['before', false],
    ['after', true],
  ])(
    'waits no longer than its time-out on a network that stalls %s a connection was there',
    async (_, isConnected) => {
      probe.onApplicationShutdown();
      probe = probeWith(IMPATIENCE);
      if (isConnected) {
        await until(async () => (await probe.condition()).fault === undefined, 'The probe is connected.');
      }
      proxy.stall();
      for (let times = 0; times < 2; times += 1) {
        const startedAtMs = performance.now();
        const { fault, latencyMs } = await probe.condition();
        expect(fault).toBe('The database did not answer in time.');
        expect(latencyMs).toBeGreaterThanOrEqual(IMPATIENCE.timeOutMs - 2);
        expect(performance.now() - startedAtMs).toBeLessThan(PATIENCE.timeOutMs);
      }
      proxy.resume();
      probe.onApplicationShutdown();
      probe = probeWith(PATIENCE);
      expect((await probe.condition()).fault).toBeUndefined();
    },
  );

  test('opens nothing any more when it is closed', async () => {
    await probe.condition();
    probe.onApplicationShutdown();
    expect((await foundNow()).fault).toBe('The database cannot be reached.');
    expect(proxy.connectionCount).toBe(1);
  });
});
