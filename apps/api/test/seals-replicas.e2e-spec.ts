import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Clock } from '#kernel';
import { until, withClient, type TestDatabase } from '#testing';
import type { Json } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { LateClock, newSealKey, sealedCheckpoints, waitFor, type SealKey } from './support/sealed-service.js';
import { endOf, expectSealed, historyOf } from './support/seals.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, openPosition, type Reachable, type Tenant } from './support/tenant.js';

type Owner = Parameters<Parameters<typeof withClient>[1]>[0];

const pathOf = (institutionId: string): string => `/v1/institutions/${institutionId}/checkpoints`;

/** The checkpoints of an institution when all of its history is sealed: whole, and good to the service. */
async function expectAllSealed(service: Reachable, { id, adminKey }: Tenant, key: SealKey): Promise<Json[]> {
  const admin = service.client(adminKey);
  const history = await historyOf(admin);
  const checkpoints = await sealedCheckpoints(service, id, (newest) => newest.until >= endOf(history));
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
    const clock = new LateClock();
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
    /**
     * Locks that somebody waits for: those that a sealer would take from writers, on a table or a row. What lets a table's
     * file grow is every writer's for a moment.
     */
    const waits: unknown[] = [];
    const watch = async (): Promise<void> =>
      withClient((installation.database as TestDatabase).ownerUrl, async (client) => {
        while (performance.now() < giveUpAt) {
          const { rows } = await client.query(
            `SELECT l.locktype, l.mode, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
              WHERE NOT l.granted AND a.datname = current_database() AND l.locktype NOT IN ('transactionid', 'extend')`,
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
      expect(checkpoints.length).toBeGreaterThan(3);
      // Were each to seal every second, at least two of three checkpoints would come too soon after another.
      const soon = checkpoints.filter(
        (checkpoint) => Date.parse(checkpoint.until) - Date.parse(checkpoint.after) < 500,
      );
      expect(soon.length).toBeLessThan(checkpoints.length / 2);
      expect(checkpoints.filter(({ ledgerEventCount }) => ledgerEventCount > 0).length).toBeGreaterThan(2);
    }
  });
});

describe('a service that ends in the midst of sealing', () => {
  const INSTITUTIONS = 9;
  let key: SealKey;
  let installation: Installation;
  const tenants: Tenant[] = [];

  /** All of history is from a while ago. */
  class OldClock extends Clock {
    now(): Date {
      return new Date(Date.now() - 3_600_000);
    }
  }

  const asOwner = async <Answer>(work: (owner: Owner) => Promise<Answer>): Promise<Answer> =>
    withClient((installation.database as TestDatabase).ownerUrl, work);

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
    await asOwner(async (owner) =>
      owner.query(`CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NEW; END $$`),
    );
  }, 60_000);
  afterAll(async () => {
    await installation.database?.close();
    key.remove();
  });

  const sealed = async (): Promise<string[]> =>
    asOwner(async (owner) => {
      const { rows } = await owner.query<{ id: string }>(
        'SELECT DISTINCT institution_id AS id FROM checkpoints WHERE institution_id = ANY($1)',
        [tenants.map(({ id }) => id)],
      );
      return rows.map(({ id }) => id);
    });

  /** Has a service seal until it waits to store the checkpoint of one institution, and ends it while it does. */
  async function endInTheMidst(
    place: number,
    end: (service: ServiceProcess) => Promise<void>,
  ): Promise<string[]> {
    return asOwner(async (owner) => {
      const heldId = tenants[place]?.id;
      await owner.query(`SELECT pg_advisory_lock(${place})`);
      await owner.query(`CREATE TRIGGER wait_${place} BEFORE INSERT ON checkpoints FOR EACH ROW
        WHEN (NEW.institution_id = '${heldId}') EXECUTE FUNCTION wait_for_test(${place})`);
      const service = await ServiceProcess.start(installation, key.settings);
      const isHeld = async (): Promise<true | undefined> => {
        const text = `SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
          WHERE datname = current_database() AND locktype = 'advisory' AND objid = ${place} AND NOT granted`;
        return (await owner.query(text)).rowCount === 0 ? undefined : true;
      };
      await waitFor('a checkpoint that waits to be stored', isHeld);
      await end(service);
      const ids = await sealed();
      expect(ids).not.toContain(heldId);
      return ids;
    });
  }

  test('leaves whole checkpoints, and the next one goes on from there', async () => {
    const ofKilled = await endInTheMidst(3, async (service) => service.kill());
    expect(ofKilled.length).toBeGreaterThan(0);
    const ofStopped = await endInTheMidst(6, async (service) => {
      expect(await service.terminate()).toBe(0);
    });
    expect(ofStopped.length).toBeGreaterThan(ofKilled.length);
    const service = await ServiceProcess.start(installation, key.settings);
    for (const tenant of tenants) expect(await expectAllSealed(service, tenant, key)).toHaveLength(1);
    expect(await service.terminate()).toBe(0);
  }, 60_000);
});

describe('verifications that take long', () => {
  let key: SealKey;
  let service: Service;
  let installation: Installation;
  let tenant: Tenant;
  let other: Tenant;

  beforeAll(async () => {
    key = newSealKey();
    installation = await newInstallation('postgres');
    service = await startService(installation, key.settings, new LateClock());
    tenant = await foundTenant(service);
    other = await foundTenant(service, 'Southern Escrow');
    for (const { id } of [tenant, other]) await sealedCheckpoints(service, id);
  });
  afterAll(async () => {
    await service.stop();
    await installation.database?.close();
    key.remove();
  });

  test('wait for each other, five of an institution; who comes then is told to come back', async () => {
    const path = `${pathOf(tenant.id)}/1/verification`;
    const { ownerUrl } = installation.database as TestDatabase;
    const [answers, ofOther] = await withClient(ownerUrl, async (owner) => {
      await owner.query('BEGIN; LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE');
      const sent = Array.from({ length: 30 }, async () => tenant.reader.get(path));
      let answered = 0;
      for (const answer of sent) void answer.then(() => (answered += 1));
      await until(() => answered >= 25, '25 are refused.');
      const another = other.reader.get(`${pathOf(other.id)}/1/verification`);
      await owner.query('ROLLBACK');
      return Promise.all([Promise.all(sent), another]);
    });
    const refusals = answers.filter(({ status }) => status !== 200);
    // One is under way, and four wait; on a slow machine the lock may end some of them as well.
    expect(refusals.length).toBeGreaterThanOrEqual(25);
    expect(refusals.length).toBeLessThan(30);
    for (const answer of refusals) {
      expectProblem(answer, path, { status: 503, code: 'service.unavailable' });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const { status, body } of answers) if (status === 200) expect(body.verified).toBe(true);
    expect(done(ofOther).verified).toBe(true);
    expect(done(await tenant.reader.get(path)).verified).toBe(true);
  });
});
