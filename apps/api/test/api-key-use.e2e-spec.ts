import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock, until, withClient } from '#testing';
import type { Json } from './support/client.js';
import { forgedKey } from './support/forged-key.js';
import { aTime } from './support/patterns.js';
import { recordStatements } from './support/recorded-statements.js';
import { closeService, newInstallation, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, type Tenant } from './support/tenant.js';

const MINUTE_MS = 60_000;

/** What the list of keys says of one. */
async function shownKey(service: Service, { id }: Tenant, keyId: string): Promise<Json> {
  const path = `/v1/institutions/${id}/api-keys?includeRevoked=true&limit=200`;
  return done(await service.root.get(path)).data.find((key: Json) => key.id === keyId);
}

describe.each(BACKENDS)('the use of API keys on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend, {}, clock);
  });
  afterAll(() => closeService(service));
  beforeEach(async () => {
    clock.advance(10 * MINUTE_MS);
    tenant = await foundTenant(service);
  });

  const lastUsedAt = async (keyId: string): Promise<string | null> =>
    (await shownKey(service, tenant, keyId)).lastUsedAt;

  /** Waits until the last use of a key is shown as it should be, but not for ever. */
  async function untilUsedAt(keyId: string, moment: Date): Promise<void> {
    const used = moment.toISOString();
    await until(async () => (await lastUsedAt(keyId)) === used, `The key is shown as used at ${used}.`);
  }

  test('is shown of each, a little after the first and then to the minute', async () => {
    const { readerKeyId, reader } = tenant;
    expect(await lastUsedAt(readerKeyId)).toBeNull();
    const first = clock.now();
    done(await reader.get('/v1/positions'));
    await untilUsedAt(readerKeyId, first);
    clock.advance(MINUTE_MS - 1);
    done(await reader.get('/v1/positions'));
    // What is noted of another key is noted after what was to be noted of this one.
    const other = await issueKey(service, tenant.id, 'read_only');
    done(await service.client(other.text).get('/v1/positions'));
    await untilUsedAt(other.id, clock.now());
    expect(await lastUsedAt(readerKeyId)).toBe(first.toISOString());
    clock.advance(1);
    done(await reader.get('/v1/positions'));
    await untilUsedAt(readerKeyId, clock.now());
  });

  test('is noted also of one that is let in and may not do what it asks', async () => {
    const { readerKeyId, reader } = tenant;
    expect((await reader.post('/v1/positions', {})).status).toBe(403);
    await untilUsedAt(readerKeyId, clock.now());
  });

  test('is not noted once it has ended, and stays shown', async () => {
    const { readerKeyId, reader } = tenant;
    const used = clock.now();
    done(await reader.get('/v1/positions'));
    await untilUsedAt(readerKeyId, used);
    clock.advance(MINUTE_MS);
    done(await tenant.admin.post(`/v1/institutions/${tenant.id}/api-keys/${readerKeyId}/revoke`));
    expect((await reader.get('/v1/positions')).status).toBe(401);
    await untilUsedAt(tenant.adminKeyId, clock.now());
    expect(await lastUsedAt(readerKeyId)).toBe(used.toISOString());
  });

  test('gives neither the key nor its list another version', async () => {
    const before = await shownKey(service, tenant, tenant.readerKeyId);
    done(await tenant.reader.get('/v1/positions'));
    const used = clock.now();
    await untilUsedAt(tenant.readerKeyId, used);
    const after = await shownKey(service, tenant, tenant.readerKeyId);
    expect(after).toEqual({ ...before, lastUsedAt: used.toISOString() });
  });
});

describe('the use of API keys by two processes', () => {
  test('is noted when either stops, and at most once a minute by both', async () => {
    const clock = new FixedClock('2026-03-01T12:00:00.000Z');
    const service = await openService('postgres', {}, clock);
    try {
      const tenant = await foundTenant(service);
      const useOnce = async (): Promise<void> => {
        const other = await startService(service.installation, {}, clock);
        done(await other.client(tenant.readerKey).get('/v1/positions'));
        await other.stop();
      };
      const first = clock.now().toISOString();
      for (const ms of [0, MINUTE_MS / 2, MINUTE_MS / 2 - 1]) {
        clock.advance(ms);
        await useOnce();
        expect((await shownKey(service, tenant, tenant.readerKeyId)).lastUsedAt).toBe(first);
      }
      clock.advance(1);
      await useOnce();
      const second = clock.now().toISOString();
      expect((await shownKey(service, tenant, tenant.readerKeyId)).lastUsedAt).toBe(second);
    } finally {
      await closeService(service);
    }
  });
});

describe('the pepper of API keys', () => {
  test('is exchanged for every key that is used meanwhile, and no other', async () => {
    const installation = await newInstallation('postgres');
    const { API_KEY_PEPPER: old = '' } = installation.environment;
    const next = 'a-pepper-that-follows-the-first-one';
    const startWith = async (...peppers: readonly string[]): Promise<Service> =>
      startService(installation, { API_KEY_PEPPER: peppers.join() });
    const statusOf = async (service: Service, text: string): Promise<number> =>
      (await service.client(text).get('/v1/positions')).status;
    const first = await startWith(old);
    const tenant = await foundTenant(first);
    const unused = await issueKey(first, tenant.id, 'read_only');
    await first.stop();

    const both = await startWith(next, old);
    expect(await statusOf(both, tenant.readerKey)).toBe(200);
    const made = await issueKey(both, tenant.id, 'read_only');
    await both.stop();

    const last = await startWith(next);
    expect(await statusOf(last, tenant.readerKey)).toBe(200);
    expect(await statusOf(last, made.text)).toBe(200);
    expect(await statusOf(last, unused.text)).toBe(401);
    expect(await statusOf(last, tenant.adminKey)).toBe(401);
    await closeService(last);
  });
});

describe('the look-up of API keys', () => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    // What is refused would go on record behind the requests.
    service = await openService('postgres', { API_KEY_MAX_AGE_MS: '0', AUDIT_REFUSALS_PER_MINUTE: '0' });
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  const sentFor = async (text: string, status: number): Promise<string[]> => {
    const sent = await recordStatements(async () => {
      expect((await service.client(text).get('/v1/template-types')).status).toBe(status);
    });
    return sent.map(({ text: sql }) => sql);
  };

  test('asks the store for the one key of that id, known or not', async () => {
    const asked = [expect.stringMatching(/ FROM "api_keys" t WHERE t\."id" = ANY \(\$1::text\[\]\)$/)];
    expect(await sentFor(tenant.readerKey, 200)).toEqual(asked);
    expect(await sentFor(forgedKey(), 401)).toEqual(asked);
  });

  test('asks the store nothing when the checksum or the form is wrong, nor for a root key', async () => {
    const key = tenant.readerKey;
    const wrongSum = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    const wrongSecret = key.replace(/_(.)/, (_, digit) => `_${digit === '0' ? '1' : '0'}`);
    for (const text of [wrongSum, wrongSecret, key.slice(0, -9), key.slice(0, 30), 'x', key.toUpperCase()]) {
      expect(await sentFor(text, 401)).toEqual([]);
    }
    expect(await sentFor(service.installation.rootKey, 200)).toEqual([]);
  });

  test('goes on while uses wait for whoever holds a row, and they hold none that come after it', async () => {
    const early = await issueKey(service, tenant.id, 'read_only');
    const late = await issueKey(service, tenant.id, 'read_only');
    await withClient(service.installation.database?.ownerUrl ?? '', async (client) => {
      const lock = async (id: string): Promise<unknown> =>
        client.query('SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE NOWAIT', [id]);
      const isWaitedFor = async (): Promise<boolean> => {
        const { rows } = await client.query('SELECT 1 FROM pg_locks WHERE NOT granted');
        return rows.length > 0;
      };
      // Puts the row behind the other one in the table, whose order is no order of ids then.
      await client.query('UPDATE api_keys SET label = label WHERE id = $1', [early.id]);
      await client.query('BEGIN');
      await lock(early.id);
      for (const { text } of [late, early]) done(await service.client(text).get('/v1/template-types'));
      await until(isWaitedFor, 'The row is waited for.');
      for (const { text } of [late, early]) done(await service.client(text).get('/v1/template-types'));
      // Commits lock rows in the order of their ids as well: in any other they could wait for each other.
      await lock(late.id);
      await client.query('ROLLBACK');
    });
    const lastUses = async (): Promise<unknown[]> =>
      Promise.all([early, late].map(async ({ id }) => (await shownKey(service, tenant, id)).lastUsedAt));
    await until(async () => !(await lastUses()).includes(null), 'Both keys are shown as used.');
    expect(await lastUses()).toEqual([aTime, aTime]);
  });
});
