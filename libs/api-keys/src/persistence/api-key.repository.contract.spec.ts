import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import {
  Duplicate,
  institutionScope,
  MissingReference,
  newId,
  PLATFORM_SCOPE,
  StaleVersion,
  type Scope,
} from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { ApiKey } from '../domain/api-key.js';
import type { ApiKeyRepository, RenewedHash } from '../domain/api-key-repository.js';
import { anApiKey, apiKeyBinding, ApiKeyEntity } from '../testing.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const BEFORE = new Date(NOW.getTime() - 1);
const AFTER = new Date(NOW.getTime() + 1);
const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the API key repository on %s', (backend) => {
  let store: TestStore;
  let apiKeys: ApiKeyRepository;
  let institutionId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, ApiKeyEntity]);
    apiKeys = store.bind(apiKeyBinding);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    institutionId = await foundInstitution();
    scope = institutionScope(institutionId);
  });

  async function foundInstitution(): Promise<string> {
    const institution = anInstitution();
    await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, institution));
    return institution.id;
  }

  async function insert(...keys: readonly ApiKey[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const apiKey of keys) apiKeys.insert(changes, apiKey);
    });
  }

  async function update(...keys: readonly ApiKey[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const apiKey of keys) apiKeys.update(changes, apiKey);
    });
  }

  const aKey = (overrides: Partial<ApiKey> = {}): ApiKey => anApiKey({ institutionId, ...overrides });
  const changed = (apiKey: ApiKey, changes: Partial<ApiKey>): ApiKey => ({
    ...apiKey,
    version: apiKey.version + 1,
    ...changes,
  });

  test('gives back what was stored, whole', async () => {
    const full = aKey({ role: 'read_only', expiresAt: AFTER, lastUsedAt: NOW, revokedAt: BEFORE });
    const sparse = aKey({ label: 'Ключ №1 🔑' });
    await insert(full, sparse);
    expect(await apiKeys.find(scope, full.id)).toEqual(full);
    expect(await apiKeys.find(scope, sparse.id)).toEqual(sparse);
  });

  test('hands out copies', async () => {
    const apiKey = aKey({ expiresAt: AFTER });
    const handedIn = { ...apiKey, expiresAt: new Date(AFTER) };
    await insert(handedIn);
    handedIn.expiresAt.setTime(0);
    const found = await apiKeys.find(scope, apiKey.id);
    found?.expiresAt?.setTime(0);
    Object.assign(found ?? {}, { label: 'Changed' });
    const listed = await apiKeys.list(scope, {}, PAGE);
    expect(listed.items).toEqual([apiKey]);
    Object.assign(listed.items[0] ?? {}, { label: 'Changed' });
    expect(await apiKeys.find(scope, apiKey.id)).toEqual(apiKey);
  });

  test.each(['ak_01jd8x3fqje3wve2q1q9n8h2kz', '', 'AK_1', "ak_' OR true --", 'ak_\0', '__proto__', '\ud800'])(
    'finds nothing under the unknown id %j',
    async (id) => {
      await insert(aKey());
      expect(await apiKeys.find(PLATFORM_SCOPE, id)).toBeUndefined();
    },
  );

  test('finds keys of its scope alone', async () => {
    const apiKey = aKey();
    await insert(apiKey);
    const foreign = institutionScope(await foundInstitution());
    expect(await apiKeys.find(PLATFORM_SCOPE, apiKey.id)).toEqual(apiKey);
    expect(await apiKeys.find(foreign, apiKey.id)).toBeUndefined();
    expect((await apiKeys.list(foreign, {}, PAGE)).items).toEqual([]);
    expect(await apiKeys.findOtherAdmin(foreign, newId('ak'), NOW)).toBeUndefined();
  });

  test('takes an id once, also for another institution', async () => {
    const apiKey = aKey();
    await insert(apiKey);
    const again = anApiKey({ id: apiKey.id, institutionId: await foundInstitution(), label: 'Again' });
    await expect(insert(again)).rejects.toThrow(new Duplicate('api_keys_pk'));
    expect(await apiKeys.find(PLATFORM_SCOPE, apiKey.id)).toEqual(apiKey);
  });

  test('takes no key of an institution that does not exist', async () => {
    await expect(insert(anApiKey())).rejects.toThrow(new MissingReference('api_keys_institution_fk'));
  });

  test('updates a key that still has the version before', async () => {
    const apiKey = aKey();
    await insert(apiKey);
    const revoked = changed(apiKey, { revokedAt: NOW, updatedAt: NOW });
    await update(revoked);
    expect(await apiKeys.find(scope, apiKey.id)).toEqual(revoked);
  });

  test.each([1, 3])('refuses version %i for a key that has version 1', async (version) => {
    const apiKey = aKey();
    await insert(apiKey);
    await expect(update({ ...apiKey, label: 'Changed', version })).rejects.toThrow(StaleVersion);
    expect(await apiKeys.find(scope, apiKey.id)).toEqual(apiKey);
  });

  test('refuses to update a key that does not exist', async () => {
    const apiKey = aKey({ version: 2 });
    await expect(update(apiKey)).rejects.toThrow(StaleVersion);
    expect(await apiKeys.find(scope, apiKey.id)).toBeUndefined();
  });

  test('stores all of a commit or nothing', async () => {
    const apiKey = aKey();
    const stale = aKey();
    const fresh = aKey();
    await insert(apiKey, stale);
    const commit = store.unitOfWork.commit((changes) => {
      apiKeys.insert(changes, fresh);
      apiKeys.update(changes, changed(apiKey, { revokedAt: NOW }));
      apiKeys.update(changes, { ...stale, revokedAt: NOW });
    });
    await expect(commit).rejects.toThrow(StaleVersion);
    expect(await apiKeys.find(scope, fresh.id)).toBeUndefined();
    expect(await apiKeys.find(scope, apiKey.id)).toEqual(apiKey);
    expect(await apiKeys.find(scope, stale.id)).toEqual(stale);
  });

  test('lets one of many racing updates of a version win', async () => {
    const apiKey = aKey();
    await insert(apiKey);
    const labels = Array.from({ length: 20 }, (_, index) => `Racer ${index}`);
    const races = await Promise.allSettled(labels.map(async (label) => update(changed(apiKey, { label }))));
    const winners = labels.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof StaleVersion);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await apiKeys.find(scope, apiKey.id)).toEqual(changed(apiKey, { label: winners[0] }));
  });

  test('lets two keys that each change the other win one at a time', async () => {
    const one = aKey();
    const other = aKey();
    await insert(one, other);
    const races = await Promise.allSettled([
      update(changed(one, { revokedAt: NOW }), changed(other, {})),
      update(changed(other, { revokedAt: NOW }), changed(one, {})),
    ]);
    expect(races.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const stored = [await apiKeys.find(scope, one.id), await apiKeys.find(scope, other.id)];
    expect(stored.filter((apiKey) => apiKey?.revokedAt === null)).toHaveLength(1);
  });

  describe('noting uses', () => {
    const MINUTE_MS = 60_000;
    const later = (ms: number): Date => new Date(NOW.getTime() + ms);
    const note = async (...uses: readonly [apiKey: ApiKey, at: Date][]): Promise<void> =>
      apiKeys.noteUses(
        uses.map(([{ id }, at]) => ({ id, at })),
        MINUTE_MS,
      );

    test('writes down when each of many keys was last used, and nothing else', async () => {
      const keys = Array.from({ length: 20 }, () => aKey({ expiresAt: AFTER, revokedAt: BEFORE }));
      const unused = aKey();
      await insert(...keys, unused);
      await note(...keys.map((apiKey, index): [ApiKey, Date] => [apiKey, later(index)]).reverse());
      for (const [index, apiKey] of keys.entries()) {
        expect(await apiKeys.find(scope, apiKey.id)).toEqual({ ...apiKey, lastUsedAt: later(index) });
      }
      expect(await apiKeys.find(scope, unused.id)).toEqual(unused);
    });

    test.each([
      ['the same moment again', 0, 0],
      ['a moment too soon', MINUTE_MS - 1, 0],
      ['an earlier moment', -1, 0],
      ['a much earlier moment', -10 * MINUTE_MS, 0],
      ['a minute on', MINUTE_MS, MINUTE_MS],
      ['much later', 10 * MINUTE_MS, 10 * MINUTE_MS],
    ])('leaves at least a gap between what is noted of a key: %s', async (_, usedMs, notedMs) => {
      const apiKey = aKey();
      const other = aKey();
      await insert(apiKey, other);
      await note([apiKey, NOW]);
      await note([apiKey, later(usedMs)], [other, NOW]);
      expect(await apiKeys.find(scope, apiKey.id)).toEqual({ ...apiKey, lastUsedAt: later(notedMs) });
      expect(await apiKeys.find(scope, other.id)).toEqual({ ...other, lastUsedAt: NOW });
    });

    test('is done once of what many note at the same time', async () => {
      const apiKey = aKey();
      await insert(apiKey);
      await Promise.all(Array.from({ length: 20 }, async (_none, ms) => note([apiKey, later(ms)])));
      const noted = await apiKeys.find(scope, apiKey.id);
      expect(noted?.lastUsedAt?.getTime()).toBeGreaterThanOrEqual(NOW.getTime());
      await Promise.all(Array.from({ length: 20 }, async (_none, ms) => note([apiKey, later(ms)])));
      expect(await apiKeys.find(scope, apiKey.id)).toEqual(noted);
    });

    test('passes over keys that are unknown, and over nothing at all', async () => {
      const apiKey = aKey();
      await insert(apiKey);
      await note();
      await note([aKey(), NOW], [apiKey, NOW]);
      expect(await apiKeys.find(scope, apiKey.id)).toEqual({ ...apiKey, lastUsedAt: NOW });
    });

    test('is not undone by an update that was decided before', async () => {
      const apiKey = aKey();
      await insert(apiKey);
      const revoked = changed(apiKey, { revokedAt: NOW });
      await note([apiKey, NOW]);
      await update(revoked);
      expect(await apiKeys.find(scope, apiKey.id)).toEqual({ ...revoked, lastUsedAt: NOW });
    });
  });

  describe('renewing hashes', () => {
    const renewed = (apiKey: ApiKey, pepperVersion: string): RenewedHash => ({
      id: apiKey.id,
      keyHash: `hash under ${pepperVersion}`,
      pepperVersion,
      oldPepperVersion: apiKey.pepperVersion,
    });

    test('exchanges the hashes of many keys, and gives them a new version', async () => {
      const keys = Array.from({ length: 20 }, () => aKey({ lastUsedAt: BEFORE }));
      const other = aKey();
      await insert(...keys, other);
      await apiKeys.renewHashes(keys.map((apiKey) => renewed(apiKey, 'new')).reverse());
      for (const apiKey of keys) {
        const expected = { ...apiKey, keyHash: 'hash under new', pepperVersion: 'new', version: 2 };
        expect(await apiKeys.find(scope, apiKey.id)).toEqual(expected);
      }
      expect(await apiKeys.find(scope, other.id)).toEqual(other);
    });

    test('is done by the first of many, and by none whose old pepper is not the stored one', async () => {
      const apiKey = aKey();
      await insert(apiKey);
      const peppers = Array.from({ length: 10 }, (_none, index) => `pepper ${index}`);
      await Promise.all(peppers.map(async (pepper) => apiKeys.renewHashes([renewed(apiKey, pepper)])));
      const stored = await apiKeys.find(scope, apiKey.id);
      expect(stored).toMatchObject({ keyHash: `hash under ${stored?.pepperVersion}`, version: 2 });
      await apiKeys.renewHashes([renewed(apiKey, 'late'), renewed(aKey(), 'unknown')]);
      await apiKeys.renewHashes([]);
      expect(await apiKeys.find(scope, apiKey.id)).toEqual(stored);
    });

    test('is not undone by an update that was decided before', async () => {
      const apiKey = aKey();
      await insert(apiKey);
      await apiKeys.renewHashes([renewed(apiKey, 'new')]);
      await expect(update(changed(apiKey, { revokedAt: NOW }))).rejects.toThrow(StaleVersion);
      expect(await apiKeys.find(scope, apiKey.id)).toMatchObject({ pepperVersion: 'new', revokedAt: null });
    });

    test('and noting uses get on with commits that change the same keys', async () => {
      const keys = Array.from({ length: 30 }, () => aKey());
      await insert(...keys);
      const uses = keys.map(({ id }) => ({ id, at: NOW })).reverse();
      const rounds = Array.from({ length: 10 }, async (_none, round) => {
        await apiKeys.noteUses(uses, 0);
        await apiKeys.renewHashes(keys.map((apiKey) => renewed(apiKey, `pepper ${round}`)).reverse());
      });
      const updates = Array.from({ length: 10 }, async () => {
        const stored = await apiKeys.list(scope, {}, PAGE);
        await update(...stored.items.map((apiKey) => changed(apiKey, {}))).catch((error: unknown) => {
          if (!(error instanceof StaleVersion)) throw error;
        });
      });
      await Promise.all([...rounds, ...updates]);
      const { items } = await apiKeys.list(scope, {}, PAGE);
      expect(items.map(({ lastUsedAt }) => lastUsedAt)).toEqual(keys.map(() => NOW));
    });
  });

  describe('listing', () => {
    const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

    test('goes by creation, and by id among keys of one moment', async () => {
      const [third, second, first] = [
        aKey({ createdAt: at(2) }),
        aKey({ createdAt: at(1) }),
        aKey({ createdAt: at(1) }),
      ].sort(
        (left, right) =>
          right.createdAt.getTime() - left.createdAt.getTime() || (left.id < right.id ? 1 : -1),
      ) as [ApiKey, ApiKey, ApiKey];
      await insert(second, third, first);
      expect((await apiKeys.list(scope, {}, PAGE)).items).toEqual([first, second, third]);
      expect((await apiKeys.list(scope, {}, { ...PAGE, order: 'desc' })).items).toEqual([
        third,
        second,
        first,
      ]);
    });

    test.each(['asc', 'desc'] as const)(
      'pages %s without repetition or loss, also through keys of one moment',
      async (order) => {
        await insert(
          ...Array.from({ length: 7 }, (_, index) => aKey({ createdAt: at(Math.floor(index / 3)) })),
        );
        const whole = await apiKeys.list(scope, {}, { limit: 7, order });
        expect(whole.items).toHaveLength(7);
        expect(whole.next).toBeUndefined();

        const paged: ApiKey[] = [];
        let page = await apiKeys.list(scope, {}, { limit: 2, order });
        for (
          ;
          page.next !== undefined;
          page = await apiKeys.list(scope, {}, { limit: 2, order, after: page.next })
        ) {
          expect(page.items).toHaveLength(2);
          paged.push(...page.items);
        }
        expect([...paged, ...page.items]).toEqual(whole.items);
      },
    );

    test('has no next page when the rows end with the page', async () => {
      await insert(aKey(), aKey());
      const page = await apiKeys.list(scope, {}, { limit: 2, order: 'asc' });
      expect(page.items).toHaveLength(2);
      expect(page.next).toBeUndefined();
    });

    test('is empty where there is nothing', async () => {
      expect(await apiKeys.list(scope, {}, PAGE)).toEqual({ items: [] });
    });

    test('keeps to the keys that are active at a moment', async () => {
      const lasting = aKey({ createdAt: at(1) });
      const expiring = aKey({ createdAt: at(2), expiresAt: AFTER });
      const expired = aKey({ createdAt: at(3), expiresAt: NOW });
      const revoked = aKey({ createdAt: at(4), revokedAt: BEFORE, expiresAt: AFTER });
      await insert(lasting, expiring, expired, revoked);
      const active = await apiKeys.list(scope, { activeAt: NOW }, PAGE);
      expect(active.items).toEqual([lasting, expiring]);
      const all = await apiKeys.list(scope, {}, PAGE);
      expect(all.items).toEqual([lasting, expiring, expired, revoked]);
    });
  });

  test('finds the oldest other admin key that is active and has no successor', async () => {
    const created = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    const asked = aKey({ createdAt: created(1) });
    const readOnly = aKey({ createdAt: created(2), role: 'read_only' });
    const expired = aKey({ createdAt: created(3), expiresAt: NOW });
    const revoked = aKey({ createdAt: created(4), revokedAt: BEFORE });
    const rotated = aKey({ createdAt: created(4), updatedAt: created(5), expiresAt: AFTER });
    await insert(asked, readOnly, expired, revoked, rotated);
    expect(await apiKeys.findOtherAdmin(scope, asked.id, NOW)).toBeUndefined();

    const older = aKey({ createdAt: created(5), expiresAt: AFTER });
    const younger = aKey({ createdAt: created(6) });
    await insert(younger, older);
    expect(await apiKeys.findOtherAdmin(scope, asked.id, NOW)).toEqual(older);
    expect(await apiKeys.findOtherAdmin(scope, older.id, NOW)).toEqual(asked);
  });
});
