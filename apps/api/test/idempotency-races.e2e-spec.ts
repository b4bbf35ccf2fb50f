import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer, Client, Json } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { expectReplay } from './support/repeatable.js';
import { newInstallation, startService, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, openPosition, type Reachable, type Tenant } from './support/tenant.js';
import { expectWholePositions } from './support/wholeness.js';

const AT_ONCE = 20;
/** How often each race is run: in memory nothing can come between a command's checks and its writes. */
const ROUNDS = { memory: 1, postgres: 2 };

interface Running extends Reachable {
  end(): Promise<unknown>;
}

async function inThisProcess(installation: Installation): Promise<Running> {
  const service = await startService(installation);
  return { root: service.root, client: (key) => service.client(key), end: () => service.stop() };
}

async function inItsOwnProcess(installation: Installation): Promise<Running> {
  const service = await ServiceProcess.start(installation);
  return { root: service.root, client: (key) => service.client(key), end: () => service.terminate() };
}

const INSTALLATIONS = [
  ['one service on memory', 'memory', [inThisProcess]],
  ['one service on postgres', 'postgres', [inThisProcess]],
  ['two processes on one postgres database', 'postgres', [inItsOwnProcess, inItsOwnProcess]],
] as const;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly json?: Json;
}

describe.each(INSTALLATIONS)('requests with keys that race, %s', (_name, backend, starts) => {
  let installation: Installation;
  let services: Running[];
  let tenant: Tenant;
  /** The tenant's admin, as a client of each process. */
  let admins: Client[];
  let totals: Record<string, number>;

  beforeAll(async () => {
    installation = await newInstallation(backend);
    services = await Promise.all(starts.map(async (start) => start(installation)));
    const [service] = services as [Running];
    tenant = await foundTenant(service);
    admins = services.map((each) => each.client(tenant.adminKey));
    totals = await readTotals();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(services.map(async (service) => service.end()));
    await installation.database?.close();
  });

  const ask = async (index: number, { method, path, json }: Asked, key: string): Promise<Answer> =>
    (admins[index % admins.length] as Client).send(method, path, {
      json,
      headers: { 'idempotency-key': key },
    });

  const claim = (fields: Json = {}): Json => ({
    assetId: tenant.assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount: '10.00',
    ...fields,
  });
  const opening = (fields: Json = {}): Asked => ({
    method: 'POST',
    path: '/v1/positions',
    json: claim(fields),
  });
  const moving = (id: string, toState: string): Asked => ({
    method: 'POST',
    path: `/v1/positions/${id}/transition`,
    json: { toState },
  });

  /** One of the answers is the first; the others are that one again. */
  function expectOneAnswer(answers: readonly Answer[], status: number): Answer {
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
    const [first, ...others] = answers.filter(({ headers }) => headers.get('idempotent-replayed') === null);
    expect(others).toEqual([]);
    for (const answer of answers) if (answer !== first) expectReplay(first as Answer, answer);
    return first as Answer;
  }

  /** How many rows each list has gained since the last look. */
  async function effects(): Promise<Record<string, number>> {
    const before = totals;
    totals = await readTotals();
    const gained = Object.entries(totals).map(
      ([list, total]) => [list, total - (before[list] ?? 0)] as const,
    );
    return Object.fromEntries(gained.filter(([, more]) => more !== 0));
  }

  async function readTotals(): Promise<Record<string, number>> {
    const lists = [
      'positions',
      'ledger-events',
      'audit-events',
      'assets',
      `institutions/${tenant.id}/api-keys`,
    ];
    const totalOf = async (list: string): Promise<[string, number]> => {
      const answer = await tenant.admin.get(
        `/v1/${list}?limit=1&include=total${list === 'audit-events' ? '&outcome=SUCCESS' : ''}`,
      );
      return [list.split('/').at(-1) as string, done(answer).page.total];
    };
    return Object.fromEntries(await Promise.all(lists.map(totalOf)));
  }

  /** Requests that have one effect each, the rows that it leaves, and the status of their answer. */
  const RACES: [name: string, status: number, rows: Json, prepare: () => Promise<Asked>][] = [
    [
      'that open a position',
      201,
      { positions: 1, 'ledger-events': 1, 'audit-events': 1 },
      async () => Promise.resolve(opening()),
    ],
    [
      'that move a position on',
      200,
      { 'ledger-events': 1, 'audit-events': 1 },
      async () => moving(await openPosition(tenant.admin, tenant.assetId, '10.00'), 'FUNDED'),
    ],
    [
      'that open a hundred positions',
      201,
      { positions: 100, 'ledger-events': 100, 'audit-events': 100 },
      async () =>
        Promise.resolve({
          method: 'POST',
          path: '/v1/positions/batch',
          json: {
            items: Array.from({ length: 100 }, (_none, index) => claim({ amount: `${index + 1}.00` })),
          },
        }),
    ],
    [
      'that put a policy where there is one',
      200,
      { 'audit-events': 1 },
      async () => {
        const path = `/v1/institutions/${tenant.id}/policies/SG`;
        done(await tenant.admin.put(path, { position: { maxAmount: randomAmount() } }));
        return { method: 'PUT', path, json: { position: { maxAmount: randomAmount() } } };
      },
    ],
    [
      'that put a policy where there is none',
      201,
      { 'audit-events': 1 },
      async () => {
        const path = `/v1/institutions/${tenant.id}/policies/EU_UK`;
        await tenant.admin.delete(path);
        return { method: 'PUT', path, json: { position: { maxAmount: randomAmount() } } };
      },
    ],
    [
      'that change an asset',
      200,
      { 'audit-events': 1 },
      async () => {
        const made = await tenant.admin.post('/v1/assets', { templateId: tenant.templateId, label: 'Pier' });
        return { method: 'PATCH', path: `/v1/assets/${done(made).id}`, json: { label: 'Quay' } };
      },
    ],
  ];

  const randomAmount = (): string => `${1_000 + Math.floor(Math.random() * 1_000_000)}`;

  test.each(RACES)('%s have one effect and one answer', async (_race, status, rows, prepare) => {
    for (let round = 0; round < ROUNDS[backend]; round += 1) {
      const [asked, key] = [await prepare(), randomUUID()];
      await effects();
      const racing = Array.from({ length: AT_ONCE }, async (_none, index) => ask(index, asked, key));
      const first = expectOneAnswer(await Promise.all(racing), status);
      expect(await effects()).toEqual(rows);
      expectReplay(first, await ask(round, asked, key));
    }
  });

  test('that make an API key show its secret to one of them at most, and make one key', async () => {
    const asked: Asked = {
      method: 'POST',
      path: `/v1/institutions/${tenant.id}/api-keys`,
      json: { label: 'Raced for', role: 'read_only' },
    };
    const key = randomUUID();
    await effects();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_none, index) => ask(index, asked, key)),
    );
    const [first, ...others] = answers.filter(({ body }) => body.apiKey !== null);
    expect(others).toEqual([]);
    const text = JSON.stringify({ ...first?.body, apiKey: null });
    for (const answer of answers) if (answer !== first) expectReplay(first as Answer, answer, text);
    expect(await effects()).toEqual({ 'api-keys': 1, 'audit-events': 1 });
    expect((await (services[0] as Running).client(first?.body.apiKey).get('/v1/positions')).status).toBe(200);
  });

  test('for different things under one key have one effect, and the others are told so', async () => {
    for (let round = 0; round < ROUNDS[backend]; round += 1) {
      const key = randomUUID();
      const bodies = ['1.00', '2.00', '3.00', '4.00', '5.00'].map((amount) => opening({ amount }));
      await effects();
      const asked = Array.from({ length: AT_ONCE }, (_none, index) => bodies[index % 5] as Asked);
      const answers = await Promise.all(asked.map(async (each, index) => ask(index, each, key)));
      const carriedOut = answers.filter((answer) => answer.status === 201);
      expect(carriedOut).toHaveLength(4);
      const { body } = expectOneAnswer(carriedOut, 201);
      for (const [index, answer] of answers.entries()) {
        if (carriedOut.includes(answer)) expect(asked[index]?.json.amount).toBe(body.amount);
        else expectProblem(answer, '/v1/positions', { status: 422, code: 'idempotency.mismatch' });
      }
      expect(await effects()).toMatchObject({ positions: 1, 'ledger-events': 1, 'audit-events': 1 });
    }
  });

  test('to move one position on under keys of their own are carried out once, and refused otherwise', async () => {
    const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
    const keys = Array.from({ length: 5 }, () => randomUUID());
    const asked = Array.from({ length: AT_ONCE }, (_none, index) => keys[index % 5] as string);
    const answers = await Promise.all(asked.map(async (key, index) => ask(index, moving(id, 'FUNDED'), key)));
    expectOneAnswer(
      answers.filter(({ status }) => status === 200),
      200,
    );
    const won = asked.filter((_key, index) => answers[index]?.status === 200);
    expect([won.length, new Set(won).size]).toEqual([4, 1]);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      refused.map(() => [409, 'position.illegal_transition']),
    );
  });

  test('under a hundred keys, each sent twice and in opposite orders, are all carried out once', async () => {
    for (let round = 0; round < ROUNDS[backend]; round += 1) {
      const keys = Array.from(
        { length: 100 },
        (_none, index) => `${round}-${String(index).padStart(3, '0')}`,
      );
      const openingOf = (key: string): Asked => opening({ holderReference: `of-${key}` });
      await effects();
      const [forth, back] = await Promise.all([
        Promise.all(keys.map(async (key) => ask(0, openingOf(key), key))),
        Promise.all(keys.toReversed().map(async (key) => ask(1, openingOf(key), key))),
      ]);
      const pairs = keys.map((_key, index) => [forth[index], back[99 - index]] as [Answer, Answer]);
      const ids = pairs.map((pair) => expectOneAnswer(pair, 201).body.id as string);
      expect(new Set(ids).size).toBe(100);
      expect(await effects()).toMatchObject({ positions: 100, 'ledger-events': 100, 'audit-events': 100 });
      // The same once more with rows that others update at the same time.
      const [there, andBack] = await Promise.all([
        Promise.all(ids.map(async (id) => ask(0, moving(id, 'FUNDED'), `move-${id}`))),
        Promise.all(ids.toReversed().map(async (id) => ask(1, moving(id, 'FUNDED'), `move-${id}`))),
      ]);
      for (const index of ids.keys()) {
        expectOneAnswer([there[index] as Answer, andBack[99 - index] as Answer], 200);
      }
      expect(await effects()).toEqual({ 'ledger-events': 100, 'audit-events': 100 });
    }
  });

  test('for one version of a position under one key are carried out once, and none is stale', async () => {
    for (let round = 0; round < ROUNDS[backend]; round += 1) {
      const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
      const sent = {
        json: { toState: 'FUNDED' },
        headers: { 'if-match': '"1"', 'idempotency-key': randomUUID() },
      };
      const answers = await Promise.all(
        Array.from({ length: 6 }, async (_none, index) =>
          (admins[index % admins.length] as Client).send('POST', `/v1/positions/${id}/transition`, sent),
        ),
      );
      expectOneAnswer(answers, 200);
      done(await move(tenant.admin, id, 'RELEASED'));
    }
  });

  test('leave nothing that is not whole', async () => {
    for (const service of services) await expectWholePositions(service);
  });
});
