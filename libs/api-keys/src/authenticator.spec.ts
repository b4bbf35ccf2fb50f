import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { newId, StoreUnavailable, type Clock } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import { ApiKeyUpkeep } from './api-key-upkeep.js';
import { ApiKeySecrets, type ApiKeySettings } from './api-key-secrets.js';
import { Authenticator } from './authenticator.js';
import { issueApiKey, type ApiKey, type NewApiKey } from './domain/api-key.js';
import { authFaults } from './domain/api-key-faults.js';
import { AuthenticationRefused } from './domain/authentication-refused.js';
import { keyPrefix, writeKeyText } from './domain/key-text.js';
import { KnownApiKeys } from './known-api-keys.js';
import { apiKeyBinding, ApiKeyEntity } from './testing.js';

const ADDRESS = '192.0.2.7';
const ROOT_KEYS = ['first-root-key', 'second-root-key'];
const missing = expect.objectContaining({ fault: authFaults['auth.missing_key'] });
const invalid = expect.objectContaining({
  fault: authFaults['auth.invalid_key'],
  message: 'The API key is not valid.',
});

function secretsWith(settings: Partial<ApiKeySettings> = {}): ApiKeySecrets {
  return new ApiKeySecrets({
    rootApiKeys: ROOT_KEYS,
    rootApiKeyAllowedCidrs: [],
    peppers: ['pepper'],
    ...settings,
  });
}

const upkeeps: ApiKeyUpkeep[] = [];

function authenticatorOf(store: TestStore, secrets: ApiKeySecrets, clock: Clock): Authenticator {
  const apiKeys = store.bind(apiKeyBinding);
  const upkeep = new ApiKeyUpkeep(apiKeys, secrets);
  upkeeps.push(upkeep);
  return new Authenticator(apiKeys, new KnownApiKeys(60_000), secrets, upkeep, clock);
}

describe.each(BACKENDS)('authentication on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  const institution = anInstitution();
  let store: TestStore;

  beforeEach(async () => {
    store = await openStore(backend, [InstitutionEntity, ApiKeyEntity]);
    await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, institution));
  });

  afterEach(async () => {
    for (const upkeep of upkeeps.splice(0)) await upkeep.onApplicationShutdown();
    await store.close();
  });

  function authenticator(...peppers: readonly string[]): Authenticator {
    return authenticatorOf(store, secretsWith({ peppers: peppers.length > 0 ? peppers : ['pepper'] }), clock);
  }

  async function issue(
    input: Partial<NewApiKey> = {},
    overrides: Partial<ApiKey> = {},
  ): Promise<{ id: string; keyText: string }> {
    const { apiKey, keyText } = issueApiKey(
      { label: 'Back office', role: 'admin', ...input },
      {
        id: newId('ak'),
        institutionId: institution.id,
        secret: Buffer.alloc(32, 1),
        pepper: secretsWith().currentPepper,
        at: clock.now(),
      },
    );
    await store.unitOfWork.commit((changes) =>
      store.bind(apiKeyBinding).insert(changes, { ...apiKey, ...overrides }),
    );
    return { id: apiKey.id, keyText };
  }

  test.each(['admin', 'read_only'] as const)(
    'knows the holder of a key of the role %s by either header',
    async (role) => {
      const { id, keyText } = await issue({ role });
      const principal = { role, institutionId: institution.id, apiKeyId: id };
      for (const headers of [
        { 'x-api-key': keyText },
        { authorization: `Bearer ${keyText}` },
        { authorization: `bearer ${keyText}` },
        { 'x-api-key': keyText, authorization: `Bearer ${keyText}` },
        { 'x-api-key': keyText, authorization: 'Basic dXNlcjpwYXNzd29yZA==' },
      ]) {
        expect(await authenticator().authenticate(headers, ADDRESS)).toEqual(principal);
      }
    },
  );

  test('knows each root key', async () => {
    for (const rootKey of ROOT_KEYS) {
      expect(await authenticator().authenticate({ 'x-api-key': rootKey }, ADDRESS)).toEqual({ role: 'root' });
    }
  });

  test.each([
    {},
    { 'x-api-key': '' },
    { 'x-api-key': [] },
    { authorization: '' },
    { authorization: 'Bearer ' },
    { authorization: 'Basic dXNlcjpwYXNzd29yZA==' },
  ])('misses a key in %j', async (headers) => {
    await expect(authenticator().authenticate(headers, ADDRESS)).rejects.toEqual(missing);
  });

  test('answers every key that does not let in alike, and tells the audit trail why', async () => {
    const good = await issue();
    const id = newId('ak');
    const revoked = await issue({}, { revokedAt: clock.now(), expiresAt: clock.now() });
    const expired = await issue({}, { expiresAt: clock.now() });
    const ofKey = (issued: { id: string }) => ({ id: issued.id, institutionId: institution.id });
    // A text that has let in before proves nothing of another with the same id.
    const shared = authenticator();
    await shared.authenticate({ 'x-api-key': good.keyText }, ADDRESS);
    for (const [keyText, reason, apiKey] of [
      ['nonsense', 'malformed'],
      [ROOT_KEYS.join(','), 'malformed'],
      [keyPrefix(good.id), 'malformed'],
      [good.keyText.slice(0, -1), 'malformed'],
      [`${good.keyText}, ${good.keyText}`, 'malformed'],
      [writeKeyText(good.id, Buffer.alloc(32, 2)), 'unknown'],
      [writeKeyText(revoked.id, Buffer.alloc(32, 2)), 'unknown'],
      [writeKeyText(id, Buffer.alloc(32, 1)), 'unknown'],
      [revoked.keyText, 'revoked', ofKey(revoked)],
      [expired.keyText, 'expired', ofKey(expired)],
    ] as const) {
      for (const headers of [{ 'x-api-key': keyText }, { authorization: `Bearer ${keyText}` }]) {
        const refusal = await refusalOf(shared.authenticate(headers, ADDRESS));
        expect(refusal).toEqual(invalid);
        expect([refusal.reason, refusal.apiKey, refusal.errors, refusal.extensions]).toEqual([
          reason,
          apiKey,
          [],
          {},
        ]);
      }
    }
  });

  test.each([
    [['192.0.2.0/24'], '192.0.2.7', true],
    [['192.0.2.0/24'], '::ffff:192.0.2.7', true],
    [['192.0.2.0/24'], '192.0.3.7', false],
    [['192.0.2.0/24'], 'unknown', false],
    [['10.0.0.1', '2001:db8::/32'], '2001:db8:1::7', true],
    [['10.0.0.1', '2001:db8::/32'], '2001:db9::7', false],
    [['::/0'], '192.0.2.7', false],
    [[], '192.0.2.7', true],
  ])('where root keys are allowed from %j, one from %s lets in: %j', async (cidrs, address, isAllowed) => {
    const secrets = secretsWith({ rootApiKeyAllowedCidrs: cidrs });
    const { keyText } = await issue();
    for (const rootKey of ROOT_KEYS) {
      const answer = authenticatorOf(store, secrets, clock).authenticate({ 'x-api-key': rootKey }, address);
      if (isAllowed) {
        expect(await answer).toEqual({ role: 'root' });
        continue;
      }
      const refusal = await refusalOf(answer);
      expect(refusal).toEqual(invalid);
      expect([refusal.reason, refusal.apiKey]).toEqual(['foreign_address', undefined]);
    }
    const other = authenticatorOf(store, secrets, clock).authenticate({ 'x-api-key': keyText }, address);
    expect(await other).toMatchObject({ role: 'admin' });
  });

  test('refuses two different keys, also when both are good', async () => {
    const { keyText } = await issue();
    const other = await issue();
    for (const headers of [
      { 'x-api-key': keyText, authorization: `Bearer ${other.keyText}` },
      { 'x-api-key': 'first-root-key', authorization: `Bearer ${keyText}` },
      { 'x-api-key': [keyText, other.keyText] },
    ]) {
      await expect(authenticator().authenticate(headers, ADDRESS)).rejects.toEqual(invalid);
    }
  });

  test('ends with the expiry of the key', async () => {
    const { keyText } = await issue({ expiresAt: new Date(clock.now().getTime() + 1_000) });
    clock.advance(999);
    expect(await authenticator().authenticate({ 'x-api-key': keyText }, ADDRESS)).toMatchObject({
      role: 'admin',
    });
    clock.advance(1);
    await expect(authenticator().authenticate({ 'x-api-key': keyText }, ADDRESS)).rejects.toEqual(invalid);
  });

  test('goes on while the pepper of a key is still configured', async () => {
    const { keyText } = await issue();
    const headers = { 'x-api-key': keyText };
    expect(await authenticator('new pepper', 'pepper').authenticate(headers, ADDRESS)).toMatchObject({
      role: 'admin',
    });
    await expect(authenticator('new pepper').authenticate(headers, ADDRESS)).rejects.toEqual(invalid);
  });
});

test('a wrong checksum or form is refused without asking the store', async () => {
  const store = await openStore('postgres', [InstitutionEntity, ApiKeyEntity]);
  const authenticator = authenticatorOf(store, secretsWith(), new FixedClock());
  const keyText = writeKeyText(newId('ak'), Buffer.alloc(32, 1));
  const wrongSum = keyText.slice(0, -1) + (keyText.endsWith('0') ? '1' : '0');
  // A store that is closed cannot answer: only a key that needs none gets its answer all the same.
  await store.close();
  await expect(authenticator.authenticate({ 'x-api-key': keyText }, ADDRESS)).rejects.toThrow(
    StoreUnavailable,
  );
  for (const refused of [wrongSum, 'nonsense', keyText.slice(0, -9)]) {
    await expect(authenticator.authenticate({ 'x-api-key': refused }, ADDRESS)).rejects.toEqual(invalid);
  }
});

test('API keys cannot be had without a pepper', () => {
  expect(() => secretsWith({ peppers: [] })).toThrow('API keys need a pepper.');
});

async function refusalOf(answer: Promise<unknown>): Promise<AuthenticationRefused> {
  const error = await answer.catch((reason: unknown) => reason);
  if (error instanceof AuthenticationRefused) return error;
  throw new Error('Nothing was refused.', { cause: error });
}
