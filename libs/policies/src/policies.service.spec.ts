import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Decision } from '#commands';
import { FoundingSteps, InstitutionsService } from '#institutions';
import { InstitutionEntity, institutionBinding } from '#institutions/testing';
import {
  institutionScope,
  Money,
  newId,
  PLATFORM_SCOPE,
  REGIONS,
  StaleVersion,
  UNCONDITIONAL,
  type Region,
  type Scope,
} from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import type { Policy } from './domain/policy.js';
import { PoliciesService } from './policies.service.js';
import { InstitutionPolicyEntity, policyBinding } from './testing.js';

type Institution = ReturnType<InstitutionsService['found']>['result'];

const PAGE = { limit: 50, order: 'asc' } as const;
const refusal = (code: string) => expect.objectContaining({ fault: expect.objectContaining({ code }) });

describe.each(BACKENDS)('the policies of an institution on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let store: TestStore;
  let institutions: InstitutionsService;
  let policies: PoliciesService;
  let institution: Institution;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, InstitutionPolicyEntity]);
    const founding = new FoundingSteps();
    institutions = new InstitutionsService(store.bind(institutionBinding), founding, clock);
    policies = new PoliciesService(store.bind(policyBinding), institutions, founding, clock);
    policies.onModuleInit();
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    institution = await foundInstitution();
    scope = institutionScope(institution.id);
    clock.advance(1_000);
  });

  async function foundInstitution(): Promise<Institution> {
    return commit(institutions.found({ name: 'Northern Escrow', regions: ['US'] }));
  }

  /** Commits in the service that decided, or in another process, which tells this one nothing. */
  async function commit<Result>(decision: Decision<Result>, isElsewhere = false): Promise<Result> {
    await store.unitOfWork.commit(decision.stage);
    if (!isElsewhere) decision.concluded?.(true);
    return decision.result;
  }

  const usd = (amount: string): Money => Money.parse('USD', amount);
  const stored = async (region: Region): Promise<Policy> => {
    const policy = await store.bind(policyBinding).find(scope, institution.id, region);
    if (policy === undefined) throw new Error(`There is no policy for ${region}.`);
    return policy;
  };

  const put = async (region: string, maxAmount: string) =>
    commit(await policies.put(scope, institution.id, region, { maxAmount }, UNCONDITIONAL));

  test('are there for every known region from the founding on, without rules', async () => {
    const ids = new Set<string>();
    for (const region of REGIONS) {
      const policy = await stored(region);
      expect(policy).toMatchObject({ institutionId: institution.id, region, rules: null, version: 1 });
      expect(policy.createdAt).toEqual(institution.createdAt);
      expect(policy.id).toMatch(/^pol_[0-9a-z]{26}$/);
      ids.add(policy.id);
      await expect(policies.require(scope, institution.id, region)).rejects.toThrow(
        refusal('policy.unknown'),
      );
    }
    expect(ids.size).toBe(REGIONS.length);
    expect(await policies.list(scope, institution.id, PAGE)).toEqual({ items: [] });
  });

  test('are put, replaced and removed under versions that go on', async () => {
    const decision = await policies.put(scope, institution.id, 'SG', { maxAmount: '5' }, UNCONDITIONAL);
    const { policy, isNew } = await commit(decision);
    expect(isNew).toBe(true);
    expect(policy).toMatchObject({ rules: { maxAmount: '5' }, version: 2, createdAt: clock.now() });
    expect(decision.audit).toEqual({
      action: 'POLICY_PUT',
      institutionId: institution.id,
      resourceType: 'policy',
      resourceId: policy.id,
      payload: { region: 'SG', version: 2 },
    });
    expect(await policies.require(scope, institution.id, 'SG')).toEqual(policy);
    expect((await policies.list(scope, institution.id, PAGE)).items).toEqual([policy]);

    expect(await put('SG', '6')).toMatchObject({
      isNew: false,
      policy: { rules: { maxAmount: '6' }, version: 3 },
    });

    const removal = await policies.remove(scope, institution.id, 'SG', UNCONDITIONAL);
    await commit(removal);
    expect(removal.audit).toMatchObject({ action: 'POLICY_DELETED', payload: { region: 'SG', version: 4 } });
    expect(await stored('SG')).toMatchObject({ rules: null, version: 4 });
    await expect(policies.require(scope, institution.id, 'SG')).rejects.toThrow(refusal('policy.unknown'));
    await expect(policies.remove(scope, institution.id, 'SG', UNCONDITIONAL)).rejects.toThrow(
      refusal('policy.unknown'),
    );

    expect(await put('SG', '7')).toMatchObject({ isNew: true, policy: { version: 5 } });
  });

  test('are put for regions that the institution does not serve as well', async () => {
    expect(await put('UAE', '5')).toMatchObject({ isNew: true });
  });

  test('are of a known region', async () => {
    for (const region of ['MARS', 'us', '', 'US\0']) {
      for (const attempt of [
        policies.put(scope, institution.id, region, {}, UNCONDITIONAL),
        policies.remove(scope, institution.id, region, UNCONDITIONAL),
        policies.require(scope, institution.id, region),
      ]) {
        await expect(attempt).rejects.toThrow(refusal('policy.unknown_region'));
      }
    }
  });

  test('are unknown outside of their tenant, like those of no institution', async () => {
    await put('US', '5');
    const foreign = institutionScope((await foundInstitution()).id);
    for (const [reader, id] of [
      [foreign, institution.id],
      [foreign, newId('inst')],
      [PLATFORM_SCOPE, 'inst_\0'],
    ] as const) {
      for (const attempt of [
        policies.put(reader, id, 'US', {}, UNCONDITIONAL),
        policies.remove(reader, id, 'US', UNCONDITIONAL),
        policies.require(reader, id, 'US'),
        policies.list(reader, id, PAGE),
      ]) {
        await expect(attempt).rejects.toThrow(refusal('institution.unknown'));
      }
    }
    expect(await stored('US')).toMatchObject({
      rules: { maxAmount: '5' },
      version: 2,
    });
  });

  test('are told that their bounds are reversed before anything is looked up', async () => {
    const rules = { minAmount: '10', maxAmount: '9' };
    await expect(policies.put(scope, newId('inst'), 'MARS', rules, UNCONDITIONAL)).rejects.toThrow(
      refusal('policy.bounds_reversed'),
    );
  });

  test('hold a commit that was decided on one of them to it', async () => {
    const absent = await policies.requireAllowing(institution.id, 'US', usd('1.00'));
    await expect(
      store.unitOfWork.commit((changes) => policies.requireUnchanged(changes, absent)),
    ).resolves.toBeUndefined();
    await put('US', '5');
    await commit(await policies.remove(scope, institution.id, 'US', UNCONDITIONAL));
    await expect(
      store.unitOfWork.commit((changes) => policies.requireUnchanged(changes, absent)),
    ).rejects.toThrow(StaleVersion);
  });

  test('are kept, and read again once they were changed here', async () => {
    const first = await policies.requireAllowing(institution.id, 'US', usd('9.00'));
    expect(await policies.requireAllowing(institution.id, 'US', usd('9.00'))).toBe(first);
    await put('US', '5');
    await expect(policies.requireAllowing(institution.id, 'US', usd('9.00'))).rejects.toThrow(
      refusal('policy.amount_out_of_bounds'),
    );
  });

  test('never refuse on a copy that was kept: what another process allowed meanwhile is allowed', async () => {
    await put('US', '5');
    await policies.requireAllowing(institution.id, 'US', usd('4.00'));
    await commit(await policies.put(scope, institution.id, 'US', { maxAmount: '10' }, UNCONDITIONAL), true);
    const allowing = await policies.requireAllowing(institution.id, 'US', usd('9.00'));
    expect(allowing).toEqual(await stored('US'));
  });

  test('bind a decision on a kept copy to it, which is dropped when it turns out to be old', async () => {
    const kept = await policies.requireAllowing(institution.id, 'US', usd('9.00'));
    await commit(await policies.put(scope, institution.id, 'US', { maxAmount: '5' }, UNCONDITIONAL), true);
    expect(await policies.requireAllowing(institution.id, 'US', usd('9.00'))).toBe(kept);
    const resting = store.unitOfWork.commit((changes) => policies.requireUnchanged(changes, kept));
    await expect(resting).rejects.toThrow(StaleVersion);
    policies.forget(kept);
    await expect(policies.requireAllowing(institution.id, 'US', usd('9.00'))).rejects.toThrow(
      refusal('policy.amount_out_of_bounds'),
    );
  });

  test('are changed one at a time: of two decided on one version, one commits', async () => {
    await put('US', '5');
    const replacement = await policies.put(scope, institution.id, 'US', { maxAmount: '6' }, UNCONDITIONAL);
    const removal = await policies.remove(scope, institution.id, 'US', UNCONDITIONAL);
    const races = await Promise.allSettled([commit(replacement), commit(removal)]);
    expect(races.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(races.find((race) => race.status === 'rejected')?.reason).toBeInstanceOf(StaleVersion);
    expect((await stored('US')).version).toBe(3);
  });
});
