import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Clock } from '#kernel';
import { withClient, type TestDatabase } from '#testing';
import type { Client, Json } from './support/client.js';
import { readRows } from './support/pages.js';
import { expectProblem } from './support/problems.js';
import { LateClock, newSealKey, sealedCheckpoints, type SealKey } from './support/sealed-service.js';
import { endOf, expectSealed, type History } from './support/seals.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, openPosition, type Reachable, type Tenant } from './support/tenant.js';

const pathOf = (institutionId: string): string => `/v1/institutions/${institutionId}/checkpoints`;

async function historyOf(client: Client): Promise<History> {
  return {
    ledger: await readRows(client, '/v1/ledger-events?limit=200'),
    audit: await readRows(client, '/v1/audit-events?limit=200'),
  };
}

/** The checkpoints of an institution when all of its history is sealed: whole, and good to the service. */
async function expectAllSealed(service: Reachable, { id, adminKey }: Tenant, key: SealKey): Promise<Json[]> {
  const admin = service.client(adminKey);
  const history = await historyOf(admin);
  const checkpoints = await sealedCheckpoints(service, id, ({ until }) => until >= endOf(history));
  expectSealed(checkpoints, history, key.publicKey);
  for (const { number } of checkpoints) {
    expect(done(await admin.get(`${pathOf(id)}/${number}/verification`))).toMatchObject({ why: null });
  }
  return checkpoints;
}

describe('three services that seal one database', () => {
  const LOAD_MS = 8_000;
  let key: SealKey;
  let installation: Installation;
  let services: Service[];

  beforeEach(async () => {
    key = newSealKey();
    installation = await newInstallation('postgres');
    const clock = new LateClock(5_000);
    services = await Promise.all([1, 2, 3].map(async () => startService(installation, key.settings, clock)));
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await installation.database?.close();
    key.remove();
  });

  test('number its checkpoints without a gap or a fork while clients write, and hold up none of them', async () => {
    const [first] = services as [Service, ...Service[]];
    const tenants = await Promise.all(['Northern', 'Southern'].map((name) => foundTenant(first, name)));
    const giveUpAt = performance.now() + LOAD_MS;
    const unfit: string[] = [];
    const act = async (tenant: Tenant, service: Service): Promise<void> => {
      const admin = service.client(tenant.adminKey);
      const claim = { assetId: tenant.assetId, holderReference: 'holder', currency: 'USD', amount: '10.00' };
      while (performance.now() < giveUpAt) {
        const opened = await admin.post('/v1/positions', claim);
        const moved = opened.status === 201 ? await move(admin, opened.body.id, 'FUNDED') : opened;
        for (const { status, text } of [opened, moved]) if (status > 201) unfit.push(text);
        await pause(20);
      }
    };
    /** Locks that somebody waits for: those that a sealer would take from writers, on a table or a row. */
    const waits: unknown[] = [];
    const watch = async (): Promise<void> =>
      withClient((installation.database as TestDatabase).ownerUrl, async (client) => {
        while (performance.now() < giveUpAt) {
          const { rows } = await client.query(
            `SELECT l.locktype, l.mode, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
              WHERE NOT l.granted AND a.datname = current_database() AND l.locktype <> 'transactionid'`,
          );
          waits.push(...rows);
          await pause(10);
        }
      });
    const clients = tenants.flatMap((tenant) => services.map(async (service) => act(tenant, service)));
    await Promise.all([watch(), ...clients]);
    expect([unfit, waits]).toEqual([[], []]);
    for (const tenant of tenants) {
      const checkpoints = await expectAllSealed(first, tenant, key);
      // Of eight seconds, each was sealed about once.
      expect(checkpoints.length).toBeGreaterThan(3);
      expect(checkpoints.length).toBeLessThan(30);
      expect(checkpoints.filter(({ ledgerEventCount }) => ledgerEventCount > 0).length).toBeGreaterThan(2);
    }
  });
});

describe('a service that ends in the midst of sealing', () => {
  const INSTITUTIONS = 30;
  let key: SealKey;
  let installation: Installation;
  const tenants: Tenant[] = [];

  /** All of history is from a while ago. */
  class OldClock extends Clock {
    now(): Date {
      return new Date(Date.now() - 3_600_000);
    }
  }

  beforeAll(async () => {
    key = newSealKey();
    installation = await newInstallation('postgres');
    const service = await startService(installation, {}, new OldClock());
    for (let number = 1; number <= INSTITUTIONS; number += 1) {
      const tenant = await foundTenant(service, `Institution ${number}`);
      tenants.push(tenant);
      await openPosition(tenant.admin, tenant.assetId, '1.00');
    }
    await service.stop();
  });
  afterAll(async () => {
    await installation.database?.close();
    key.remove();
  });

  const sealed = async (): Promise<number> =>
    withClient((installation.database as TestDatabase).ownerUrl, async (client) => {
      const { rows } = await client.query<{ n: number }>(
        'SELECT count(DISTINCT institution_id)::int AS n FROM checkpoints',
      );
      return rows[0]?.n ?? 0;
    });
  /** Lets a service seal until so many institutions have a checkpoint. */
  async function sealUntil(many: number): Promise<ServiceProcess> {
    const service = await ServiceProcess.start(installation, key.settings);
    while ((await sealed()) < many) await pause(1);
    return service;
  }

  test('leaves whole checkpoints, and the next one goes on from there', async () => {
    const killed = await sealUntil(1);
    await killed.kill();
    const ofKilled = await sealed();
    expect(ofKilled).toBeLessThan(INSTITUTIONS);
    const stopped = await sealUntil(ofKilled + 1);
    expect(await stopped.terminate()).toBe(0);
    const service = await sealUntil(INSTITUTIONS);
    for (const tenant of tenants) expect(await expectAllSealed(service, tenant, key)).toHaveLength(1);
    expect(await service.terminate()).toBe(0);
  });
});

describe('verifications that take long', () => {
  let key: SealKey;
  let service: Service;
  let installation: Installation;
  let tenant: Tenant;

  beforeAll(async () => {
    key = newSealKey();
    installation = await newInstallation('postgres');
    service = await startService(installation, key.settings, new LateClock());
    tenant = await foundTenant(service);
    await sealedCheckpoints(service, tenant.id);
  });
  afterAll(async () => {
    await service.stop();
    await installation.database?.close();
    key.remove();
  });

  test('wait for each other, twenty of them; who comes then is told to come back', async () => {
    const path = `${pathOf(tenant.id)}/1/verification`;
    const { ownerUrl } = installation.database as TestDatabase;
    const answers = await withClient(ownerUrl, async (owner) => {
      await owner.query('BEGIN; LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE');
      const sent = Array.from({ length: 30 }, async () => tenant.reader.get(path));
      let refused = 0;
      for (const answer of sent) void answer.then(() => (refused += 1));
      // Well before the one that is under way gives up.
      const giveUpAt = performance.now() + 1_500;
      while (refused < 9 && performance.now() < giveUpAt) await pause(5);
      expect(refused).toBe(9);
      await owner.query('ROLLBACK');
      return Promise.all(sent);
    });
    const refusals = answers.filter(({ status }) => status !== 200);
    // One is under way, and twenty wait.
    expect(refusals).toHaveLength(9);
    for (const answer of refusals) {
      expectProblem(answer, path, { status: 503, code: 'service.unavailable' });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const { status, body } of answers) if (status === 200) expect(body.verified).toBe(true);
    expect(done(await tenant.reader.get(path)).verified).toBe(true);
  });
});
