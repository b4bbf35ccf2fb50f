import { expect } from '@jest/globals';
import type { Json } from '../support/client.js';
import { expectUnbrokenChain } from '../support/ledger.js';
import { expectPages, expectShown } from './expect-shown.js';
import type { InstitutionModel } from './institution-model.js';
import { toMinorUnits } from './minor-units.js';
import { replay, type PositionModel } from './position-model.js';
import type { Institutions } from './side-by-side.js';
import { timeText } from './time-text.js';

/** Holds all that an institution stored to what must always be so, whatever was asked of it before. */
export async function expectInvariants(model: InstitutionModel, institutions: Institutions): Promise<void> {
  // Clocks may have been set back; the past is only asked for once it is past.
  const latestMs = Math.max(
    model.nowMs,
    ...model.positions.flatMap(({ steps }) => steps.map(({ atMs }) => atMs)),
  );
  institutions.clock.advance(latestMs - model.nowMs);
  model.nowMs = latestMs;
  await expectShown(model, institutions);
  await Promise.all(
    model.positions.map(async (position) => {
      await expectWholePosition(position, institutions);
      await expectPast(position, institutions);
    }),
  );
  await expectBalances(model, institutions);
  await expectAudit(model, institutions);
}

async function expectWholePosition(position: PositionModel, institutions: Institutions): Promise<void> {
  const path = `/v1/positions/${position.name}`;
  const rows = await institutions.check({ method: 'GET', path }, { status: 200, body: position.whole() });
  await expectPages(institutions, `${path}/events?limit=200`, 200, position.events());
  const ledger = { data: position.ledgerEvents(), page: { limit: 200, nextCursor: null } };
  const ledgerPath = `/v1/ledger-events?positionId=${position.name}&limit=200`;
  const chains = await institutions.check({ method: 'GET', path: ledgerPath }, { status: 200, body: ledger });
  const length = position.steps.length;
  const verification = { verified: true, length, head: position.part('hash', length), firstBrokenSeq: null };
  const verificationPath = `${path}/ledger/verification`;
  await institutions.check({ method: 'GET', path: verificationPath }, { status: 200, body: verification });
  institutions.within(`${position.name} conserves its money and its history`, () => {
    for (const row of rows) expectConserved(row);
    for (const { data } of chains) expectUnbrokenChain(data);
  });
}

/** From the answer alone: the sums are right, no step is missing, and replaying the steps gives the row. */
function expectConserved({ events, ...row }: Json): void {
  const units = (amount: string): bigint => toMinorUnits(amount, row.currency);
  const [amount, released, refunded, held, remaining] = [
    row.amount,
    row.releasedAmount,
    row.refundedAmount,
    row.heldAmount,
    row.remainingAmount,
  ].map(units) as [bigint, bigint, bigint, bigint, bigint];
  const wasFunded = events.some(({ toState }: Json) => toState === 'FUNDED');
  expect(released + refunded + held).toBe(wasFunded ? amount : 0n);
  expect(events.map(({ seq }: Json) => seq)).toEqual(
    Array.from({ length: row.version }, (_none, index) => index + 1),
  );
  const steps = events.map(({ toState, amount: moved }: Json) => ({
    toState,
    amount: moved === null ? null : units(moved),
  }));
  expect(replay(steps)).toEqual({ state: row.state, released, refunded, held, remaining });
  expect({ createdAt: events[0].at, updatedAt: events.at(-1).at }).toEqual({
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  });
}

/** At the time of each of its steps, a position was what its steps until then had made of it. */
async function expectPast(position: PositionModel, institutions: Institutions): Promise<void> {
  const path = (ms: number): string => `/v1/positions/${position.name}?asOf=${timeText(ms)}`;
  const before = position.opening.atMs - 1;
  await institutions.check({ method: 'GET', path: path(before) }, { status: 404, code: 'position.unknown' });
  for (const atMs of new Set(position.steps.map((step) => step.atMs))) {
    const body = position.whole(atMs);
    await institutions.check({ method: 'GET', path: path(atMs) }, { status: 200, body });
  }
}

/** Balances are the model's, now and at every moment at which something happened, and they net to zero. */
async function expectBalances(model: InstitutionModel, institutions: Institutions): Promise<void> {
  const moments = new Set(model.positions.flatMap(({ steps }) => steps.map(({ atMs }) => atMs)));
  const asked: [string, Json][] = [
    ['', model.shownBalances()],
    ...[...moments].map((ms): [string, Json] => [
      `?asOf=${timeText(ms)}`,
      model.shownBalances(undefined, ms),
    ]),
    ...model.assets.map(({ name }): [string, Json] => [
      `?assetId=${name}`,
      model.shownBalances(({ claim }) => claim.assetId === name),
    ]),
    ['?holderReference=holder-1', model.shownBalances(({ claim }) => claim.holderReference === 'holder-1')],
  ];
  const checks = asked.map(async ([query, body]) => {
    const path = `/v1/balances${query}`;
    const bodies = await institutions.check({ method: 'GET', path }, { status: 200, body });
    institutions.within(`the books balance in ${path}`, () => bodies.forEach(expectBalanced));
  });
  await Promise.all(checks);
}

/** Per currency, what was taken from accounts was given to accounts. */
function expectBalanced({ data }: Json): void {
  for (const [currency, rows] of Map.groupBy<string, Json>(data, (row) => row.currency)) {
    const sum = (side: string): bigint =>
      rows.reduce((total, row) => total + toMinorUnits(row[side], currency), 0n);
    expect(sum('debits')).toBe(sum('credits'));
  }
}

/** The audit trail has one success for each step, and none for a step that was never made. */
async function expectAudit(model: InstitutionModel, institutions: Institutions): Promise<void> {
  const trails = await institutions.readAll('/v1/audit-events?resourceType=position');
  const steps = model.positions.flatMap((position) =>
    position.steps.map(({ seq, toState, amount }) => ({
      resourceId: position.name,
      action: seq === 1 ? 'POSITION_CREATED' : 'POSITION_TRANSITIONED',
      payload: {
        seq,
        toState,
        amount: amount === null ? null : position.text(amount),
        currency: position.claim.currency,
      },
    })),
  );
  const inOrder = (rows: Json[]): Json[] => rows.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const keyOf = ({ resourceId, payload }: Json): string => `${resourceId} ${payload.seq}`;
  for (const trail of trails) {
    const shown = trail
      .filter(({ outcome }) => outcome === 'SUCCESS')
      .map(({ resourceId, action, payload }) => ({ resourceId, action, payload }));
    institutions.within('the audit trail tells of every step', () => {
      expect(inOrder(shown)).toEqual(inOrder(steps));
    });
  }
}
