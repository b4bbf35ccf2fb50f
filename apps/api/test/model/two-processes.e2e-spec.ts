import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import type { Answer, Client, Json } from '../support/client.js';
import { expectUnbrokenChain } from '../support/ledger.js';
import { expectProblem, type Refusal } from '../support/problems.js';
import { newInstallation, type Installation } from '../support/service.js';
import { ServiceProcess } from '../support/service-process.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../support/tenant.js';
import { expectWholePositions } from '../support/wholeness.js';
import { isRefusal } from './expected.js';
import { fromMinorUnits, toMinorUnits } from './minor-units.js';
import { PositionModel, type State } from './position-model.js';
import { parametersOf, timeoutMsOf } from './property-runs.js';

const RUNS = 60;
const AMOUNT = '1000.00';

/** A step that a client asks one of the processes for. */
interface Asked {
  readonly process: 0 | 1;
  readonly toState: State;
  readonly amount?: string;
}

/** Sixteenths of the amount, so that parts often come to just what remains. */
const parts = fc.bigInt({ min: 1n, max: 6n }).map((sixteenths) => sixteenths * 6_250n);
const steps: Arbitrary<Pick<Asked, 'toState' | 'amount'>> = fc.oneof(
  {
    weight: 16,
    arbitrary: parts.map(
      (part) => ({ toState: 'PARTIALLY_RELEASED', amount: fromMinorUnits(part, 'USD') }) as const,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ toState: 'RELEASED' } as const, { toState: 'CANCELLED' } as const),
  },
);
const asked: Arbitrary<Asked> = fc
  .tuple(fc.constantFrom<(0 | 1)[]>(0, 1), steps)
  .map(([process, step]) => ({ process, ...step }));
/** Each wave of steps is sent at once, when the one before it has been answered whole. */
const waves = fc.array(fc.array(asked, { minLength: 1, maxLength: 10 }), {
  minLength: 1,
  maxLength: 5,
  size: 'max',
});

describe('two processes on one database', () => {
  let installation: Installation;
  let processes: readonly [ServiceProcess, ServiceProcess];
  let tenant: Tenant;
  /** The tenant's admin, as a client of each process. */
  let admins: readonly [Client, Client];

  beforeAll(async () => {
    installation = await newInstallation('postgres');
    processes = [await ServiceProcess.start(installation), await ServiceProcess.start(installation)];
    tenant = await foundTenant(processes[0]);
    admins = [processes[0].client(tenant.adminKey), processes[1].client(tenant.adminKey)];
  }, 60_000);
  afterAll(async () => {
    await Promise.all(processes.map(async (each) => each.terminate()));
    await installation.database?.close();
  });

  async function fundedPosition(): Promise<string> {
    const id = await openPosition(tenant.admin, tenant.assetId, AMOUNT);
    done(await move(tenant.admin, id, 'FUNDED'));
    return id;
  }

  test(
    'answer whatever steps race on one position as if they had come one after the other',
    async () => {
      const property = fc.asyncProperty(waves, async (sent) => {
        const id = await fundedPosition();
        const model = modelOf(id);
        const told: string[] = [];
        for (const wave of sent) {
          const answers = await Promise.all(
            wave.map(async ({ process, toState, amount }) => move(admins[process], id, toState, amount)),
          );
          told.push(...wave.map((each, index) => inWords(each, answers[index] as Answer)), '');
          within(told, () => explain(model, wave, answers));
        }
        await expectEnd(id, model);
      });
      await fc.assert(property, parametersOf(RUNS));
    },
    timeoutMsOf(RUNS),
  );

  function modelOf(id: string): PositionModel {
    const amount = toMinorUnits(AMOUNT, 'USD');
    const claim = {
      assetId: tenant.assetId,
      holderReference: 'holder-1',
      currency: 'USD',
      amount,
      externalReference: null,
    };
    const model = new PositionModel(id, claim, { atMs: 0, order: 1 });
    model.take({ toState: 'FUNDED' }, amount, { atMs: 0, order: 2 });
    return model;
  }

  /**
   * Steps that were answered with 200 were made in the order of the versions that they answer; each refusal is that
   * of some moment between.
   */
  function explain(model: PositionModel, wave: readonly Asked[], answers: readonly Answer[]): void {
    const from = model.steps.length;
    const made = wave
      .map((asked, index) => ({ asked, answer: answers[index] as Answer }))
      .filter(({ answer }) => answer.status === 200)
      .sort((left, right) => left.answer.body.version - right.answer.body.version);
    for (const { asked, answer } of made) {
      const moved = model.judge(asked);
      if (isRefusal(moved))
        throw new Error(`Done, but to be refused: ${inWords(asked, answer)}, ${moved.code}`);
      model.take(asked, moved, { atMs: 0, order: 0 });
      expect(shapeOf(answer.body)).toEqual(shapeOf(model.whole()));
    }
    for (const [index, asked] of wave.entries()) {
      const answer = answers[index] as Answer;
      if (answer.status !== 200) expectExplained(model, from, asked, answer);
    }
  }

  function expectExplained(model: PositionModel, from: number, asked: Asked, answer: Answer): void {
    const possible = model.steps
      .slice(from - 1)
      .flatMap((_step, index) => refusalAfter(model, from + index, asked));
    const shown = answer.body.code;
    const fitting = possible.find((refusal) => refusal.code === shown && numbersFit(refusal, answer.body));
    if (fitting === undefined) throw new Error(`No moment explains the refusal ${answer.text}`);
    expectProblem(answer, `/v1/positions/${model.name}/transition`, fitting);
  }

  /** What a step would have been answered after some of those that were made; nothing when it would have been made. */
  function refusalAfter(model: PositionModel, count: number, asked: Asked): Refusal[] {
    const then = new PositionModel(model.name, model.claim, model.opening);
    then.steps.splice(0, Infinity, ...model.steps.slice(0, count));
    const judged = then.judge(asked);
    return isRefusal(judged) ? [judged] : [];
  }

  function numbersFit({ extensions = {} }: Refusal, body: Json): boolean {
    return Object.entries(extensions).every(
      ([name, value]) => JSON.stringify(body[name]) === JSON.stringify(value),
    );
  }

  /** Both processes show what the model has, and the whole database is sound. */
  async function expectEnd(id: string, model: PositionModel): Promise<void> {
    const shown = await Promise.all(
      admins.map(async (admin) => done(await admin.get(`/v1/positions/${id}`))),
    );
    expect(shown[1]).toEqual(shown[0]);
    expect(shapeOf(shown[0])).toEqual(shapeOf(model.whole()));
    const ledger = done(await admins[0].get(`/v1/ledger-events?positionId=${id}&limit=200`));
    expectUnbrokenChain(ledger.data);
    const verification = done(await admins[1].get(`/v1/positions/${id}/ledger/verification`));
    const { hash: head } = ledger.data.at(-1);
    expect(verification).toEqual({ verified: true, length: model.steps.length, head, firstBrokenSeq: null });
  }

  test('99 partial releases of 10.00 on 1000.00, sent to both, all succeed and leave 10.00', async () => {
    const id = await fundedPosition();
    const answers = await race(id, 99);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const remaining = answers.map(({ body }) => toMinorUnits(body.remainingAmount, 'USD') / 1000n);
    expect(remaining.sort((left, right) => Number(left - right))).toEqual(
      Array.from({ length: 99 }, (_none, index) => BigInt(index + 1)),
    );
    await expectTenLeft(id);
  });

  test('of a hundred exactly one is refused, since nothing would remain', async () => {
    const id = await fundedPosition();
    const answers = await race(id, 100);
    const [refused, ...others] = answers.filter(({ status }) => status !== 200);
    expect(others).toEqual([]);
    expectProblem(refused as Answer, `/v1/positions/${id}/transition`, {
      status: 422,
      code: 'position.nothing_would_remain',
      errors: [['/amount', 'position.nothing_would_remain']],
      extensions: { currency: 'USD', remaining: '10.00', requested: '10.00' },
    });
    await expectTenLeft(id);
  });

  test('hold nothing that is not whole after all this', async () => {
    for (const each of processes) await expectWholePositions(each);
  });

  async function race(id: string, count: number): Promise<Answer[]> {
    const sent = Array.from({ length: count }, async (_none, index) =>
      move(admins[index % 2] as Client, id, 'PARTIALLY_RELEASED', '10.00'),
    );
    return Promise.all(sent);
  }

  async function expectTenLeft(id: string): Promise<void> {
    for (const admin of admins) {
      const position = done(await admin.get(`/v1/positions/${id}`));
      expect(position).toMatchObject({
        state: 'PARTIALLY_RELEASED',
        releasedAmount: '990.00',
        refundedAmount: '0.00',
        heldAmount: '10.00',
        version: 101,
      });
      expect(position.events).toHaveLength(101);
    }
  }
});

function inWords({ process, toState, amount = '' }: Asked, { status, body }: Answer): string {
  return `process ${process}: ${toState} ${amount} -> ${status} ${body?.code ?? `version ${body?.version}`}`;
}

/** Runs an assertion; its failure tells all that was asked and answered before, wave by wave. */
function within(told: readonly string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(
      `After this:\n${told.join('\n')}${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A position without ids and times, which the model of a race does not know. */
function shapeOf({
  id,
  institutionId: _,
  createdAt: _created,
  updatedAt: _updated,
  events,
  ...row
}: Json): Json {
  return {
    id,
    ...row,
    events: events.map(({ id: _id, at: _at, ...event }: Json) => event),
  };
}
