import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FixedClock, until, withClient, type TestDatabase } from '#testing';
import type { Answer, Client } from './support/client.js';
import {
  expectOneEffectEach,
  isReplay,
  openAndMove,
  opening,
  sendKeyed,
  unmarked,
  type Keyed,
} from './support/keyed-load.js';
import { bringBack, endSessions, takeAway } from './support/outage.js';
import { expectProblem } from './support/problems.js';
import { readAll } from './support/records.js';
import { expectReplay } from './support/repeatable.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { foundTenant, type Tenant } from './support/tenant.js';

const CLIENTS = 20;
const ACKNOWLEDGED_BEFORE_KILL = 150;
const REQUESTS_IN_TROUBLE = 300;
const HOUR_MS = 3_600_000;

let installation: Installation;
let database: TestDatabase;

beforeEach(async () => {
  installation = await newInstallation('postgres');
  database = installation.database as TestDatabase;
});
afterEach(async () => installation.database?.close());

describe('what a service has answered under a key', () => {
  let service: Service;
  let tenant: Tenant;

  afterEach(async () => service.stop());

  async function restart(settings: Record<string, string>, clock?: FixedClock): Promise<void> {
    await service.stop();
    service = await startService(installation, settings, clock);
  }
  const again = async (sent: Keyed): Promise<Answer> => sendKeyed(service.client(tenant.adminKey), sent);
  const positions = async (): Promise<number> => (await readAll(service, '/v1/positions')).length;

  async function openOne(settings: Record<string, string> = {}, clock?: FixedClock): Promise<Keyed> {
    service = await startService(installation, settings, clock);
    tenant = await foundTenant(service);
    const sent = opening(tenant);
    sent.answer = await again(sent);
    expect(sent.answer.status).toBe(201);
    return sent;
  }

  async function keptRecords(): Promise<number> {
    const found = await withClient(database.ownerUrl, async (client) =>
      client.query<{ kept: string }>('SELECT count(*) AS kept FROM idempotency_records'),
    );
    return Number(found.rows[0]?.kept);
  }

  async function untilKept(count: number): Promise<void> {
    await until(async () => (await keptRecords()) <= count, `No more than ${count} records are kept.`);
    expect(await keptRecords()).toBe(count);
  }

  test('it answers again after a restart', async () => {
    const sent = await openOne();
    for (let restarts = 0; restarts < 2; restarts += 1) {
      await restart({});
      expectReplay(sent.answer as Answer, await again(sent));
    }
    expect(await positions()).toBe(1);
  });

  test.each([
    ['168 hours, unless it is told another time', 168, {}],
    ['as many hours as it is told', 200, { IDEMPOTENCY_TTL_HOURS: '200' }],
  ] as const)('it keeps for %s, and removes at the next start', async (_name, hours, settings) => {
    const clock = new FixedClock();
    const sent = await openOne(settings, clock);
    clock.advance(hours * HOUR_MS);
    await restart(settings, clock);
    expectReplay(sent.answer as Answer, await again(sent));
    expect(await keptRecords()).toBe(1);
    clock.advance(1);
    await restart(settings, clock);
    await untilKept(0);
    const second = await again(sent);
    expect([second.status, isReplay(second)]).toEqual([201, false]);
    expect(second.body.id).not.toBe(sent.answer?.body.id);
    expectReplay(second, await again(sent));
    expect(await positions()).toBe(2);
  });

  test('it removes when it has expired, and waits for nobody who is at work on some of it', async () => {
    const clock = new FixedClock();
    const held = await openOne({}, clock);
    for (const sent of [opening(tenant), opening(tenant)]) await again(sent);
    clock.advance(168 * HOUR_MS + 1);
    await withClient(database.ownerUrl, async (client) => {
      await client.query('BEGIN');
      const locked = 'SELECT FROM idempotency_records WHERE key = $1 FOR UPDATE';
      expect((await client.query(locked, [held.key])).rowCount).toBe(1);
      await restart({}, clock);
      await untilKept(1);
      expect(isReplay(await again(held))).toBe(true);
    });
  });

  test('it does not miss while the store is away: keys stay free, for the same and for anything else', async () => {
    await openOne();
    const [same, other] = [opening(tenant), opening(tenant)];
    await takeAway(database);
    for (const sent of [same, other]) {
      const answer = await again(sent);
      expectProblem(answer, '/v1/positions', { status: 503, code: 'service.unavailable' });
      expect(isReplay(answer)).toBe(false);
    }
    await bringBack(database);
    expect(await positions()).toBe(1);
    const first = await again(same);
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    expectReplay(first, await again(same));
    expect((await again({ ...other, json: { ...other.json, amount: '7.00' } })).body.amount).toBe('7.00');
    expect(await positions()).toBe(3);
  });
});

describe('a service in trouble', () => {
  let service: ServiceProcess;
  let tenant: Tenant;
  let sent: Keyed[];

  beforeEach(async () => {
    service = await ServiceProcess.start(installation);
    tenant = await foundTenant(service);
    sent = [];
  });
  afterEach(async () => service.kill());

  const admin = (): Client => service.client(tenant.adminKey);

  async function ask(
    one: Keyed,
    deliver: (one: Keyed) => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> {
    sent.push(one);
    one.answer = await deliver(one);
    return one.answer;
  }

  const load = async (deliver: (one: Keyed) => Promise<Answer | undefined>): Promise<unknown> =>
    Promise.all(
      Array.from({ length: CLIENTS }, async (_none, index) =>
        openAndMove(tenant, `client-${index}`, async (one) => ask(one, deliver)),
      ),
    );

  test('that is killed under load answers all it had acknowledged in the same bytes, and does the rest once', async () => {
    for (let kill = 1; kill <= 2; kill += 1) {
      const before = sent.length;
      let acknowledged = 0;
      let killed: Promise<void> | undefined;
      await load(async (one) => {
        const answer = await sendKeyed(admin(), one).catch(() => undefined);
        if (answer === undefined) return undefined;
        expect(answer.status).toBeLessThan(300);
        acknowledged += 1;
        if (acknowledged === ACKNOWLEDGED_BEFORE_KILL) killed = service.kill();
        return answer;
      });
      await killed;
      service = await ServiceProcess.start(installation);
      const unanswered = sent.slice(before).filter(({ answer }) => answer === undefined);
      expect(unanswered.length).toBeGreaterThan(0);
      // Everything that was ever sent is sent once more, and all at once.
      const answers = await Promise.all(sent.map(async (one) => sendKeyed(admin(), one)));
      for (const [index, one] of sent.entries()) {
        const answer = answers[index] as Answer;
        expect(answer.status).toBeLessThan(300);
        if (one.answer === undefined) one.answer = unmarked(answer);
        else expectReplay(one.answer, answer);
      }
      await expectOneEffectEach(service, sent);
      const replays = await Promise.all(sent.map(async (one) => sendKeyed(admin(), one)));
      for (const [index, { answer }] of sent.entries()) {
        expectReplay(answer as Answer, replays[index] as Answer);
      }
    }
  }, 60_000);

  test('that loses its database sessions time and again does once what is sent until it is answered', async () => {
    let isOver = false;
    const untilAnswered = async (one: Keyed): Promise<Answer> => {
      for (;;) {
        const answer = await sendKeyed(admin(), one);
        if (answer.status < 300) return answer;
        expect([answer.status, answer.body.code]).toEqual([503, 'service.unavailable']);
      }
    };
    const working = load(async (one) => {
      // Twice at once: what is found out about a commit whose answer was lost must not be told of its twin.
      const answers = await Promise.all([untilAnswered(one), untilAnswered(one)]);
      const [first, twin] = answers.toSorted(
        (left, right) => Number(isReplay(left)) - Number(isReplay(right)),
      );
      expect([isReplay(twin as Answer), twin?.text]).toEqual([true, first?.text]);
      return isOver ? undefined : first;
    });
    let hasFailed = false;
    working.catch(() => (hasFailed = true));
    // Some pauses are long enough for a commit on a machine that has much else to do.
    while (sent.length < REQUESTS_IN_TROUBLE && !hasFailed)
      await endSessions(database, 1, Math.random() * 60);
    isOver = true;
    await working;
    await expectOneEffectEach(service, sent);
  }, 60_000);
});
