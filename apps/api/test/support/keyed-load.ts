import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { until } from '#testing';
import pLimit from 'p-limit';
import type { Answer, Client, Json } from './client.js';
import { expectProblem } from './problems.js';
import { readAll } from './records.js';
import { expectReplay } from './repeatable.js';
import type { Reachable, Tenant } from './tenant.js';
import { expectWholePositions } from './wholeness.js';

/** A request under a key of its own, and its first answer; undefined when none came. */
export interface Keyed {
  readonly path: string;
  readonly json: Json;
  readonly key: string;
  answer?: Answer;
}

export async function sendKeyed(client: Client, { path, json, key }: Keyed): Promise<Answer> {
  return client.send('POST', path, { json, headers: { 'idempotency-key': key } });
}

export const isReplay = ({ headers }: Answer): boolean => headers.get('idempotent-replayed') === 'true';

/** The first answer, of which a client got perhaps only the replay. */
export function unmarked(replay: Answer): Answer {
  const headers = new Headers(replay.headers);
  headers.delete('idempotent-replayed');
  return { ...replay, headers };
}

export const opening = ({ assetId }: Tenant, holderReference = 'holder-1'): Keyed => ({
  path: '/v1/positions',
  json: { assetId, holderReference, currency: 'USD', amount: '10.00' },
  key: randomUUID(),
});

const STEPS: readonly Json[] = [
  { toState: 'FUNDED' },
  { toState: 'PARTIALLY_RELEASED', amount: '1.00' },
  // The same step again, by another key: only the key tells that both are meant.
  { toState: 'PARTIALLY_RELEASED', amount: '1.00' },
];

/**
 * Opens positions and moves them on, each request once, until one has no answer.
 *
 * @param ask answers undefined when there is no service any more, or enough was sent
 */
export async function openAndMove(
  tenant: Tenant,
  holderReference: string,
  ask: (one: Keyed) => Promise<Answer | undefined>,
): Promise<void> {
  for (;;) {
    const created = await ask(opening(tenant, holderReference));
    if (created === undefined) return;
    const path = `/v1/positions/${created.body.id}/transition`;
    for (const json of STEPS) {
      if ((await ask({ path, json, key: randomUUID() })) === undefined) return;
    }
  }
}

/** Every request has had one effect, whatever became of its answers. */
export async function expectOneEffectEach(service: Reachable, sent: readonly Keyed[]): Promise<void> {
  const positions = await expectWholePositions(service);
  const steps = Map.groupBy(
    sent.filter(({ path }) => path.endsWith('/transition')),
    ({ path }) => path.split('/')[3],
  );
  expect(positions).toHaveLength(sent.filter(({ path }) => path === '/v1/positions').length);
  for (const { id, version, releasedAmount } of positions) {
    const asked = steps.get(id) ?? [];
    const releases = asked.filter(({ json }) => json.amount !== undefined).length;
    expect([version, releasedAmount]).toEqual([1 + asked.length, `${releases}.00`]);
  }
  const audit = await readAll(service, '/v1/audit-events?resourceType=position');
  expect(audit).toHaveLength(sent.length);
}

const CLIENTS = 12;
const PAUSE_MS = 25;

/** Clients that send each request, under its key, until it is carried out, however often the service cannot. */
export class KeyedLoad {
  readonly sent: Keyed[] = [];
  acknowledged = 0;
  /** How many requests were answered 503, all told. */
  refused = 0;
  /** The longest that one answer took. */
  longestMs = 0;
  private isOver = false;
  private readonly working: Promise<unknown>;
  private failure: unknown;

  constructor(
    private readonly client: Client,
    tenant: Tenant,
    clients = CLIENTS,
  ) {
    const names = Array.from({ length: clients }, (_none, index) => `client-${index}`);
    this.working = Promise.all(
      names.map((name) => openAndMove(tenant, name, async (one) => this.ask(one))),
    ).catch((error: unknown) => (this.failure = error));
  }

  /** Resolves when so many requests more have been carried out. */
  async acknowledges(more: number): Promise<void> {
    const enough = this.acknowledged + more;
    await this.comesTo(() => this.acknowledged >= enough, `${more} requests more are carried out.`);
  }

  /** Resolves when so many requests more have been answered 503. */
  async isRefused(more: number): Promise<void> {
    const enough = this.refused + more;
    await this.comesTo(() => this.refused >= enough, `${more} requests more are answered 503.`);
  }

  private async comesTo(isSo: () => boolean, what: string): Promise<void> {
    const ask = (): boolean => {
      this.requireSound();
      return isSo();
    };
    await until(ask, what, { timeoutMs: 60_000 });
  }

  /**
   * Lets every client end when its request under way is carried out. Then each request is there once, and answered once
   * more as it was the first time.
   */
  async expectAllOnce(service: Reachable): Promise<void> {
    this.isOver = true;
    await this.working;
    this.requireSound();
    await expectOneEffectEach(service, this.sent);
    // All at once they would wait for connections for long.
    const oneOfFew = pLimit(CLIENTS);
    const again = await Promise.all(this.sent.map((one) => oneOfFew(() => this.sendUntilCarriedOut(one))));
    for (const [index, { answer }] of this.sent.entries()) {
      expectReplay(unmarked(answer as Answer), again[index] as Answer);
    }
  }

  private requireSound(): void {
    if (this.failure !== undefined) throw this.failure as Error;
  }

  private async ask(one: Keyed): Promise<Answer | undefined> {
    if (this.isOver) return undefined;
    this.sent.push(one);
    one.answer = await this.sendUntilCarriedOut(one);
    this.acknowledged += 1;
    return one.answer;
  }

  private async sendUntilCarriedOut(one: Keyed): Promise<Answer> {
    for (;;) {
      const startedAtMs = performance.now();
      const answer = await sendKeyed(this.client, one);
      this.longestMs = Math.max(this.longestMs, performance.now() - startedAtMs);
      if (answer.status < 300) return answer;
      expectProblem(answer, one.path, { status: 503, code: 'service.unavailable' });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      this.refused += 1;
      await pause(PAUSE_MS);
    }
  }
}
