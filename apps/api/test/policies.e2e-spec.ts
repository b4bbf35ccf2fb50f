import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Json } from './support/client.js';
import { anId, aTime } from './support/patterns.js';
import { expectProblem, type Refusal } from './support/problems.js';
import { RecordWatch } from './support/records.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

describe.each(BACKENDS)('policies on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;
  let policies: string;

  beforeAll(async () => {
    service = await openService(backend);
  });
  afterAll(() => closeService(service));
  beforeEach(async () => {
    tenant = await foundTenant(service);
    policies = `/v1/institutions/${tenant.id}/policies`;
  });

  const put = async (position: Json, region = 'US'): Promise<Answer> =>
    tenant.admin.put(`${policies}/${region}`, { position });
  const open = async (amount: string): Promise<Answer> =>
    tenant.admin.post('/v1/positions', {
      assetId: tenant.assetId,
      holderReference: 'holder-1',
      currency: 'USD',
      amount,
    });
  const tooMuch = (policyVersion: number, amount: string, maxAmount: string): Refusal => ({
    status: 422,
    code: 'policy.amount_out_of_bounds',
    errors: [['/amount', 'policy.amount_out_of_bounds']],
    extensions: { policyVersion, region: 'US', currency: 'USD', amount, maxAmount },
  });

  test('a policy is made, replaced as a whole, read and listed', async () => {
    const rules = { minAmount: '10', maxAmount: '5000.00', allowedCurrencies: ['USD', 'EUR'] };
    const made = await put(rules);
    const policy = {
      institutionId: tenant.id,
      region: 'US',
      position: rules,
      version: 2,
      createdAt: aTime,
      updatedAt: aTime,
    };
    expect({ status: made.status, body: made.body }).toEqual({ status: 201, body: policy });
    const replaced = await put({ maxAmount: '7' });
    const { createdAt } = made.body;
    expect({ status: replaced.status, body: replaced.body }).toEqual({
      status: 200,
      body: { ...policy, position: { maxAmount: '7' }, version: 3, createdAt },
    });
    const inSingapore = done(await put({}, 'SG'));
    expect(done(await tenant.reader.get(`${policies}/US`))).toEqual(replaced.body);
    const list = done(await tenant.reader.get(policies));
    expect(list.page).toEqual({ limit: 50, nextCursor: null });
    expect(list.data).toHaveLength(2);
    expect(list.data).toEqual(expect.arrayContaining([replaced.body, inSingapore]));
  });

  test('a removed policy is gone, its version is not, and each change is on record', async () => {
    const path = `${policies}/US`;
    const answers = [await put({ maxAmount: '7' }), await tenant.admin.delete(path)];
    expect(answers[1]?.text).toBe('');
    const unknown: Refusal = { status: 404, code: 'policy.unknown' };
    const watch = await RecordWatch.over(service);
    expectProblem(await tenant.admin.get(path), path, unknown);
    expectProblem(await tenant.admin.delete(path), path, unknown);
    expect(await watch.changes()).toEqual([]);
    expect(done(await tenant.admin.get(policies)).data).toEqual([]);
    answers.push(await put({ maxAmount: '8' }));
    expect(answers.map(({ status }) => status)).toEqual([201, 204, 201]);
    expect(answers[2]?.body.version).toBe(4);
    const audit = done(await tenant.admin.get('/v1/audit-events?resourceType=policy'));
    expect(audit.data).toEqual(
      [
        { action: 'POLICY_PUT', method: 'PUT', statusCode: 201, version: 2 },
        { action: 'POLICY_DELETED', method: 'DELETE', statusCode: 204, version: 3 },
        { action: 'POLICY_PUT', method: 'PUT', statusCode: 201, version: 4 },
      ].map(({ action, method, statusCode, version }, index) => ({
        id: anId('aud'),
        institutionId: tenant.id,
        apiKeyId: tenant.adminKeyId,
        action,
        outcome: 'SUCCESS',
        resourceType: 'policy',
        resourceId: anId('pol'),
        method,
        path,
        statusCode,
        requestId: answers[index]?.headers.get('x-request-id'),
        clientIp: '127.0.0.1',
        payload: { region: 'US', version },
        occurredAt: aTime,
      })),
    );
  });

  test('bounds take in their ends, and compare as decimals', async () => {
    done(await put({ minAmount: '9', maxAmount: '10.50' }));
    for (const [amount, status] of [
      ['8.99', 422],
      ['9', 201],
      ['9.00', 201],
      ['10.5', 201],
      ['10.51', 422],
      ['100', 422],
    ] as const) {
      expect([amount, (await open(amount)).status]).toEqual([amount, status]);
    }
  });

  test('a policy binds at creation, funding and every release, by the whole amount', async () => {
    const created = await openPosition(tenant.admin, tenant.assetId, '100.00');
    const funded = await openPosition(tenant.admin, tenant.assetId, '100.00');
    done(await move(tenant.admin, funded, 'FUNDED'));
    done(await put({ maxAmount: '50' }));
    const watch = await RecordWatch.over(service);
    expectProblem(await open('50.01'), '/v1/positions', tooMuch(2, '50.01', '50'));
    for (const [id, toState, amount] of [
      [created, 'FUNDED', undefined],
      [funded, 'PARTIALLY_RELEASED', '1.00'],
      [funded, 'RELEASED', undefined],
    ] as const) {
      const answer = await move(tenant.admin, id, toState, amount);
      expectProblem(answer, `/v1/positions/${id}/transition`, tooMuch(2, '100.00', '50'));
    }
    expect(await watch.changes()).toEqual([]);
    done(await tenant.admin.delete(`${policies}/US`));
    expect((await move(tenant.admin, created, 'FUNDED')).status).toBe(200);
    expect((await move(tenant.admin, funded, 'PARTIALLY_RELEASED', '1.00')).status).toBe(200);
    expect((await move(tenant.admin, funded, 'RELEASED')).status).toBe(200);
    expect((await open('50.01')).status).toBe(201);
  });

  test('a policy never stands in the way of a refund', async () => {
    const ids = [];
    for (const isFunded of [false, false, true, true]) {
      const id = await openPosition(tenant.admin, tenant.assetId, '100.00');
      if (isFunded) done(await move(tenant.admin, id, 'FUNDED'));
      ids.push(id);
    }
    done(await put({ maxAmount: '1', allowedCurrencies: ['EUR'] }));
    const refunds = [];
    for (const [index, id] of ids.entries()) {
      const { state, refundedAmount } = done(
        await move(tenant.admin, id, index % 2 === 0 ? 'CANCELLED' : 'EXPIRED'),
      );
      refunds.push([state, refundedAmount]);
    }
    expect(refunds).toEqual([
      ['CANCELLED', '0.00'],
      ['EXPIRED', '0.00'],
      ['CANCELLED', '100.00'],
      ['EXPIRED', '100.00'],
    ]);
  });

  test('a policy of another region or tenant binds nothing here', async () => {
    const other = await foundTenant(service, 'Southern Escrow');
    done(await put({ maxAmount: '1' }, 'SG'));
    const theirs = `/v1/institutions/${other.id}/policies/US`;
    done(await other.admin.put(theirs, { position: { maxAmount: '1' } }));
    expect((await open('100.00')).status).toBe(201);
  });
});
