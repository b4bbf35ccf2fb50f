import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditService } from '#audit';
import { auditBinding, AuditEventEntity } from '#audit/testing';
import { MissingReference, newId, Reply, StoreUnavailable, type Changes, type RequestContext } from '#kernel';
import { stageInsert } from '#persistence';
import {
  aBox,
  BoxEntity,
  openStore,
  ROWS_BINDING,
  SlipEntity,
  TEST_ENTITIES,
  TEST_TABLES,
  type Rows,
  type TestStore,
} from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import type { CommandRunner, Decision } from './command-runner.js';
import { IdempotencyRecordEntity, newCommandRunner } from './testing.js';

const AT_ONCE = 3;
const MAY_WAIT = 100;

const toReply = (box: BoxEntity) => Reply.created({ id: box.id });

describe.each(BACKENDS)('bulk commands on %s', (backend) => {
  let store: TestStore;
  let rows: Rows;
  let audit: AuditService;
  let commands: CommandRunner;
  let request: RequestContext;
  let begun: Held[];

  beforeAll(async () => {
    store = await openStore(
      backend,
      [...TEST_ENTITIES, AuditEventEntity, IdempotencyRecordEntity],
      TEST_TABLES,
    );
    rows = store.bind(ROWS_BINDING);
    audit = new AuditService(store.bind(auditBinding));
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    commands = newCommandRunner(store, audit, new FixedClock('2026-05-06T07:08:09.123Z'));
    request = {
      principal: { role: 'admin', institutionId: newId('inst'), apiKeyId: newId('ak') },
      method: 'POST',
      path: '/v1/boxes',
      requestId: 'request-7',
      clientIp: '192.0.2.7',
      precondition: {},
    };
    begun = [];
  });

  const inserting = (box: BoxEntity): Decision<BoxEntity> => ({
    result: box,
    stage: (changes) => stageInsert(changes, BoxEntity, box),
    audit: {
      action: 'ASSET_CREATED',
      institutionId: box.institutionId,
      resourceType: 'box',
      resourceId: box.id,
      payload: {},
    },
  });

  /** Of a box that is not there. */
  const lostSlip = (): SlipEntity => ({
    id: newId('pos'),
    institutionId: 'inst_a',
    boxId: 'box_nowhere',
    place: 1,
  });

  /** A bulk command that is sent at once, and that decides when the test lets it. */
  class Held {
    readonly box = aBox();
    private readonly decision = Promise.withResolvers<Decision<BoxEntity>>();
    private readonly beginning = Promise.withResolvers<void>();
    readonly hasBegun = this.beginning.promise;
    readonly outcome: Promise<unknown>;

    constructor() {
      const decide = async (): Promise<Decision<BoxEntity>> => {
        begun.push(this);
        this.beginning.resolve();
        return this.decision.promise;
      };
      this.outcome = commands
        .run(request, decide, toReply, { isBulk: true })
        .catch((error: unknown) => error);
    }

    letGo(stage?: (changes: Changes) => void): void {
      const decision = inserting(this.box);
      this.decision.resolve(stage === undefined ? decision : { ...decision, stage });
    }

    fail(reason: Error): void {
      this.decision.reject(reason);
    }
  }

  const send = (count: number): Held[] => Array.from({ length: count }, () => new Held());
  const finish = async (sent: readonly Held[]): Promise<void> => {
    for (const one of sent) one.letGo();
    await Promise.all(sent.map(async ({ outcome }) => outcome));
  };
  /** Goes through while the bulk commands stand still, so that one that could begin would have begun by then. */
  const runOrdinary = async (): Promise<void> => {
    const box = aBox();
    await commands.run(request, async () => Promise.resolve(inserting(box)), toReply);
    expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  };

  test('are decided a few at a time, in their order, and hold up no other command', async () => {
    const sent = send(AT_ONCE + 2);
    await sent[AT_ONCE - 1]?.hasBegun;
    await runOrdinary();
    expect(begun).toEqual(sent.slice(0, AT_ONCE));
    sent[1]?.letGo();
    expect(await sent[1]?.outcome).toEqual(Reply.created({ id: sent[1]?.box.id }));
    await sent[AT_ONCE]?.hasBegun;
    await runOrdinary();
    expect(begun).toEqual(sent.slice(0, AT_ONCE + 1));
    await finish(sent);
    expect(begun).toEqual(sent);
    for (const { box } of sent) expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  });

  test('make room for the next also when they fail, at the decision or at the commit', async () => {
    const sent = send(AT_ONCE + 2);
    const [first, second] = sent;
    if (first === undefined || second === undefined) throw new Error('None was sent.');
    await runOrdinary();
    first.fail(new Error('changed its mind'));
    expect(await first.outcome).toMatchObject({ message: 'changed its mind' });
    await sent[AT_ONCE]?.hasBegun;
    second.letGo((changes) => stageInsert(changes, SlipEntity, lostSlip()));
    expect(await second.outcome).toBeInstanceOf(MissingReference);
    await sent[AT_ONCE + 1]?.hasBegun;
    await finish(sent);
  });

  test('are refused when too many wait, until one has ended, and none that waited is lost', async () => {
    const sent = send(AT_ONCE);
    await sent[AT_ONCE - 1]?.hasBegun;
    sent.push(...send(MAY_WAIT));
    const [refused] = send(1);
    expect(await refused?.outcome).toBeInstanceOf(StoreUnavailable);
    await runOrdinary();
    expect(begun).toHaveLength(AT_ONCE);
    sent[0]?.letGo();
    await sent[AT_ONCE]?.hasBegun;
    sent.push(...send(1));
    const [refusedAgain] = send(1);
    expect(await refusedAgain?.outcome).toBeInstanceOf(StoreUnavailable);
    await finish(sent);
    expect(begun).toEqual(sent);
    for (const { box } of sent) expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  });
});
