import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Decision } from '#commands';
import { FoundingSteps, InstitutionsService } from '#institutions';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { DomainError, institutionScope, newId, PLATFORM_SCOPE, StaleVersion, type Principal } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import { ApiKeyUpkeep } from './api-key-upkeep.js';
import { ApiKeySecrets } from './api-key-secrets.js';
import { KnownApiKeys } from './known-api-keys.js';
import { ApiKeysService } from './api-keys.service.js';
import { Authenticator } from './authenticator.js';
import type { ApiKey, IssuedApiKey } from './domain/api-key.js';
import { apiKeyBinding, ApiKeyEntity } from './testing.js';

const root: Principal = { role: 'root' };
const ALL = { includeRevoked: true };
const ACTIVE = { includeRevoked: false };
const PAGE = { limit: 50, order: 'asc' } as const;
const refusal = (code: string) => expect.objectContaining({ fault: expect.objectContaining({ code }) });

describe.each(BACKENDS)('the API keys of an institution on %s', (backend) => {
  const secrets = new ApiKeySecrets({
    rootApiKeys: [],
    rootApiKeyAllowedCidrs: [],
    peppers: ['pepper'],
  });
  let clock: FixedClock;
  let store: TestStore;
  let known: KnownApiKeys;
  let service: ApiKeysService;
  let institutionId: string;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, ApiKeyEntity]);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    clock = new FixedClock('2026-03-01T12:00:00.000Z');
    known = new KnownApiKeys(60_000);
    const institutions = store.bind(institutionBinding);
    service = new ApiKeysService(
      store.bind(apiKeyBinding),
      new InstitutionsService(institutions, new FoundingSteps(), clock),
      known,
      secrets,
      clock,
    );
    institutionId = await foundInstitution();
  });

  async function foundInstitution(): Promise<string> {
    const institution = anInstitution();
    await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, institution));
    return institution.id;
  }

  async function commit<Result>(decision: Decision<Result>): Promise<Result> {
    await store.unitOfWork.commit(decision.stage);
    decision.concluded?.(true);
    return decision.result;
  }

  /** Decides anew while others get in first, as the command runner does. */
  async function run<Result>(decide: () => Promise<Decision<Result>>): Promise<Result> {
    for (;;) {
      try {
        return await commit(await decide());
      } catch (error) {
        if (!(error instanceof StaleVersion)) throw error;
      }
    }
  }

  async function create(role: 'admin' | 'read_only' = 'admin'): Promise<IssuedApiKey> {
    clock.advance(1);
    return commit(await service.create(PLATFORM_SCOPE, institutionId, { label: 'Back office', role }));
  }

  const holderOf = (apiKey: ApiKey): Principal => ({
    role: apiKey.role,
    institutionId: apiKey.institutionId,
    apiKeyId: apiKey.id,
  });

  async function activeIds(): Promise<string[]> {
    return (await service.list(PLATFORM_SCOPE, institutionId, ACTIVE, PAGE)).items.map(({ id }) => id);
  }

  test('let their holder in from their creation to their revocation', async () => {
    const apiKeys = store.bind(apiKeyBinding);
    const upkeep = new ApiKeyUpkeep(apiKeys, secrets);
    const authenticator = new Authenticator(apiKeys, known, secrets, upkeep, clock);
    const { apiKey, keyText } = await create();
    const headers = { 'x-api-key': keyText };
    expect(await authenticator.authenticate(headers, '192.0.2.7')).toEqual(holderOf(apiKey));
    await commit(await service.revoke(root, institutionId, apiKey.id));
    await expect(authenticator.authenticate(headers, '192.0.2.7')).rejects.toEqual(
      refusal('auth.invalid_key'),
    );
    await upkeep.onApplicationShutdown();
  });

  test('have secrets of their own', async () => {
    const [one, other] = [await create(), await create()];
    expect(one.keyText.split('_')[2]).not.toBe(other.keyText.split('_')[2]);
  });

  test('are recorded without their secret', async () => {
    const decision = await service.create(PLATFORM_SCOPE, institutionId, {
      label: 'Back office',
      role: 'admin',
    });
    const { apiKey, keyText } = decision.result;
    expect(decision.audit).toEqual({
      action: 'API_KEY_CREATED',
      institutionId,
      resourceType: 'api_key',
      resourceId: apiKey.id,
      payload: { role: 'admin', prefix: apiKey.prefix, expiresAt: null },
    });
    expect(JSON.stringify(decision.audit)).not.toContain(keyText.split('_')[2]);
  });

  test('are listed for their institution, the inactive ones on demand', async () => {
    const { apiKey: lasting } = await create();
    const expiresAt = new Date(clock.now().getTime() + 1_000);
    const { apiKey: expiring } = await commit(
      await service.create(PLATFORM_SCOPE, institutionId, { label: 'Visitor', role: 'read_only', expiresAt }),
    );
    const { apiKey } = await create();
    const revoked = await commit(await service.revoke(root, institutionId, apiKey.id));
    const scope = institutionScope(institutionId);
    expect((await service.list(scope, institutionId, ACTIVE, PAGE)).items).toEqual([lasting, expiring]);
    clock.advance(1_000);
    expect((await service.list(scope, institutionId, ACTIVE, PAGE)).items).toEqual([lasting]);
    expect((await service.list(scope, institutionId, ALL, PAGE)).items).toEqual([lasting, expiring, revoked]);
  });

  test('are hidden from another institution as if there were none', async () => {
    const { apiKey } = await create();
    const foreignId = await foundInstitution();
    const foreigner: Principal = { role: 'admin', institutionId: foreignId, apiKeyId: newId('ak') };
    const scope = institutionScope(foreignId);
    const unknownId = newId('inst');
    const input = { label: 'Back office', role: 'admin' } as const;
    const answers = async (id: string): Promise<unknown[]> =>
      Promise.all([
        service.create(scope, id, input).catch(asText),
        service.list(scope, id, ALL, PAGE).catch(asText),
        service.revoke(foreigner, id, apiKey.id).catch(asText),
      ]);
    expect(await answers(institutionId)).toEqual(
      Array(3).fill('institution.unknown: There is no such institution.'),
    );
    expect(await answers(institutionId)).toEqual(await answers(unknownId));

    const foreignKey = await service.revoke(foreigner, foreignId, apiKey.id).catch(asText);
    expect(foreignKey).toBe('api_key.unknown: There is no such API key.');
    expect(await service.revoke(foreigner, foreignId, newId('ak')).catch(asText)).toBe(foreignKey);
    expect(await service.revoke(foreigner, foreignId, 'nonsense').catch(asText)).toBe(foreignKey);
    expect(await activeIds()).toEqual([apiKey.id]);
  });

  test('are revoked once: a second time answers and changes the same', async () => {
    await create();
    const { apiKey } = await create();
    const first = await commit(await service.revoke(root, institutionId, apiKey.id));
    expect(first).toMatchObject({ revokedAt: clock.now(), version: 2 });
    clock.advance(60_000);
    const again = await service.revoke(root, institutionId, apiKey.id);
    expect(again.audit).toMatchObject({ payload: { wasRevokedBefore: true } });
    expect(await commit(again)).toEqual(first);
    expect((await service.list(PLATFORM_SCOPE, institutionId, ALL, PAGE)).items).toContainEqual(first);
  });

  test('keep their last admin key from revoking itself, though root may', async () => {
    const { apiKey } = await create();
    await create('read_only');
    await expect(service.revoke(holderOf(apiKey), institutionId, apiKey.id)).rejects.toEqual(
      refusal('api_key.last_admin'),
    );
    await commit(await service.revoke(root, institutionId, apiKey.id));
    expect(await activeIds()).not.toContain(apiKey.id);
  });

  test('let an admin key revoke itself while another is active, which is left as it was but for its version', async () => {
    const { apiKey } = await create();
    const { apiKey: other } = await create();
    await commit(await service.revoke(holderOf(apiKey), institutionId, apiKey.id));
    const { items } = await service.list(PLATFORM_SCOPE, institutionId, ACTIVE, PAGE);
    expect(items).toEqual([{ ...other, version: 2 }]);
  });

  test('cannot revoke each other at once, even when both decided before either committed', async () => {
    const [{ apiKey: one }, { apiKey: other }] = [await create(), await create()];
    const decisions = [
      await service.revoke(holderOf(one), institutionId, other.id),
      await service.revoke(holderOf(other), institutionId, one.id),
    ];
    const commits = await Promise.allSettled(decisions.map(async (decision) => commit(decision)));
    expect(commits.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = commits.findIndex(({ status }) => status === 'rejected');
    expect((commits[loser] as PromiseRejectedResult).reason).toBeInstanceOf(StaleVersion);
    const [by, target] = loser === 0 ? [one, other] : [other, one];
    await expect(service.revoke(holderOf(by), institutionId, target.id)).rejects.toEqual(
      refusal('api_key.last_admin'),
    );
    expect(await activeIds()).toEqual([target.id]);
  });

  describe('that are rotated', () => {
    const AT_ONCE = { overlapSeconds: 0 };
    const AN_HOUR = { overlapSeconds: 3600 };
    const rotate = async (id: string, overlap = AT_ONCE): Promise<Decision<IssuedApiKey>> =>
      service.rotate(PLATFORM_SCOPE, institutionId, id, overlap);

    test('are recorded without their secret, and are followed by one that lets in', async () => {
      const apiKeys = store.bind(apiKeyBinding);
      const upkeep = new ApiKeyUpkeep(apiKeys, secrets);
      const authenticator = new Authenticator(apiKeys, known, secrets, upkeep, clock);
      const { apiKey, keyText } = await create('read_only');
      const use = async (text: string): Promise<Principal> =>
        authenticator.authenticate({ 'x-api-key': text }, '192.0.2.7');
      await use(keyText);
      const decision = await rotate(apiKey.id);
      const { result: successor } = decision;
      expect(decision.audit).toEqual({
        action: 'API_KEY_ROTATED',
        institutionId,
        resourceType: 'api_key',
        resourceId: apiKey.id,
        payload: {
          role: 'read_only',
          prefix: apiKey.prefix,
          overlapSeconds: 0,
          expiresAt: clock.now().toISOString(),
          successorId: successor.apiKey.id,
          successorPrefix: successor.apiKey.prefix,
        },
      });
      expect(JSON.stringify(decision.audit)).not.toContain(successor.keyText.split('_')[2]);
      await commit(decision);
      expect(await use(successor.keyText)).toEqual(holderOf(successor.apiKey));
      await expect(use(keyText)).rejects.toEqual(refusal('auth.invalid_key'));
      expect(await activeIds()).toEqual([successor.apiKey.id]);
      await upkeep.onApplicationShutdown();
    });

    test('are rotated or revoked by the first of those who decided before either committed', async () => {
      const decide = {
        rotated: async (id: string) => rotate(id, AN_HOUR),
        'rotated again': async (id: string) => rotate(id),
        revoked: async (id: string) => service.revoke(root, institutionId, id),
      };
      for (const [first, second] of [
        ['rotated', 'rotated again'],
        ['rotated', 'revoked'],
        ['revoked', 'rotated'],
      ] as const) {
        const { apiKey } = await create();
        const before = await activeIds();
        const late = await decide[second](apiKey.id);
        const early = await commit<unknown>(await decide[first](apiKey.id));
        const after = await activeIds();
        await expect(commit<unknown>(late)).rejects.toBeInstanceOf(StaleVersion);
        expect(await activeIds()).toEqual(after);
        expect(after).toHaveLength(before.length + (first === 'rotated' ? 1 : -1));
        expect(early).toBeDefined();
        clock.advance(1);
      }
    });

    test('are not relied on by whoever decided before to revoke itself', async () => {
      const [{ apiKey: rotated }, { apiKey: leaving }] = [await create(), await create()];
      const revocation = await service.revoke(holderOf(leaving), institutionId, leaving.id);
      const { apiKey: successor } = await commit(await rotate(rotated.id));
      await expect(commit(revocation)).rejects.toBeInstanceOf(StaleVersion);
      clock.advance(1);
      await commit(await service.revoke(holderOf(leaving), institutionId, leaving.id));
      expect(await activeIds()).toEqual([successor.id]);
    });

    test('are hidden from another institution as if there were none', async () => {
      const { apiKey } = await create();
      const foreignId = await foundInstitution();
      const foreign = institutionScope(foreignId);
      const answer = async (institution: string, id: string): Promise<unknown> =>
        service.rotate(foreign, institution, id, AT_ONCE).catch(asText);
      expect(await answer(institutionId, apiKey.id)).toBe(
        'institution.unknown: There is no such institution.',
      );
      for (const id of [apiKey.id, newId('ak'), 'nonsense']) {
        expect(await answer(foreignId, id)).toBe('api_key.unknown: There is no such API key.');
      }
    });
  });

  test('leave one admin key when all revoke themselves at once', async () => {
    const keys = [await create(), await create(), await create(), await create(), await create()];
    const revocations = await Promise.allSettled(
      keys.map(async ({ apiKey }) =>
        run(async () => service.revoke(holderOf(apiKey), institutionId, apiKey.id)),
      ),
    );
    const refused = revocations.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toEqual([{ status: 'rejected', reason: refusal('api_key.last_admin') }]);
    expect(await activeIds()).toHaveLength(1);
  });
});

function asText(error: unknown): string {
  if (error instanceof DomainError) return `${error.fault.code}: ${error.message}`;
  throw error;
}
