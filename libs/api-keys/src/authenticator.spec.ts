import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { newId, StoreUnavailable } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import { ApiKeySecrets } from './api-key-secrets.js';
import { Authenticator } from './authenticator.js';
import { issueApiKey, type ApiKey, type NewApiKey } from './domain/api-key.js';
import { authFaults } from './domain/api-key-faults.js';
import { keyPrefix, writeKeyText } from './domain/key-text.js';
import { KnownApiKeys } from './known-api-keys.js';
import { apiKeyBinding, ApiKeyEntity } from './testing.js';

const ROOT_KEYS = ['first-root-key', 'second-root-key'];
const missing = expect.objectContaining({ fault: authFaults['auth.missing_key'] });
const invalid = expect.objectContaining({
  fault: authFaults['auth.invalid_key'],
  message: 'The API key is not valid.',
});

describe.each(BACKENDS)('authentication on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  const institution = anInstitution();
  let store: TestStore;

  beforeEach(async () => {
    store = await openStore(backend, [InstitutionEntity, ApiKeyEntity]);
    await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, institution));
  });

  afterEach(async () => store.close());

  function authenticator(...peppers: readonly string[]): Authenticator {
    return new Authenticator(
      store.bind(apiKeyBinding),
      new KnownApiKeys(60_000),
      secretsWith(...peppers),
      clock,
    );
  }

  function secretsWith(...peppers: readonly string[]): ApiKeySecrets {
    return new ApiKeySecrets({ rootApiKeys: ROOT_KEYS, peppers: peppers.length > 0 ? peppers : ['pepper'] });
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
        expect(await authenticator().authenticate(headers)).toEqual(principal);
      }
    },
  );

  test('knows each root key', async () => {
    for (const rootKey of ROOT_KEYS) {
      expect(await authenticator().authenticate({ 'x-api-key': rootKey })).toEqual({ role: 'root' });
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
    await expect(authenticator().authenticate(headers)).rejects.toEqual(missing);
  });

  test('answers every key that does not let in alike', async () => {
    const good = await issue();
    const id = newId('ak');
    const revoked = await issue({}, { revokedAt: clock.now() });
    const expired = await issue({}, { expiresAt: clock.now() });
    for (const keyText of [
      'nonsense',
      ROOT_KEYS.join(','),
      keyPrefix(good.id),
      good.keyText.slice(0, -1),
      writeKeyText(good.id, Buffer.alloc(32, 2)),
      writeKeyText(id, Buffer.alloc(32, 1)),
      revoked.keyText,
      expired.keyText,
      `${good.keyText}, ${good.keyText}`,
    ]) {
      await expect(authenticator().authenticate({ 'x-api-key': keyText })).rejects.toEqual(invalid);
      await expect(authenticator().authenticate({ authorization: `Bearer ${keyText}` })).rejects.toEqual(
        invalid,
      );
    }
  });

  test('refuses two different keys, also when both are good', async () => {
    const { keyText } = await issue();
    const other = await issue();
    for (const headers of [
      { 'x-api-key': keyText, authorization: `Bearer ${other.keyText}` },
      { 'x-api-key': 'first-root-key', authorization: `Bearer ${keyText}` },
      { 'x-api-key': [keyText, other.keyText] },
    ]) {
      await expect(authenticator().authenticate(headers)).rejects.toEqual(invalid);
    }
  });

  test('ends with the expiry of the key', async () => {
    const { keyText } = await issue({ expiresAt: new Date(clock.now().getTime() + 1_000) });
    clock.advance(999);
    expect(await authenticator().authenticate({ 'x-api-key': keyText })).toMatchObject({ role: 'admin' });
    clock.advance(1);
    await expect(authenticator().authenticate({ 'x-api-key': keyText })).rejects.toEqual(invalid);
  });

  test('goes on while the pepper of a key is still configured', async () => {
    const { keyText } = await issue();
    const headers = { 'x-api-key': keyText };
    expect(await authenticator('new pepper', 'pepper').authenticate(headers)).toMatchObject({
      role: 'admin',
    });
    await expect(authenticator('new pepper').authenticate(headers)).rejects.toEqual(invalid);
  });
});

test('a wrong checksum or form is refused without asking the store', async () => {
  const store = await openStore('postgres', [InstitutionEntity, ApiKeyEntity]);
  const secrets = new ApiKeySecrets({ rootApiKeys: [], peppers: ['pepper'] });
  const authenticator = new Authenticator(
    store.bind(apiKeyBinding),
    new KnownApiKeys(60_000),
    secrets,
    new FixedClock(),
  );
  const keyText = writeKeyText(newId('ak'), Buffer.alloc(32, 1));
  const wrongSum = keyText.slice(0, -1) + (keyText.endsWith('0') ? '1' : '0');
  // A store that is closed cannot answer: only a key that needs none gets its answer all the same.
  await store.close();
  await expect(authenticator.authenticate({ 'x-api-key': keyText })).rejects.toThrow(StoreUnavailable);
  for (const refused of [wrongSum, 'nonsense', keyText.slice(0, -9)]) {
    await expect(authenticator.authenticate({ 'x-api-key': refused })).rejects.toEqual(invalid);
  }
});

test('API keys cannot be had without a pepper', () => {
  expect(() => new ApiKeySecrets({ rootApiKeys: [], peppers: [] })).toThrow('API keys need a pepper.');
});
