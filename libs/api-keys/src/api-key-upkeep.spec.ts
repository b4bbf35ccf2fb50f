import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { newId, PLATFORM_SCOPE, StoreUnavailable, type Principal } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock, type Backend } from '#testing';
import { Logger, type LoggerService } from '@nestjs/common';
import { ApiKeyUpkeep } from './api-key-upkeep.js';
import { ApiKeySecrets } from './api-key-secrets.js';
import { Authenticator } from './authenticator.js';
import { issueApiKey, type ApiKey } from './domain/api-key.js';
import type { ApiKeyRepository } from './domain/api-key-repository.js';
import { KnownApiKeys } from './known-api-keys.js';
import { anApiKey, apiKeyBinding, ApiKeyEntity } from './testing.js';

const MINUTE_MS = 60_000;
const DELAY_MS = 250;
const MAX_WAITING = 1_000;

/** Keeps warnings and errors, and drops the rest. */
class Notebook implements LoggerService {
  readonly lines: unknown[][] = [];

  log(): void {
    // Of no interest here.
  }

  warn(...said: unknown[]): void {
    this.lines.push(said);
  }

  error(...said: unknown[]): void {
    this.lines.push(said);
  }
}

/** What a process has of its own. */
class Process {
  readonly upkeep: ApiKeyUpkeep;
  private readonly authenticator: Authenticator;

  constructor(apiKeys: ApiKeyRepository, peppers: readonly string[], maxAgeMs = 10 * MINUTE_MS) {
    const secrets = new ApiKeySecrets({ rootApiKeys: ['root'], rootApiKeyAllowedCidrs: [], peppers });
    this.upkeep = new ApiKeyUpkeep(apiKeys, secrets);
    this.authenticator = new Authenticator(apiKeys, new KnownApiKeys(maxAgeMs), secrets, this.upkeep, clock);
    processes.push(this);
  }

  async use(keyText: string): Promise<Principal> {
    return this.authenticator.authenticate({ 'x-api-key': keyText }, '192.0.2.7');
  }
}

const clock = new FixedClock();
const processes: Process[] = [];
const refused = { fault: { code: 'auth.invalid_key' } };
let store: TestStore;
let apiKeys: ApiKeyRepository;
let institutionId: string;
let notebook: Notebook;

async function open(backend: Backend): Promise<void> {
  store = await openStore(backend, [InstitutionEntity, ApiKeyEntity]);
  apiKeys = store.bind(apiKeyBinding);
  const institution = anInstitution();
  institutionId = institution.id;
  await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, institution));
}

/** Stores a new key, and answers its text. */
async function issue(
  pepper = 'pepper',
  overrides: Partial<ApiKey> = {},
): Promise<[id: string, text: string]> {
  const { currentPepper } = new ApiKeySecrets({
    rootApiKeys: [],
    rootApiKeyAllowedCidrs: [],
    peppers: [pepper],
  });
  const { apiKey, keyText } = issueApiKey(
    { label: 'Back office', role: 'admin' },
    { id: newId('ak'), institutionId, secret: Buffer.alloc(32, 1), pepper: currentPepper, at: clock.now() },
  );
  await store.unitOfWork.commit((changes) => apiKeys.insert(changes, { ...apiKey, ...overrides }));
  return [apiKey.id, keyText];
}

async function stored(id: string): Promise<ApiKey> {
  return (await apiKeys.find(PLATFORM_SCOPE, id)) as ApiKey;
}

/** The repository, with one method in another's place. */
function repositoryWith(methods: Partial<ApiKeyRepository>): ApiKeyRepository {
  return Object.assign(Object.create(apiKeys) as ApiKeyRepository, methods);
}

/** The timers of upkeep among all that were set: what each runs, and its handle. */
function timersOf(timers: jest.SpiedFunction<typeof setTimeout>) {
  return timers.mock.calls.flatMap(([run, ms], index) => {
    const handle = timers.mock.results[index]?.value as NodeJS.Timeout;
    return ms === DELAY_MS ? [{ run: run, handle }] : [];
  });
}

beforeEach(() => {
  notebook = new Notebook();
  Logger.overrideLogger(notebook);
  clock.set('2026-03-01T12:00:00.000Z');
});
afterEach(async () => {
  for (const { upkeep } of processes.splice(0)) await upkeep.onApplicationShutdown();
  await store.close();
  Logger.overrideLogger(false);
});

describe.each(BACKENDS)('the last use of a key on %s', (backend) => {
  beforeEach(async () => open(backend));

  test('is noted behind the request that used it, and nothing else of the key', async () => {
    const process = new Process(apiKeys, ['pepper']);
    const [id, text] = await issue();
    const before = await stored(id);
    await process.use(text);
    expect(await stored(id)).toEqual(before);
    await process.upkeep.flush();
    expect(await stored(id)).toEqual({ ...before, lastUsedAt: clock.now() });
  });

  test('is noted at most once a minute by one process', async () => {
    const noted: Date[] = [];
    const counting = repositoryWith({
      noteUses: async (uses, minGapMs) => {
        noted.push(...uses.map(({ at }) => at));
        return apiKeys.noteUses(uses, minGapMs);
      },
    });
    const process = new Process(counting, ['pepper']);
    const [id, text] = await issue();
    const start = clock.now().getTime();
    for (let second = 0; second < 180; second += 1) {
      await process.use(text);
      await process.upkeep.flush();
      clock.advance(1_000);
    }
    expect(noted.map((at) => at.getTime() - start)).toEqual([0, MINUTE_MS, 2 * MINUTE_MS]);
    expect((await stored(id)).lastUsedAt).toEqual(noted.at(-1));
  });

  test('is not even handed over within a minute by a process that remembers nothing', async () => {
    const handedOver: string[] = [];
    const counting = repositoryWith({
      noteUses: async (uses, minGapMs) => {
        handedOver.push(...uses.map(({ id }) => id));
        return apiKeys.noteUses(uses, minGapMs);
      },
    });
    const process = new Process(counting, ['pepper'], 0);
    const [id, text] = await issue();
    for (let second = 0; second < 60; second += 1) {
      await process.use(text);
      await process.upkeep.flush();
      clock.advance(1_000);
    }
    expect(handedOver).toEqual([id]);
  });

  test('is noted at most once a minute by many processes, and never set back', async () => {
    const [one, other] = [new Process(apiKeys, ['pepper']), new Process(apiKeys, ['pepper'])];
    const [id, text] = await issue();
    const start = clock.now();
    await other.use(text);
    clock.advance(30_000);
    await one.use(text);
    await one.upkeep.flush();
    const first = clock.now();
    expect((await stored(id)).lastUsedAt).toEqual(first);
    // The use before, of which the other process tells late.
    await other.upkeep.flush();
    expect(start).not.toEqual(first);
    expect((await stored(id)).lastUsedAt).toEqual(first);
    clock.advance(30_000);
    await other.use(text);
    await other.upkeep.flush();
    expect((await stored(id)).lastUsedAt).toEqual(first);
    clock.advance(60_000);
    await other.use(text);
    await other.upkeep.flush();
    expect((await stored(id)).lastUsedAt).toEqual(clock.now());
  });

  test('is of keys that let somebody in: of no other, and of no root key', async () => {
    const handedOver: string[] = [];
    const counting = repositoryWith({
      noteUses: async (uses, minGapMs) => {
        handedOver.push(...uses.map(({ id }) => id));
        return apiKeys.noteUses(uses, minGapMs);
      },
    });
    const process = new Process(counting, ['pepper']);
    const [, expired] = await issue('pepper', { expiresAt: clock.now() });
    const [, revoked] = await issue('pepper', { revokedAt: clock.now() });
    const [, unfit] = await issue('pepper', { keyHash: '0'.repeat(64) });
    for (const text of [expired, revoked, unfit])
      await expect(process.use(text)).rejects.toMatchObject(refused);
    await process.use('root');
    await process.upkeep.flush();
    expect(handedOver).toEqual([]);
  });

  test('is noted of many keys by one call', async () => {
    const calls: number[] = [];
    const counting = repositoryWith({
      noteUses: async (uses, minGapMs) => {
        calls.push(uses.length);
        return apiKeys.noteUses(uses, minGapMs);
      },
    });
    const process = new Process(counting, ['pepper']);
    const issued = await Promise.all(Array.from({ length: 20 }, async () => issue()));
    await Promise.all([...issued, ...issued].map(async ([, text]) => process.use(text)));
    await process.upkeep.flush();
    expect(calls).toEqual([20]);
    for (const [id] of issued) expect((await stored(id)).lastUsedAt).toEqual(clock.now());
  });

  test('is noted when the process stops, which waits for it, and never after', async () => {
    const process = new Process(apiKeys, ['pepper']);
    const [[id, text], [lateId, late]] = [await issue(), await issue()];
    await process.use(text);
    await process.upkeep.onApplicationShutdown();
    expect((await stored(id)).lastUsedAt).toEqual(clock.now());
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await process.use(late);
    expect(timersOf(timers)).toEqual([]);
    timers.mockRestore();
    expect((await stored(lateId)).lastUsedAt).toBeNull();
  });
});

describe.each(BACKENDS)('the hash of a key on %s', (backend) => {
  beforeEach(async () => open(backend));

  test('is renewed under the current pepper by its use, so that the old pepper can go', async () => {
    const [usedId, used] = await issue('old');
    const [unusedId, unused] = await issue('old');
    const rotating = new Process(apiKeys, ['new', 'old']);
    const before = await stored(usedId);
    await rotating.use(used);
    expect(await stored(usedId)).toEqual(before);
    await rotating.upkeep.flush();
    const after = await stored(usedId);
    expect(after).toEqual({
      ...before,
      keyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      pepperVersion: expect.any(String),
      lastUsedAt: clock.now(),
      version: 2,
    });
    expect([after.keyHash, after.pepperVersion]).not.toContain(before.keyHash);
    expect(after.pepperVersion).not.toBe(before.pepperVersion);
    // By what it knows of the key as it was, and anew.
    expect(await rotating.use(used)).toMatchObject({ apiKeyId: usedId });
    expect(await new Process(apiKeys, ['new', 'old']).use(used)).toMatchObject({ apiKeyId: usedId });
    const rotated = new Process(apiKeys, ['new']);
    expect(await rotated.use(used)).toMatchObject({ apiKeyId: usedId });
    await expect(rotated.use(unused)).rejects.toMatchObject(refused);
    expect((await stored(unusedId)).pepperVersion).toBe(before.pepperVersion);
  });

  test('is renewed once, whichever processes use it', async () => {
    const [id, text] = await issue('old');
    const rotating = Array.from({ length: 4 }, () => new Process(apiKeys, ['new', 'old']));
    await Promise.all(rotating.map(async (process) => process.use(text)));
    await Promise.all(rotating.map(async ({ upkeep }) => upkeep.flush()));
    expect((await stored(id)).version).toBe(2);
    for (const process of rotating) {
      await process.use(text);
      await process.upkeep.flush();
      expect(await process.use(text)).toMatchObject({ apiKeyId: id });
    }
    expect((await stored(id)).version).toBe(2);
  });

  test('stays what it is under the current pepper, and where the key lets nobody in', async () => {
    const [currentId, current] = await issue('new');
    const [revokedId, revoked] = await issue('old', { revokedAt: clock.now() });
    const rotating = new Process(apiKeys, ['new', 'old']);
    await rotating.use(current);
    await expect(rotating.use(revoked)).rejects.toMatchObject(refused);
    await rotating.upkeep.flush();
    expect([(await stored(currentId)).version, (await stored(revokedId)).version]).toEqual([1, 1]);
  });
});

describe('the upkeep of keys', () => {
  beforeEach(async () => open('memory'));

  test('lets no request wait, and begins a little after the first use', async () => {
    let finish = (): void => undefined;
    const begun: string[] = [];
    const hanging = repositoryWith({
      noteUses: async (uses) => {
        begun.push(...uses.map(({ id }) => id));
        return new Promise((resolve) => (finish = resolve));
      },
    });
    const process = new Process(hanging, ['pepper']);
    const [[id, text], [otherId, other]] = [await issue(), await issue()];
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await process.use(text);
    await process.use(other);
    const [timer, ...more] = timersOf(timers);
    timers.mockRestore();
    expect(more).toEqual([]);
    // It would hold up no process that has nothing else to do.
    expect(timer?.handle.hasRef()).toBe(false);
    expect(begun).toEqual([]);
    timer?.run();
    await nextTurn();
    expect(begun).toEqual([id, otherId]);
    clock.advance(MINUTE_MS);
    expect(await process.use(text)).toMatchObject({ role: 'admin' });
    hanging.noteUses = async () => Promise.resolve();
    finish();
  });

  test('keeps no more than a bounded number of uses and hashes, and those beyond for their next use', async () => {
    const written = { uses: 0, hashes: 0 };
    const counting = repositoryWith({
      noteUses: async (uses) => {
        written.uses += uses.length;
        return Promise.resolve();
      },
      renewHashes: async (hashes) => {
        written.hashes += hashes.length;
        return Promise.resolve();
      },
    });
    const { upkeep } = new Process(counting, ['new', 'old']);
    const known = Array.from({ length: MAX_WAITING + 1 }, () => ({ apiKey: anApiKey() }));
    for (const each of known) upkeep.noteUse(each, 'text', clock.now());
    await upkeep.flush();
    expect(written).toEqual({ uses: MAX_WAITING, hashes: MAX_WAITING });
    for (const each of known) upkeep.noteUse(each, 'text', clock.now());
    await upkeep.flush();
    expect(written).toEqual({ uses: MAX_WAITING + 1, hashes: MAX_WAITING + 1 });
  });

  test('of a store that is away is warned of, and goes on when it is back', async () => {
    let isAway = true;
    const failing = repositoryWith({
      noteUses: async (uses, minGapMs) => {
        if (isAway) throw new StoreUnavailable('The database cannot be reached.');
        return apiKeys.noteUses(uses, minGapMs);
      },
    });
    const process = new Process(failing, ['pepper']);
    const [id, text] = await issue();
    await process.use(text);
    await process.upkeep.flush();
    expect(notebook.lines).toEqual([
      [
        { err: expect.any(StoreUnavailable) },
        'The last uses of API keys, or their renewed hashes, were not written.',
        'ApiKeyUpkeep',
      ],
    ]);
    isAway = false;
    clock.advance(MINUTE_MS);
    await process.use(text);
    await process.upkeep.flush();
    expect((await stored(id)).lastUsedAt).toEqual(clock.now());
  });
});
