import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AuditService } from '#audit';
import { auditBinding, AuditEventEntity } from '#audit/testing';
import { institutionScope, newId, Reply, StoreUnavailable, type RequestContext } from '#kernel';
import { stageInsert } from '#persistence';
import {
  aBox,
  BoxEntity,
  openStore,
  ROWS_BINDING,
  TEST_ENTITIES,
  TEST_TABLES,
  type Rows,
  type TestStore,
} from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import type { CommandRunner, Decision } from './command-runner.js';
import { IdempotencyRecordEntity, newCommandRunner } from './testing.js';

const START = '2026-05-06T07:08:09.123Z';
const TOO_LONG_MS = 31_000;

describe.each(BACKENDS)('a command whose decision waits too long for its commit, on %s', (backend) => {
  let store: TestStore;
  let rows: Rows;
  let audit: AuditService;
  let clock: FixedClock;
  let commands: CommandRunner;
  let institutionId: string;
  let request: RequestContext;
  let decided: BoxEntity[];
  let passedMs: number;

  beforeAll(async () => {
    store = await openStore(
      backend,
      [...TEST_ENTITIES, AuditEventEntity, IdempotencyRecordEntity],
      TEST_TABLES,
    );
    rows = store.bind(ROWS_BINDING);
    audit = new AuditService(store.bind(auditBinding));
    clock = new FixedClock(START);
    commands = newCommandRunner(store, audit, clock);
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    clock.set(START);
    decided = [];
    passedMs = 0;
    const nowMs = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => nowMs() + passedMs);
    institutionId = newId('inst');
    request = {
      principal: { role: 'admin', institutionId, apiKeyId: newId('ak') },
      method: 'POST',
      path: '/v1/boxes',
      requestId: 'request-7',
      clientIp: '192.0.2.7',
      precondition: {},
    };
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Lets so much time pass at once, by every clock of the process. */
  function letPass(ms: number): void {
    passedMs += ms;
    clock.advance(ms);
  }

  /** Decides on a new box, and lets time pass before each of the first decisions can be committed. */
  const deciding = (slow: number) => async (): Promise<Decision<BoxEntity>> => {
    const box = aBox({ institutionId, createdAt: clock.now() });
    decided.push(box);
    if (decided.length <= slow) letPass(TOO_LONG_MS);
    return Promise.resolve({
      result: box,
      stage: (changes) => stageInsert(changes, BoxEntity, box),
      audit: {
        action: 'ASSET_CREATED',
        institutionId,
        resourceType: 'box',
        resourceId: box.id,
        payload: {},
      },
    });
  };
  const toReply = ({ id }: BoxEntity) => Reply.created({ id });
  const trail = async () =>
    (await audit.list(institutionScope(institutionId), {}, { limit: 50, order: 'asc' })).items;

  test('is decided anew, with the times of now, and answered from that', async () => {
    const reply = await commands.run(request, deciding(1), toReply);
    const [first, second] = decided as [BoxEntity, BoxEntity];
    expect(decided).toHaveLength(2);
    expect(reply.body).toEqual({ id: second.id });
    expect(second.createdAt.getTime() - first.createdAt.getTime()).toBe(TOO_LONG_MS);
    expect(await rows.find(BoxEntity, first.id)).toBeUndefined();
    expect(await rows.find(BoxEntity, second.id)).toEqual(second);
    expect(await trail()).toMatchObject([{ resourceId: second.id, occurredAt: second.createdAt }]);
  });

  test('is given up when the second decision waits too long as well, and stores nothing', async () => {
    const failing = commands.run(request, deciding(2), toReply);
    await expect(failing).rejects.toThrow(
      new StoreUnavailable(
        'Commits come too late: they take too long, or the clock is behind that of the store.',
      ),
    );
    expect(decided).toHaveLength(2);
    for (const { id } of decided) expect(await rows.find(BoxEntity, id)).toBeUndefined();
    expect(await trail()).toEqual([]);
  });
});
