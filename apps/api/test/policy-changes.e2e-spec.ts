import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, type Backend } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { expectProblem, type Refusal } from './support/problems.js';
import { newInstallation, startService, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, openPosition, type Reachable, type Tenant } from './support/tenant.js';
import { expectWholePositions } from './support/wholeness.js';

type Start = (installation: Installation) => Promise<{ service: Reachable; stop: () => Promise<unknown> }>;

const here: Start = async (installation) => {
  const service = await startService(installation);
  return { service, stop: () => service.stop() };
};
const asProcess: Start = async (installation) => {
  const service = await ServiceProcess.start(installation);
  return { service, stop: () => service.terminate() };
};

/** One service that both changes policies and is bound by them, or one for each. */
const INSTALLATIONS: [name: string, backend: Backend, start: Start, count: number, rounds: number][] = [
  ...BACKENDS.map((backend): [string, Backend, Start, number, number] => [
    `one service on ${backend}`,
    backend,
    here,
    1,
    30,
  ]),
  ['two services on one database', 'postgres', here, 2, 30],
  ['two processes on one database', 'postgres', asProcess, 2, 10],
];

interface Setting {
  /** Where policies are changed, and where commands are sent: with two services, not the same. */
  readonly ruling: Tenant;
  readonly bound: Client;
  readonly services: readonly Reachable[];
}

function settingOf(backend: Backend, start: Start, count: number): Setting {
  let installation: Installation;
  let started: Awaited<ReturnType<Start>>[] = [];
  let ruling: Tenant;
  beforeAll(async () => {
    installation = await newInstallation(backend);
    started = [];
    while (started.length < count) started.push(await start(installation));
    ruling = await foundTenant(started[0]?.service as Reachable);
  });
  afterAll(async () => {
    for (const { stop } of started) await stop();
    await installation.database?.close();
  });
  return {
    get ruling() {
      return ruling;
    },
    get bound() {
      return (started.at(-1)?.service as Reachable).client(ruling.adminKey);
    },
    get services() {
      return started.map(({ service }) => service);
    },
  };
}

const claimOn = ({ assetId }: Tenant, amount: string): Json => ({
  assetId,
  holderReference: 'holder-1',
  currency: 'USD',
  amount,
});
const policyOf = ({ id }: Tenant): string => `/v1/institutions/${id}/policies/US`;

describe.each(INSTALLATIONS)('a policy change, %s,', (_, backend, start, count, rounds) => {
  const setting = settingOf(backend, start, count);

  /** Commands of every kind that a policy binds, each on what it would succeed on; `at` points to the claim. */
  async function commands(): Promise<{ path: string; body: Json; at: string; success: number }[]> {
    const { ruling, bound } = setting;
    const [created, funded, partly] = await Promise.all(
      [1, 2, 3].map(() => openPosition(bound, ruling.assetId, '100.00')),
    );
    for (const id of [funded, partly]) done(await move(bound, id ?? '', 'FUNDED'));
    const claim = claimOn(ruling, '100.00');
    const step = (id: string | undefined, body: Json) => ({
      path: `/v1/positions/${id}/transition`,
      body,
      at: '',
      success: 200,
    });
    return [
      { path: '/v1/positions', body: claim, at: '', success: 201 },
      { path: '/v1/positions/batch', body: { items: [claim, claim] }, at: '/items/0', success: 201 },
      step(created, { toState: 'FUNDED' }),
      step(partly, { toState: 'PARTIALLY_RELEASED', amount: '1.00' }),
      step(funded, { toState: 'RELEASED' }),
    ];
  }

  const beyond = (at: string, policyVersion: number, bound: Json): Refusal => ({
    status: 422,
    code: 'policy.amount_out_of_bounds',
    errors: [[`${at}/amount`, 'policy.amount_out_of_bounds']],
    extensions: { policyVersion, region: 'US', currency: 'USD', amount: '100.00', ...bound },
  });

  test('that was acknowledged binds the next command of every kind, and frees it again', async () => {
    const { ruling, bound } = setting;
    const policy = policyOf(ruling);
    for (let round = 0; round < rounds; round += 1) {
      // What is about to be refused was allowed just now, so that whatever keeps policies keeps the old one.
      const sent = await commands();
      const bounds = round % 2 === 0 ? { maxAmount: '99.99' } : { minAmount: '100.01' };
      const { version } = done(await ruling.admin.put(policy, { position: bounds }));
      // Each kind has its turn at being the first to meet a change.
      const turn = round % sent.length;
      const order = [...sent.slice(turn), ...sent.slice(0, turn)];
      for (const { path, body, at } of order) {
        expectProblem(await bound.post(path, body), path, beyond(at, version, bounds));
      }
      // Relaxed to a wider bound, to none, or to no policy at all.
      if (round % 3 === 2) expect((await ruling.admin.delete(policy)).status).toBe(204);
      else done(await ruling.admin.put(policy, { position: round % 3 === 0 ? { maxAmount: '100' } : {} }));
      for (const { path, body, success } of order) {
        expect([path, (await bound.post(path, body)).status]).toEqual([path, success]);
      }
    }
  });

  test('to other currencies refuses at creation, funding and release, and never a refund', async () => {
    const { ruling, bound } = setting;
    const policy = policyOf(ruling);
    const sent = await commands();
    const refunded = await openPosition(bound, ruling.assetId, '100.00');
    done(await move(bound, refunded, 'FUNDED'));
    const { version } = done(await ruling.admin.put(policy, { position: { allowedCurrencies: ['EUR'] } }));
    for (const { path, body, at } of sent) {
      expectProblem(await bound.post(path, body), path, {
        status: 422,
        code: 'policy.currency_not_allowed',
        errors: [[`${at}/currency`, 'policy.currency_not_allowed']],
        extensions: { policyVersion: version, region: 'US', currency: 'USD', allowedCurrencies: ['EUR'] },
      });
    }
    expect(done(await move(bound, refunded, 'CANCELLED')).refundedAmount).toBe('100.00');
    expect((await ruling.admin.delete(policy)).status).toBe(204);
    for (const { path, body, success } of sent) {
      expect([path, (await bound.post(path, body)).status]).toEqual([path, success]);
    }
  });
});

/** The rules that policies take turns with: each allows some of the amounts, and refuses others. */
const TURNS = [{ maxAmount: '250' }, { minAmount: '150' }, { maxAmount: '150' }, { minAmount: '250' }];
const AMOUNTS = ['100.00', '200.00', '300.00'];
const CLIENTS = 16;
const CHANGES = 20;
const ANSWERS_PER_CHANGE = 40;

/** A policy with the moments between which it can have been in force. */
interface Reign {
  readonly version: number;
  readonly rules: { readonly minAmount?: string; readonly maxAmount?: string };
  readonly fromMs: number;
  untilMs: number;
}

/** A command that a policy binds, with the moments between which it was judged. */
interface Judged {
  readonly amount: string;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly answer: Answer;
}

function allows({ rules: { minAmount = '0', maxAmount = '999' } }: Reign, amount: string): boolean {
  return Number(minAmount) <= Number(amount) && Number(amount) <= Number(maxAmount);
}

/** Clients that open positions and move them on without pause, until they are told to stop. */
class Load {
  readonly judged: Judged[] = [];
  readonly statuses = new Set<number>();
  private isOn = true;
  private readonly waiting: ((judged: Judged) => void)[] = [];

  constructor(
    private readonly clients: readonly Client[],
    private readonly tenant: Tenant,
  ) {}

  async run(): Promise<void> {
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_none, index) => {
        const client = this.clients[index % this.clients.length] as Client;
        for (let round = index; this.isOn; round += 1) {
          await this.live(client, AMOUNTS[round % AMOUNTS.length] as string);
        }
      }),
    );
  }

  stop(): void {
    this.isOn = false;
  }

  /** Resolves when many answers have come from now on, and the policy of that version, if any, refused somebody. */
  async goesOn(version?: number): Promise<void> {
    let answers = 0;
    let refused = version === undefined;
    return new Promise((resolve) =>
      this.waiting.push(({ answer }) => {
        answers += 1;
        refused ||= answer.body.policyVersion === version;
        if (answers >= ANSWERS_PER_CHANGE && refused) resolve();
      }),
    );
  }

  private async live(client: Client, amount: string): Promise<void> {
    const opened = await this.judge(amount, client.post('/v1/positions', claimOn(this.tenant, amount)));
    if (opened.status !== 201) return;
    const { id } = opened.body;
    for (const [toState, part] of [['FUNDED'], ['PARTIALLY_RELEASED', '0.01'], ['RELEASED']] as const) {
      const moved = await this.judge(amount, move(client, id, toState, part));
      if (moved.status === 200) continue;
      this.statuses.add((await move(client, id, 'CANCELLED')).status);
      return;
    }
  }

  private async judge(amount: string, sent: Promise<Answer>): Promise<Answer> {
    const sentAtMs = performance.now();
    const answer = await sent;
    const judged = { amount, sentAtMs, answeredAtMs: performance.now(), answer };
    this.judged.push(judged);
    this.statuses.add(answer.status);
    for (const tell of this.waiting) tell(judged);
    return answer;
  }
}

/** Some policy that was in force at some time between sending and answer gives the answer that was given. */
function expectConsistent(
  { amount, sentAtMs, answeredAtMs, answer }: Judged,
  reigns: readonly Reign[],
): void {
  const possible = reigns.filter(({ fromMs, untilMs }) => fromMs <= answeredAtMs && untilMs >= sentAtMs);
  if (answer.status !== 422) {
    expect({ amount, possible: possible.some((reign) => allows(reign, amount)) }).toEqual({
      amount,
      possible: true,
    });
    return;
  }
  const { policyVersion, minAmount, maxAmount } = answer.body;
  const reign = possible.find(({ version }) => version === policyVersion);
  expect({ policyVersion, reign: reign?.rules }).toEqual({
    policyVersion,
    reign: JSON.parse(JSON.stringify({ minAmount, maxAmount })),
  });
  expect(allows(reign as Reign, amount)).toBe(false);
}

describe.each(INSTALLATIONS.slice(0, 3))('policy changes under load, %s,', (_, backend, start, count) => {
  const setting = settingOf(backend, start, count);

  test('all succeed, and every command is judged by a policy that was in force meanwhile', async () => {
    const { ruling, services } = setting;
    const reigns: Reign[] = [{ version: 1, rules: {}, fromMs: 0, untilMs: Infinity }];
    const load = new Load(
      services.map((service) => service.client(ruling.adminKey)),
      ruling,
    );
    const running = load.run();
    const statuses: number[] = [];
    try {
      await load.goesOn();
      for (let change = 0; change < CHANGES; change += 1) {
        const rules = TURNS[change % TURNS.length] as Reign['rules'];
        const admin = (services[change % services.length] as Reachable).client(ruling.adminKey);
        const fromMs = performance.now();
        const { status, body } = await admin.put(policyOf(ruling), { position: rules });
        (reigns.at(-1) as Reign).untilMs = performance.now();
        statuses.push(status);
        reigns.push({ version: body.version, rules, fromMs, untilMs: Infinity });
        await load.goesOn(body.version);
      }
    } finally {
      load.stop();
      await running;
    }
    expect(statuses).toEqual([201, ...Array.from({ length: CHANGES - 1 }, () => 200)]);
    expect(reigns.map(({ version }) => version)).toEqual(
      Array.from({ length: CHANGES + 1 }, (_none, index) => index + 1),
    );
    expect([...load.statuses].sort()).toEqual([200, 201, 422]);
    for (const judged of load.judged) expectConsistent(judged, reigns);
    await expectWholePositions(services[0] as Reachable);
  });
});
