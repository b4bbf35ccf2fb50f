import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withClient, type TestDatabase } from '#testing';
import type { Answer, Client, Json } from './support/client.js';
import { endSessions } from './support/outage.js';
import { readAll } from './support/records.js';
import { newInstallation, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, type Tenant } from './support/tenant.js';
import { expectWholePositions } from './support/wholeness.js';

const CLIENTS = 20;
const ACKNOWLEDGED_BEFORE_KILL = 250;

/** What a client knows of one position: the last answer it got, and whether a command after it got none. */
interface Known {
  answer: Json;
  unanswered: boolean;
}

/** Twenty clients that create and move positions until the service is gone. */
class Load {
  readonly known = new Map<string, Known>();
  /** Creations that were sent and never answered. */
  unansweredCreations = 0;
  acknowledged = 0;

  constructor(
    private readonly client: Client,
    private readonly assetId: string,
    private readonly onAcknowledged: (count: number) => void,
  ) {}

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, (_none, index) => this.act(index)));
  }

  private async act(index: number): Promise<void> {
    for (let round = 1; ; round += 1) {
      const id = await this.create(`client-${index}`, `${round}00.00`);
      if (id === undefined) return;
      const steps: [string, string?][] = [
        ['FUNDED'],
        ['PARTIALLY_RELEASED', '30.01'],
        ['PARTIALLY_RELEASED', '0.99'],
      ];
      if (round % 2 === 0) steps.push(round % 4 === 0 ? ['CANCELLED'] : ['RELEASED']);
      for (const [toState, amount] of steps) if (!(await this.step(id, toState, amount))) return;
    }
  }

  private async create(holderReference: string, amount: string): Promise<string | undefined> {
    const claim = { assetId: this.assetId, holderReference, currency: 'USD', amount };
    const answer = await this.answerOf(this.client.post('/v1/positions', claim));
    if (answer === undefined) {
      this.unansweredCreations += 1;
      return undefined;
    }
    this.known.set(answer.id, { answer, unanswered: false });
    return answer.id;
  }

  private async step(id: string, toState: string, amount?: string): Promise<boolean> {
    const answer = await this.answerOf(move(this.client, id, toState, amount));
    const known = this.known.get(id) as Known;
    if (answer === undefined) known.unanswered = true;
    else known.answer = answer;
    return answer !== undefined;
  }

  /** The body that was acknowledged; undefined when the service was gone before it answered. */
  private async answerOf(sent: Promise<Answer>): Promise<Json> {
    const answer = await sent.catch(() => undefined);
    if (answer === undefined) return undefined;
    this.acknowledged += 1;
    this.onAcknowledged(this.acknowledged);
    return done(answer);
  }
}

describe('a service that is killed while twenty clients create and move positions', () => {
  let installation: Installation;
  let service: ServiceProcess;
  let tenant: Tenant;

  beforeEach(async () => {
    installation = await newInstallation('postgres');
    service = await ServiceProcess.start(installation);
    tenant = await foundTenant(service);
  });
  afterEach(async () => {
    await service.kill();
    await installation.database?.close();
  });

  const admin = (): Client => service.client(tenant.adminKey);

  async function loadUntilKilled(): Promise<Load> {
    let killed: Promise<void> | undefined;
    const load = new Load(admin(), tenant.assetId, (count) => {
      if (count === ACKNOWLEDGED_BEFORE_KILL) killed = service.kill();
    });
    await load.run();
    await killed;
    service = await ServiceProcess.start(installation);
    return load;
  }

  /** An acknowledged position is as it was answered, or one step further if a command went unanswered. */
  async function expectKept(id: string, { answer, unanswered }: Known): Promise<void> {
    const stored = done(await admin().get(`/v1/positions/${id}`));
    if (stored.version === answer.version) return expect(stored).toEqual(answer);
    expect(unanswered).toBe(true);
    expect(stored.version).toBe(answer.version + 1);
    expect(stored.events.slice(0, answer.version)).toEqual(answer.events);
  }

  async function expectEverythingWhole(): Promise<Json[]> {
    const positions = await expectWholePositions(service);
    expect(await rowsThatDisagree()).toEqual([]);
    return positions;
  }

  /** What the API does not show: the event rows of every position, and the head of its hash chain. */
  async function rowsThatDisagree(): Promise<unknown[]> {
    const { ownerUrl } = installation.database as TestDatabase;
    const found = await withClient(ownerUrl, (client) =>
      client.query(`
        SELECT p.id FROM positions p
        WHERE (SELECT count(*) FROM position_events e WHERE e.position_id = p.id) <> p.version
          OR (SELECT max(e.seq) FROM position_events e WHERE e.position_id = p.id) <> p.version
          OR (SELECT e.to_state FROM position_events e WHERE e.position_id = p.id AND e.seq = p.version) <> p.state
          OR (SELECT l.hash FROM ledger_events l WHERE l.position_id = p.id AND l.seq = p.version)
             IS DISTINCT FROM p.ledger_head`),
    );
    return found.rows;
  }

  test('has kept everything it acknowledged and nothing by half, twice over, and goes on', async () => {
    for (let kill = 1; kill <= 2; kill += 1) {
      const before = await readAll(service, '/v1/positions');
      const load = await loadUntilKilled();
      expect(load.acknowledged).toBeGreaterThanOrEqual(ACKNOWLEDGED_BEFORE_KILL);
      for (const [id, known] of load.known) await expectKept(id, known);
      const positions = await expectEverythingWhole();
      const unknown = positions.length - before.length - load.known.size;
      expect(unknown).toBeGreaterThanOrEqual(0);
      expect(unknown).toBeLessThanOrEqual(load.unansweredCreations);
      const known = new Map(positions.map((position) => [position.id, position]));
      for (const position of before) expect(known.get(position.id)).toEqual(position);
    }
    const open = await readAll(service, '/v1/positions?state=FUNDED&state=PARTIALLY_RELEASED');
    const moved = await Promise.all(open.map(async ({ id }) => (await move(admin(), id, 'RELEASED')).status));
    expect(moved).toEqual(open.map(() => 200));
    await expectEverythingWhole();
  });

  test('loses its database sessions a hundred times instead, and lives, answering in full or with 503', async () => {
    const known: string[] = [];
    const unfit: unknown[] = [];
    let isOver = false;
    const claim = { assetId: tenant.assetId, holderReference: 'through-it', currency: 'USD', amount: '1.00' };
    const take = ({ status, body, text }: Answer): void => {
      if (status === 201) known.push(body.id);
      else if (status !== 200 && status !== 503) unfit.push({ status, text });
    };
    const act = async (): Promise<void> => {
      while (!isOver && unfit.length === 0) {
        const sent = [admin().post('/v1/positions', claim), admin().get('/v1/positions?limit=2')];
        await Promise.all(sent.map((answer) => answer.then(take, ({ cause }) => unfit.push(String(cause)))));
      }
    };
    const clients = Array.from({ length: CLIENTS }, act);
    await endSessions(installation.database as TestDatabase, 100, 10);
    isOver = true;
    await Promise.all(clients);
    expect(unfit).toEqual([]);
    const kept = (await expectEverythingWhole()).map(({ id }) => id);
    expect(kept).toEqual(expect.arrayContaining(known));
  });

  test('asked to end instead, it answers what it has begun and ends in time with status 0', async () => {
    const claim = {
      assetId: tenant.assetId,
      holderReference: 'last-minute',
      currency: 'USD',
      amount: '1.00',
    };
    const known: string[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const sent = Array.from({ length: 40 }, async () => admin().post('/v1/positions', claim));
      await Promise.any(sent);
      expect(await service.terminate()).toBe(0);
      // A request that came too late finds nobody; one that found somebody is served.
      const answers = (await Promise.allSettled(sent)).filter((answer) => answer.status === 'fulfilled');
      expect(answers.map(({ value }) => value.status)).toEqual(answers.map(() => 201));
      known.push(...answers.map(({ value }) => value.body.id));
      service = await ServiceProcess.start(installation);
    }
    const kept = (await expectEverythingWhole()).map(({ id }) => id);
    expect(kept).toEqual(expect.arrayContaining(known));
  });
});
