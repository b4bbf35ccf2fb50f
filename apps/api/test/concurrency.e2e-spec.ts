import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { closeService, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, move, openPosition, type Tenant } from './support/tenant.js';
import { expectWholePositions } from './support/wholeness.js';

/** One service, or two that share a database; two processes do so in model/two-processes.e2e-spec.ts. */
const INSTALLATIONS = [
  ...BACKENDS.map((backend) => [`one service on ${backend}`, backend, 1] as const),
  ['two services on one postgres database', 'postgres', 2] as const,
];

describe.each(INSTALLATIONS)('racing commands, %s', (_, backend, processes) => {
  let services: Service[];
  let tenant: Tenant;
  /** The tenant's admin, as a client of each process. */
  let admins: Client[];

  beforeAll(async () => {
    const first = await openService(backend);
    services = [first];
    while (services.length < processes) services.push(await startService(first.installation));
    tenant = await foundTenant(first);
    admins = services.map((service) => service.client(tenant.adminKey));
  });
  afterAll(async () => {
    const [first, ...others] = services;
    for (const service of others) await service.stop();
    if (first !== undefined) await closeService(first);
  });

  /** Sends requests all at once, each to the next process. */
  async function race(
    count: number,
    request: (admin: Client, index: number) => Promise<Answer>,
  ): Promise<Answer[]> {
    const sent = Array.from({ length: count }, async (_none, index) =>
      request(admins[index % admins.length] as Client, index),
    );
    return Promise.all(sent);
  }

  async function fundedPosition(amount: string): Promise<string> {
    const id = await openPosition(tenant.admin, tenant.assetId, amount);
    done(await move(tenant.admin, id, 'FUNDED'));
    return id;
  }

  /** The position with its events, after a look at every position of the installation. */
  async function expectConsistent(id: string): Promise<Json> {
    await expectWholePositions(services[0] as Service);
    const position = done(await tenant.admin.get(`/v1/positions/${id}`));
    expect(position.events.map(({ seq }: Json) => seq)).toEqual(
      Array.from({ length: position.version }, (_none, index) => index + 1),
    );
    return position;
  }

  test('99 partial releases of 10.00 on 1000.00 all succeed and leave 10.00', async () => {
    const id = await fundedPosition('1000.00');
    const answers = await race(99, async (admin) => move(admin, id, 'PARTIALLY_RELEASED', '10.00'));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const remaining = answers.map(({ body }) => Number(body.remainingAmount)).sort((a, b) => a - b);
    expect(remaining).toEqual(Array.from({ length: 99 }, (_none, index) => 10 * (index + 1)));
    expect(await expectConsistent(id)).toMatchObject({
      state: 'PARTIALLY_RELEASED',
      releasedAmount: '990.00',
      heldAmount: '10.00',
      version: 101,
    });
  });

  test('of a hundred exactly one is refused, since nothing would remain', async () => {
    const id = await fundedPosition('1000.00');
    const answers = await race(100, async (admin) => move(admin, id, 'PARTIALLY_RELEASED', '10.00'));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(1);
    expectProblem(refused[0] as Answer, `/v1/positions/${id}/transition`, {
      status: 422,
      code: 'position.nothing_would_remain',
      errors: [['/amount', 'position.nothing_would_remain']],
      extensions: { currency: 'USD', remaining: '10.00', requested: '10.00' },
    });
    expect(await expectConsistent(id)).toMatchObject({ releasedAmount: '990.00', heldAmount: '10.00' });
  });

  test('of fifty that would fund a position one does, and the others are told so alike', async () => {
    const id = await openPosition(tenant.admin, tenant.assetId, '1000.00');
    const answers = await race(50, async (admin) => move(admin, id, 'FUNDED'));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectProblem(answer, `/v1/positions/${id}/transition`, {
        status: 409,
        code: 'position.illegal_transition',
        extensions: {
          state: 'FUNDED',
          toState: 'FUNDED',
          allowed: ['PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'],
        },
      });
    }
    expect(await expectConsistent(id)).toMatchObject({ state: 'FUNDED', version: 2 });
  });

  test('release and refund race for the same money, and one of them gets it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await fundedPosition('100.00');
      const answers = await race(10, async (admin, index) =>
        move(admin, id, index % 2 === 0 ? 'RELEASED' : 'CANCELLED'),
      );
      const [won, ...others] = answers.filter(({ status }) => status === 200);
      expect(others).toEqual([]);
      const { state, releasedAmount, refundedAmount } = await expectConsistent(id);
      expect(state).toBe(won?.body.state);
      expect([releasedAmount, refundedAmount]).toEqual(
        state === 'RELEASED' ? ['100.00', '0.00'] : ['0.00', '100.00'],
      );
    }
  });

  test('a hundred positions opened at once are all there, each with its event, ledger and audit', async () => {
    const answers = await race(100, async (admin, index) =>
      admin.post('/v1/positions', {
        assetId: tenant.assetId,
        holderReference: 'holder-of-a-hundred',
        currency: 'USD',
        amount: `${index + 1}.00`,
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const listed = await tenant.admin.get('/v1/positions?holderReference=holder-of-a-hundred&limit=200');
    const amounts: string[] = done(listed).data.map(({ amount }: Json) => amount);
    expect(amounts.sort()).toEqual(answers.map(({ body }) => body.amount).sort());
    await expectWholePositions(services[0] as Service);
  });

  test('fifty racing changes of one policy are all made, one after the other', async () => {
    const path = `/v1/institutions/${tenant.id}/policies/SG`;
    const answers = await race(50, async (admin, index) =>
      admin.put(path, { position: { maxAmount: `${index + 1}` } }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const versions = answers.map(({ body }) => body.version).sort((left, right) => left - right);
    expect(versions).toEqual(Array.from({ length: 50 }, (_none, index) => index + 2));
    const last = answers.find(({ body }) => body.version === 51);
    expect(done(await tenant.admin.get(path))).toEqual(last?.body);
  });

  test('two admin keys that revoke each other at once leave one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const own = await foundTenant(services[0] as Service);
      const second = await issueKey(services[0] as Service, own.id, 'admin');
      const keys = [
        { text: own.adminKey, id: own.adminKeyId },
        { text: second.text, id: second.id },
      ];
      const answers = await race(2, async (_admin, index) => {
        const caller = (services[index % services.length] as Service).client(keys[index]?.text);
        return caller.post(`/v1/institutions/${own.id}/api-keys/${keys[1 - index]?.id}/revoke`);
      });
      // The one that comes too late meets the last-admin rule, or its own key's revocation.
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect([401, 409]).toContain(answers.find(({ status }) => status !== 200)?.status);
      const path = `/v1/institutions/${own.id}/api-keys`;
      const active = done(await (services[0] as Service).root.get(path)).data;
      expect(active.filter(({ role }: Json) => role === 'admin')).toHaveLength(1);
    }
  });
});
