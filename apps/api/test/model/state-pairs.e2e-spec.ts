import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer } from '../support/client.js';
import { expectProblem } from '../support/problems.js';
import { closeService, openService, type Service } from '../support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../support/tenant.js';
import { NEXT, STATES, type State } from './position-model.js';

/** Every kind of way to each state. */
const WAYS: Readonly<Record<State, readonly (readonly State[])[]>> = {
  CREATED: [[]],
  FUNDED: [['FUNDED']],
  PARTIALLY_RELEASED: [
    ['FUNDED', 'PARTIALLY_RELEASED'],
    ['FUNDED', 'PARTIALLY_RELEASED', 'PARTIALLY_RELEASED'],
  ],
  RELEASED: [
    ['FUNDED', 'RELEASED'],
    ['FUNDED', 'PARTIALLY_RELEASED', 'RELEASED'],
  ],
  CANCELLED: [['CANCELLED'], ['FUNDED', 'CANCELLED'], ['FUNDED', 'PARTIALLY_RELEASED', 'CANCELLED']],
  EXPIRED: [['EXPIRED'], ['FUNDED', 'EXPIRED'], ['FUNDED', 'PARTIALLY_RELEASED', 'EXPIRED']],
};

const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

describe.each(BACKENDS)('every pair of states on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  const step = async (id: string, to: State): Promise<Answer> =>
    move(tenant.admin, id, to, to === 'PARTIALLY_RELEASED' ? '0.01' : undefined);

  async function positionOf(way: readonly State[]): Promise<string> {
    const id = await openPosition(tenant.admin, tenant.assetId, '1000.10');
    for (const to of way) done(await step(id, to));
    return id;
  }

  test.each(pairs)('from %s to %s is a step just when the lifecycle has it', async (from, to) => {
    const allowed = NEXT[from];
    for (const way of WAYS[from]) {
      const id = await positionOf(way);
      const path = `/v1/positions/${id}`;
      const before = done(await tenant.admin.get(path));
      expect(before.state).toBe(from);
      const answer = await step(id, to);
      const after = done(await tenant.admin.get(path));
      if (allowed.includes(to)) {
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ state: to, version: before.version + 1 });
        expect(after).toEqual(answer.body);
      } else {
        expectProblem(answer, `${path}/transition`, {
          status: 409,
          code: 'position.illegal_transition',
          extensions: { state: from, toState: to, allowed },
        });
        expect(after).toEqual(before);
      }
    }
  });
});
