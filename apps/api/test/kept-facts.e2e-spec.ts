import { setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS, until, withClient } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { refusedAt } from './support/refusals.js';
import { closeService, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, openPosition, type Tenant } from './support/tenant.js';

const CLIENTS = 8;

interface Asked {
  readonly sentAtMs: number;
  readonly status: number;
}

/** Sends requests with one key, several at a time and without pause, until it is told to stop. */
class Asking {
  readonly asked: Asked[] = [];
  private isOn = true;
  private readonly done: Promise<unknown>;

  constructor(client: Client) {
    this.done = Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (this.isOn) {
          const sentAtMs = performance.now();
          const { status } = await client.get('/v1/positions?limit=1');
          this.asked.push({ sentAtMs, status });
        }
      }),
    );
  }

  /** Resolves when a request that was sent after a moment was answered. */
  async pass(moment: number): Promise<void> {
    await until(
      () => this.asked.some(({ sentAtMs }) => sentAtMs > moment),
      'A request that was sent after it is answered.',
    );
  }

  /** The statuses of all requests that were sent up to a moment, and of those that were sent after it. */
  async stop(moment: number): Promise<[upTo: Set<number>, after: Set<number>]> {
    this.isOn = false;
    await this.done;
    const [upTo, after] = [new Set<number>(), new Set<number>()];
    for (const { sentAtMs, status } of this.asked) (sentAtMs > moment ? after : upTo).add(status);
    return [upTo, after];
  }
}

/** The checksum at the end of a key, which keeps typing errors off the store, but proves nothing. */
function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

describe.each(BACKENDS)('a key on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend, { API_KEY_MAX_AGE_MS: '60000' });
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  test('that is revoked while it is in use lets nobody in from the acknowledgement on', async () => {
    for (let round = 0; round < 10; round += 1) {
      const key = await issueKey(service, tenant.id, 'read_only');
      const asking = new Asking(service.client(key.text));
      await asking.pass(performance.now());
      done(await tenant.admin.post(`/v1/institutions/${tenant.id}/api-keys/${key.id}/revoke`));
      const revokedAtMs = performance.now();
      await asking.pass(revokedAtMs);
      const [upTo, after] = await asking.stop(revokedAtMs);
      expect(upTo).toContain(200);
      expect(after).toEqual(new Set([401]));
    }
  });

  test('that is first used while it is revoked lets nobody in from the acknowledgement on', async () => {
    for (let round = 0; round < 40; round += 1) {
      const key = await issueKey(service, tenant.id, 'read_only');
      const client = service.client(key.text);
      const get = async (): Promise<number> => (await client.get('/v1/positions?limit=1')).status;
      const revoked = tenant.admin.post(`/v1/institutions/${tenant.id}/api-keys/${key.id}/revoke`);
      const meanwhile = Array.from({ length: 4 }, async (_none, index) => pause(index).then(get));
      done(await revoked);
      expect(await get()).toBe(401);
      for (const status of await Promise.all(meanwhile)) expect([200, 401]).toContain(status);
      expect(await get()).toBe(401);
    }
  });

  test('lets in nobody who knows another secret for it', async () => {
    expect(tenant.adminKey.slice(-8)).toBe(sumOf(tenant.adminKey.slice(0, -9)));
    const { adminKey, readerKey } = tenant;
    expect((await service.client(adminKey).get('/v1/positions')).status).toBe(200);
    const [prefix = '', secret = ''] = [adminKey.slice(0, 30), readerKey.slice(31, 95)];
    const forged = [secret, '0'.repeat(64)].map((digits) => `${prefix}_${digits}`);
    for (const text of forged.map((unsummed) => `${unsummed}_${sumOf(unsummed)}`)) {
      expectProblem(await service.client(text).get('/v1/positions'), '/v1/positions', {
        status: 401,
        code: 'auth.invalid_key',
      });
    }
  });
});

describe.each(BACKENDS)('what one tenant knows on %s', (backend) => {
  let service: Service;
  let ours: Tenant;
  let theirs: Tenant;

  beforeAll(async () => {
    service = await openService(backend);
    ours = await foundTenant(service);
    theirs = await foundTenant(service, 'Southern Escrow');
  });
  afterAll(() => closeService(service));

  const claim = (assetId: string): Json => ({
    assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount: '5.00',
  });
  const attempts = async (client: Client, assetId: string, more: Json = {}): Promise<Answer[]> => [
    await client.post('/v1/positions', { ...claim(assetId), ...more }),
    await client.post('/v1/positions/batch', { items: [{ ...claim(assetId), ...more }] }),
  ];
  const expectUnknown = ([single, batch]: readonly Answer[]): void => {
    expectProblem(single as Answer, '/v1/positions', refusedAt(404, 'asset.unknown', '/assetId'));
    const path = '/v1/positions/batch';
    expectProblem(batch as Answer, path, refusedAt(404, 'asset.unknown', '/items/0/assetId'));
  };

  test('stays unknown to another, and to root in another’s name, however often it is used', async () => {
    // Nobody has asked for the asset yet; then its owner has, and then root has.
    for (const warm of [undefined, theirs.admin, service.root]) {
      if (warm !== undefined) await openPosition(warm, theirs.assetId, '5.00');
      expectUnknown(await attempts(ours.admin, theirs.assetId));
      expectUnknown(await attempts(service.root, theirs.assetId, { institutionId: ours.id }));
      expectUnknown(await attempts(ours.admin, UNKNOWN.asset));
    }
    // To have been refused to another spoils nothing for its owner.
    expect((await attempts(theirs.admin, theirs.assetId)).map(({ status }) => status)).toEqual([201, 201]);
    const asRoot = await attempts(service.root, theirs.assetId, { institutionId: theirs.id });
    expect(asRoot.map(({ status }) => status)).toEqual([201, 201]);
  });

  test('is held to the policy of its own institution', async () => {
    const policy = `/v1/institutions/${theirs.id}/policies/US`;
    done(await theirs.admin.put(policy, { position: { maxAmount: '4' } }));
    for (let round = 0; round < 3; round += 1) {
      expect((await attempts(ours.admin, ours.assetId)).map(({ status }) => status)).toEqual([201, 201]);
      expect((await attempts(theirs.admin, theirs.assetId)).map(({ status }) => status)).toEqual([422, 422]);
    }
  });
});

describe('what one process changes', () => {
  let first: Service;
  let second: Service;
  let tenant: Tenant;
  let there: Client;

  beforeEach(async () => {
    first = await openService('postgres');
    tenant = await foundTenant(first);
  });
  afterEach(async () => {
    await second.stop();
    await closeService(first);
  });
  const startSecond = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    second = await startService(first.installation, settings);
    there = second.client(tenant.adminKey);
  };
  /** Takes a row out of a table, so that it is unknown for a while, and answers how to bring it back. */
  const hide = async (table: string, id: string): Promise<() => Promise<void>> => {
    const { ownerUrl } = first.installation.database ?? { ownerUrl: '' };
    const row = await withClient(ownerUrl, async (client) => {
      const { rows } = await client.query(
        `DELETE FROM ${table} WHERE id = $1 RETURNING row_to_json(${table})::text AS text`,
        [id],
      );
      return (rows as { text: string }[])[0]?.text;
    });
    return async () => {
      await withClient(ownerUrl, async (client) => {
        await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1)`, [
          row,
        ]);
      });
    };
  };

  test.each([
    [300, 5],
    [0, 10],
  ])(
    'binds another within the age that it lets keys have: revocations within %d ms',
    async (maxAgeMs, rounds) => {
      await startSecond({ API_KEY_MAX_AGE_MS: `${maxAgeMs}` });
      for (let round = 0; round < rounds; round += 1) {
        const key = await issueKey(first, tenant.id, 'admin');
        const asking = new Asking(second.client(key.text));
        await asking.pass(performance.now());
        done(await tenant.admin.post(`/v1/institutions/${tenant.id}/api-keys/${key.id}/revoke`));
        const closedAtMs = performance.now() + maxAgeMs;
        await asking.pass(closedAtMs);
        const [upTo, after] = await asking.stop(closedAtMs);
        expect(upTo).toContain(200);
        expect(after).toEqual(new Set([401]));
      }
    },
  );

  test('is shown by another at once', async () => {
    await startSecond();
    const path = `/v1/assets/${tenant.assetId}`;
    for (let round = 0; round < 10; round += 1) {
      // Whatever is kept of the asset was used just now.
      await openPosition(there, tenant.assetId, '5.00');
      done(await there.get(path));
      const patched = done(await tenant.admin.patch(path, { label: `Bridge ${round}`, metadata: { round } }));
      expect(patched.metadata).toEqual({ round });
      for (const client of [there, second.root]) expect(done(await client.get(path))).toEqual(patched);
      expect(done(await there.get('/v1/assets')).data).toEqual([patched]);
    }
    const policies = `/v1/institutions/${tenant.id}/policies`;
    for (const maxAmount of ['7', '8', '9']) {
      const policy = done(await tenant.admin.put(`${policies}/US`, { position: { maxAmount } }));
      expect(done(await there.get(`${policies}/US`))).toEqual(policy);
      await openPosition(there, tenant.assetId, '5.00');
    }
  });

  test('is usable in another at once: a key, a region, a template and an asset', async () => {
    await startSecond();
    for (let round = 0; round < 10; round += 1) {
      const key = await issueKey(first, tenant.id, 'admin');
      const newcomer = second.client(key.text);
      const regions = ['US', 'EU_UK', ...(round % 2 === 0 ? ['UAE'] : [])];
      done(await first.root.patch(`/v1/institutions/${tenant.id}`, { regions }));
      const kind = { code: 'CONSTR_ESCROW', name: 'Project escrow', vertical: 'CONSTRUCTION', region: 'UAE' };
      const template = { ...kind, config: { currency: 'USD', region: 'UAE' } };
      const defined = await newcomer.post('/v1/asset-templates', template);
      expect(defined.status).toBe(round % 2 === 0 ? 201 : 422);
      const templateId = round % 2 === 0 ? defined.body.id : tenant.templateId;
      const asset = done(await tenant.admin.post('/v1/assets', { templateId, label: 'Harbour bridge' }));
      await openPosition(newcomer, asset.id, '5.00');
    }
  });

  test('is usable in another though it was asked for before it was there', async () => {
    await startSecond();
    const { id: assetId } = done(
      await tenant.admin.post('/v1/assets', { templateId: tenant.templateId, label: 'Harbour bridge' }),
    );
    const key = await issueKey(first, tenant.id, 'admin');
    const use = async (): Promise<number[]> => {
      const claim = { assetId, holderReference: 'holder-1', currency: 'USD', amount: '5.00' };
      const asset = await there.post('/v1/positions', claim);
      const rooted = await second.root.post('/v1/positions', claim);
      const inBatch = await there.post('/v1/positions/batch', { items: [claim] });
      return [asset, rooted, inBatch, await second.client(key.text).get('/v1/positions')].map(
        ({ status }) => status,
      );
    };
    const backAgain = [await hide('assets', assetId), await hide('api_keys', key.id)];
    expect(await use()).toEqual([404, 404, 404, 401]);
    for (const bringBack of backAgain) await bringBack();
    expect(await use()).toEqual([201, 201, 201, 200]);
  });
});
