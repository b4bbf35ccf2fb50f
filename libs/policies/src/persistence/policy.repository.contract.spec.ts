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
import type { Policy } from '../domain/policy.js';
import type { PolicyRepository } from '../domain/policy-repository.js';
import { aPolicy, InstitutionPolicyEntity, policyBinding } from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the policy repository on %s', (backend) => {
  let store: TestStore;
  let policies: PolicyRepository;
  let institutionId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, InstitutionPolicyEntity]);
    policies = store.bind(policyBinding);
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

  async function insert(...rows: readonly Policy[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const policy of rows) policies.insert(changes, policy);
    });
  }

  async function update(...rows: readonly Policy[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const policy of rows) policies.update(changes, policy);
    });
  }

  const thePolicy = (overrides: Partial<Policy> = {}): Policy => aPolicy({ institutionId, ...overrides });
  const changed = (policy: Policy, maxAmount: string): Policy => ({
    ...policy,
    rules: { maxAmount },
    version: policy.version + 1,
  });

  test('gives back what was stored, whole', async () => {
    const rules = {
      minAmount: '0.00000001',
      maxAmount: '123456789012345678901234.5',
      allowedCurrencies: ['USD', 'KWD'],
    };
    const rows = [
      thePolicy({ region: 'US' }),
      thePolicy({ region: 'SG', rules: {}, version: 2 }),
      thePolicy({ region: 'UAE', rules, version: 7, updatedAt: new Date('2026-02-03T04:05:06.789Z') }),
    ];
    await insert(...rows);
    for (const policy of rows)
      expect(await policies.find(scope, institutionId, policy.region)).toEqual(policy);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const policy = thePolicy({ rules: { allowedCurrencies: ['USD'] } });
    const allowedCurrencies = ['USD'];
    await insert({ ...policy, rules: { allowedCurrencies } });
    allowedCurrencies.push('EUR');
    const found = await policies.find(scope, institutionId, 'US');
    (found?.rules?.allowedCurrencies as string[]).push('GBP');
    found?.createdAt.setTime(0);
    const [listed] = (await policies.listInForce(scope, institutionId, PAGE)).items;
    expect(listed).toEqual(policy);
    Object.assign(listed?.rules ?? {}, { maxAmount: '0' });
    expect(await policies.find(scope, institutionId, 'US')).toEqual(policy);
  });

  test.each(['inst_01jd8x3fqje3wve2q1q9n8h2kz', '', "inst_' OR true --", '__proto__'])(
    'finds nothing for the unknown institution %j',
    async (unknown) => {
      await insert(thePolicy({ rules: {} }));
      expect(await policies.find(PLATFORM_SCOPE, unknown, 'US')).toBeUndefined();
      expect(await policies.listInForce(PLATFORM_SCOPE, unknown, PAGE)).toEqual({ items: [] });
    },
  );

  test('finds nothing for a region that has no row', async () => {
    await insert(thePolicy({ region: 'US' }));
    expect(await policies.find(scope, institutionId, 'SG')).toBeUndefined();
  });

  test('shows a tenant its own policies alone, the platform all', async () => {
    const policy = thePolicy({ rules: {} });
    await insert(policy);
    const foreign = institutionScope(await foundInstitution());
    expect(await policies.find(foreign, institutionId, 'US')).toBeUndefined();
    expect(await policies.listInForce(foreign, institutionId, PAGE)).toEqual({ items: [] });
    expect(await policies.find(PLATFORM_SCOPE, institutionId, 'US')).toEqual(policy);
    expect((await policies.listInForce(PLATFORM_SCOPE, institutionId, PAGE)).items).toEqual([policy]);
  });

  test('takes an id once, and a region of an institution once', async () => {
    const policy = thePolicy();
    await insert(policy);
    await expect(insert(thePolicy({ id: policy.id, region: 'SG' }))).rejects.toThrow(
      new Duplicate('institution_policies_pk'),
    );
    await expect(insert(thePolicy())).rejects.toThrow(new Duplicate('institution_policies_region_key'));
    expect(await policies.find(scope, institutionId, 'US')).toEqual(policy);
  });

  test('takes no policy of an institution that does not exist', async () => {
    await expect(insert(aPolicy())).rejects.toThrow(
      new MissingReference('institution_policies_institution_fk'),
    );
  });

  test('is inserted in the commit that founds its institution', async () => {
    const institution = anInstitution();
    const policy = aPolicy({ institutionId: institution.id });
    await store.unitOfWork.commit((changes) => {
      store.bind(institutionBinding).insert(changes, institution);
      policies.insert(changes, policy);
    });
    expect(await policies.find(PLATFORM_SCOPE, institution.id, 'US')).toEqual(policy);
  });

  test('puts rules where none were, and removes them again, under versions that go on', async () => {
    const absent = thePolicy();
    await insert(absent);
    const put = changed(absent, '5000');
    await update(put);
    expect(await policies.find(scope, institutionId, 'US')).toEqual(put);
    const removed = { ...put, rules: null, version: 3 };
    await update(removed);
    expect(await policies.find(scope, institutionId, 'US')).toEqual(removed);
  });

  test.each([1, 3])('refuses version %i for a policy that has version 1', async (version) => {
    const policy = thePolicy();
    await insert(policy);
    await expect(update({ ...policy, rules: {}, version })).rejects.toThrow(StaleVersion);
    expect(await policies.find(scope, institutionId, 'US')).toEqual(policy);
  });

  test('refuses to update a policy that does not exist', async () => {
    await expect(update(thePolicy({ version: 2 }))).rejects.toThrow(StaleVersion);
    expect(await policies.find(scope, institutionId, 'US')).toBeUndefined();
  });

  describe('a commit that depends on a policy', () => {
    const commitUnder = async (policy: Policy): Promise<string> => {
      const witness = anInstitution();
      await store.unitOfWork.commit((changes) => {
        policies.requireUnchanged(changes, policy);
        store.bind(institutionBinding).insert(changes, witness);
      });
      return witness.id;
    };

    test('goes through while the policy is as it was read', async () => {
      const policy = thePolicy();
      await insert(policy);
      const witness = await commitUnder(policy);
      expect(await store.bind(institutionBinding).find(PLATFORM_SCOPE, witness)).toBeDefined();
    });

    test('is refused when the policy has changed, also from rules to none and back', async () => {
      const absent = thePolicy();
      await insert(absent);
      const put = changed(absent, '5000');
      await update(put);
      await expect(commitUnder(absent)).rejects.toThrow(StaleVersion);
      await update({ ...absent, version: 3 });
      await expect(commitUnder(put)).rejects.toThrow(StaleVersion);
      await expect(commitUnder(absent)).rejects.toThrow(StaleVersion);
    });

    test('is refused when there is no such policy', async () => {
      await expect(commitUnder(thePolicy({ id: newId('pol') }))).rejects.toThrow(StaleVersion);
    });
  });

  test('stores all of a commit or nothing', async () => {
    const [policy, stale] = [thePolicy({ region: 'US' }), thePolicy({ region: 'SG' })];
    const fresh = thePolicy({ region: 'UAE' });
    await insert(policy, stale);
    const commit = store.unitOfWork.commit((changes) => {
      policies.insert(changes, fresh);
      policies.update(changes, changed(policy, '1'));
      policies.update(changes, { ...stale, rules: {} });
    });
    await expect(commit).rejects.toThrow(StaleVersion);
    expect(await policies.find(scope, institutionId, 'UAE')).toBeUndefined();
    expect(await policies.find(scope, institutionId, 'US')).toEqual(policy);
    expect(await policies.find(scope, institutionId, 'SG')).toEqual(stale);
  });

  test('lets one of many racing updates of a version win', async () => {
    const policy = thePolicy();
    await insert(policy);
    const bounds = Array.from({ length: 20 }, (_, index) => `${index + 1}`);
    const races = await Promise.allSettled(bounds.map(async (bound) => update(changed(policy, bound))));
    const winners = bounds.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof StaleVersion);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await policies.find(scope, institutionId, 'US')).toEqual(changed(policy, winners[0] ?? ''));
  });

  describe('listing', () => {
    const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

    /** Policies of three regions, two of one moment, in the order of a list, beside a region without one. */
    async function insertThree(): Promise<Policy[]> {
      const three = [
        thePolicy({ region: 'SG', rules: {}, createdAt: at(1) }),
        thePolicy({ region: 'US', rules: { maxAmount: '5' }, createdAt: at(1) }),
        thePolicy({ region: 'UAE', rules: { minAmount: '1' }, createdAt: at(0) }),
      ];
      await insert(...three, thePolicy({ region: 'EU_UK' }));
      return three.sort(
        (left, right) =>
          left.createdAt.getTime() - right.createdAt.getTime() || (left.id < right.id ? -1 : 1),
      );
    }

    test('goes by creation, then by id, over the regions that have rules', async () => {
      const inOrder = await insertThree();
      expect(await policies.listInForce(scope, institutionId, PAGE)).toEqual({ items: inOrder });
      const desc = await policies.listInForce(scope, institutionId, { limit: 3, order: 'desc' });
      expect(desc).toEqual({ items: inOrder.toReversed() });
    });

    test.each([1, 2])('gives each policy once in pages of %i', async (limit) => {
      const inOrder = await insertThree();
      const seen: Policy[] = [];
      let page = await policies.listInForce(scope, institutionId, { limit, order: 'asc' });
      while (page.next !== undefined) {
        expect(page.items).toHaveLength(limit);
        seen.push(...page.items);
        page = await policies.listInForce(scope, institutionId, { limit, order: 'asc', after: page.next });
      }
      expect([...seen, ...page.items]).toEqual(inOrder);
    });

    test('counts those that have rules, and none for another institution', async () => {
      await insertThree();
      const counted = { limit: 1, order: 'asc', withTotal: true } as const;
      expect(await policies.listInForce(scope, institutionId, counted)).toMatchObject({ total: 3 });
      const foreign = institutionScope('inst_elsewhere');
      expect(await policies.listInForce(foreign, institutionId, counted)).toEqual({ items: [], total: 0 });
    });

    test('is empty where no region has rules', async () => {
      await insert(thePolicy());
      expect(await policies.listInForce(scope, institutionId, PAGE)).toEqual({ items: [] });
    });
  });
});
