import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditService, type AuditEntry } from '#audit';
import { auditBinding, AuditEventEntity } from '#audit/testing';
import {
  declareFaults,
  DomainError,
  institutionScope,
  MissingReference,
  newId,
  PLATFORM_ID,
  PLATFORM_SCOPE,
  Reply,
  type Principal,
  type RequestContext,
} from '#kernel';
import { stageInsert, stageUpdate } from '#persistence';
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

const PAGE = { limit: 200, order: 'asc' } as const;
const NOW = '2026-05-06T07:08:09.123Z';

const faults = declareFaults({
  'box.sealed': { kind: 'refused', title: 'Sealed', meaning: 'The box is sealed.' },
});

describe.each(BACKENDS)('the command runner on %s', (backend) => {
  let store: TestStore;
  let rows: Rows;
  let audit: AuditService;
  let commands: CommandRunner;
  let institutionId: string;
  let request: RequestContext;

  beforeAll(async () => {
    store = await openStore(
      backend,
      [...TEST_ENTITIES, AuditEventEntity, IdempotencyRecordEntity],
      TEST_TABLES,
    );
    rows = store.bind(ROWS_BINDING);
    audit = new AuditService(store.bind(auditBinding));
    commands = newCommandRunner(store, audit, new FixedClock(NOW));
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    institutionId = newId('inst');
    request = requestOf({ role: 'admin', institutionId, apiKeyId: newId('ak') });
  });

  const requestOf = (principal: Principal): RequestContext => ({
    principal,
    method: 'POST',
    path: '/v1/boxes',
    requestId: 'request-7',
    clientIp: '192.0.2.7',
    precondition: {},
  });
  const newBox = (overrides: Partial<BoxEntity> = {}): BoxEntity => aBox({ institutionId, ...overrides });
  /** Of a box that is not there. */
  const lostSlip = (): SlipEntity => ({ id: newId('pos'), institutionId, boxId: 'box_nowhere', place: 1 });
  const entryOf = (box: BoxEntity): AuditEntry => ({
    action: 'ASSET_CREATED',
    institutionId: box.institutionId,
    resourceType: 'box',
    resourceId: box.id,
    payload: { version: box.version },
  });
  const inserting = (box: BoxEntity): Decision<BoxEntity> => ({
    result: box,
    stage: (changes) => stageInsert(changes, BoxEntity, box),
    audit: entryOf(box),
  });
  const updating = (box: BoxEntity): Decision<BoxEntity> => ({
    result: box,
    stage: (changes) => stageUpdate(changes, BoxEntity, box),
    audit: entryOf(box),
  });
  const bumped = (box: BoxEntity, label = box.label): BoxEntity => ({
    ...box,
    label,
    version: box.version + 1,
  });
  const toReply = (box: BoxEntity) => Reply.created({ id: box.id, label: box.label, version: box.version });

  const storeBox = async (box = newBox()): Promise<BoxEntity> => {
    await store.unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box));
    return box;
  };
  const read = async ({ id }: BoxEntity): Promise<BoxEntity> => {
    const box = await rows.find(BoxEntity, id);
    if (box === undefined) throw new Error('The box is gone.');
    return box;
  };
  /** Somebody else changes the box, past the runner and the audit trail. */
  const interfere = async (box: BoxEntity): Promise<void> =>
    store.unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bumped(box, `${box.label}!`)));
  const trail = async () => (await audit.list(institutionScope(institutionId), {}, PAGE)).items;

  test('commits the effect with its audit event, and answers', async () => {
    const box = newBox();
    const reply = await commands.run(request, async () => Promise.resolve(inserting(box)), toReply);
    expect(reply).toEqual(Reply.created({ id: box.id, label: box.label, version: 1 }));
    expect(await read(box)).toEqual(box);
    expect(await trail()).toEqual([
      {
        id: expect.stringMatching(/^aud_/),
        institutionId,
        apiKeyId: request.principal.role === 'root' ? null : request.principal.apiKeyId,
        action: 'ASSET_CREATED',
        outcome: 'SUCCESS',
        resourceType: 'box',
        resourceId: box.id,
        method: 'POST',
        path: '/v1/boxes',
        statusCode: 201,
        requestId: 'request-7',
        clientIp: '192.0.2.7',
        payload: { version: 1 },
        occurredAt: new Date(NOW),
      },
    ]);
  });

  test('records what root does for a tenant under the tenant, and the rest under the platform', async () => {
    const [theirs, nobodys] = [newBox(), newBox()];
    const root = requestOf({ role: 'root' });
    await commands.run(root, async () => Promise.resolve(inserting(theirs)), toReply);
    const platforms = { ...inserting(nobodys), audit: { ...entryOf(nobodys), institutionId: null } };
    await commands.run(root, async () => Promise.resolve(platforms), toReply);
    expect(await trail()).toMatchObject([{ resourceId: theirs.id, apiKeyId: null }]);
    const platformTrail = await audit.list(PLATFORM_SCOPE, { resourceId: nobodys.id }, PAGE);
    expect(platformTrail.items).toMatchObject([{ institutionId: PLATFORM_ID, apiKeyId: null }]);
  });

  test('decides anew on what is there now when its version has passed, and answers from that', async () => {
    const box = await storeBox();
    const seen: number[] = [];
    const decide = async (): Promise<Decision<BoxEntity>> => {
      const current = await read(box);
      seen.push(current.version);
      if (seen.length <= 2) await interfere(current);
      return updating(bumped(current));
    };
    const reply = await commands.run(request, decide, toReply);
    expect(seen).toEqual([1, 2, 3]);
    expect(reply.body).toEqual({ id: box.id, label: `${box.label}!!`, version: 4 });
    expect(await read(box)).toMatchObject({ version: 4, label: `${box.label}!!` });
    expect(await trail()).toMatchObject([{ resourceId: box.id, payload: { version: 4 } }]);
  });

  test('decides anew when a key of its decision was taken meanwhile, and answers from that', async () => {
    const taken = await storeBox();
    const [first, second] = [newBox({ label: taken.label }), newBox()];
    const decisions = [inserting(first), inserting(second)];
    const decide = async (): Promise<Decision<BoxEntity>> => {
      const decision = decisions.shift();
      if (decision === undefined) throw new Error('Decided too often.');
      return Promise.resolve(decision);
    };
    const reply = await commands.run(request, decide, toReply);
    expect(reply.body).toMatchObject({ id: second.id });
    expect(await rows.find(BoxEntity, first.id)).toBeUndefined();
    expect(await read(second)).toEqual(second);
    expect(await trail()).toMatchObject([{ resourceId: second.id }]);
  });

  test('stores nothing when it is refused, not even an audit event', async () => {
    const refusal = faults['box.sealed'].because('Sealed since Monday.');
    const run = commands.run(request, async () => Promise.reject(refusal), toReply);
    await expect(run).rejects.toBe(refusal);
    expect(await trail()).toEqual([]);
  });

  test('is refused by what the second decision finds, and stores nothing', async () => {
    const box = await storeBox();
    let decided = 0;
    const decide = async (): Promise<Decision<BoxEntity>> => {
      decided += 1;
      const current = await read(box);
      if (current.version > 1) throw faults['box.sealed'].because('Sealed meanwhile.');
      await interfere(current);
      return updating(bumped(current, 'mine'));
    };
    const run = commands.run(request, decide, toReply);
    await expect(run).rejects.toMatchObject({ fault: faults['box.sealed'] });
    expect(decided).toBe(2);
    expect(await read(box)).toMatchObject({ version: 2, label: `${box.label}!` });
    expect(await trail()).toEqual([]);
  });

  test('stores nothing when the reply cannot be made', async () => {
    const box = newBox();
    const run = commands.run(
      request,
      async () => Promise.resolve(inserting(box)),
      () => {
        throw new Error('no reply');
      },
    );
    await expect(run).rejects.toThrow('no reply');
    expect(await rows.find(BoxEntity, box.id)).toBeUndefined();
    expect(await trail()).toEqual([]);
  });

  test('leaves neither effect nor audit event when the commit fails, and decides no second time', async () => {
    const box = newBox();
    let decided = 0;
    const decide = async (): Promise<Decision<BoxEntity>> => {
      decided += 1;
      return Promise.resolve({
        ...inserting(box),
        stage: (changes) => {
          stageInsert(changes, BoxEntity, box);
          stageInsert(changes, SlipEntity, lostSlip());
        },
      });
    };
    await expect(commands.run(request, decide, toReply)).rejects.toThrow(MissingReference);
    expect(decided).toBe(1);
    expect(await rows.find(BoxEntity, box.id)).toBeUndefined();
    expect(await trail()).toEqual([]);
  });

  test('leaves neither effect nor audit event when staging fails', async () => {
    const box = newBox();
    const decision: Decision<BoxEntity> = {
      ...inserting(box),
      stage: (changes) => {
        stageInsert(changes, BoxEntity, box);
        throw new Error('changed its mind');
      },
    };
    const run = commands.run(request, async () => Promise.resolve(decision), toReply);
    await expect(run).rejects.toThrow('changed its mind');
    expect(await rows.find(BoxEntity, box.id)).toBeUndefined();
    expect(await trail()).toEqual([]);
  });

  test('gives up with a conflict when others always get in first, and stores nothing', async () => {
    const box = await storeBox();
    let decided = 0;
    const decide = async (): Promise<Decision<BoxEntity>> => {
      decided += 1;
      const current = await read(box);
      await interfere(current);
      return updating(bumped(current, 'mine'));
    };
    const conflict: unknown = await commands.run(request, decide, toReply).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(DomainError);
    expect(conflict).toMatchObject({ fault: { code: 'command.conflict', kind: 'conflict' } });
    expect(decided).toBe(30);
    expect(await read(box)).toMatchObject({ version: 31, label: box.label + '!'.repeat(30) });
    expect(await trail()).toEqual([]);
  });

  /** Fifty commands at once that each add one to the version of a box. */
  async function race(box: BoxEntity, queueKey?: string): Promise<{ decided: number; succeeded: number }> {
    let decided = 0;
    const decide = async (): Promise<Decision<BoxEntity>> => {
      decided += 1;
      return updating(bumped(await read(box)));
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, async () => commands.run(request, decide, toReply, { queueKey })),
    );
    const succeeded = outcomes.filter(({ status }) => status === 'fulfilled').length;
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ fault: { code: 'command.conflict' } });
    }
    return { decided, succeeded };
  }

  test('lets commands of one queue key wait for each other, so that none decides in vain', async () => {
    const box = await storeBox();
    expect(await race(box, box.id)).toEqual({ decided: 50, succeeded: 50 });
    expect(await read(box)).toMatchObject({ version: 51 });
    const versions = (await trail()).map(({ payload }) => Number(payload.version));
    expect(versions.sort((left, right) => left - right)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 2),
    );
  });

  test('loses no command and tells none twice when they race without a queue', async () => {
    const box = await storeBox();
    const { succeeded } = await race(box);
    expect(succeeded).toBeGreaterThan(0);
    expect(await read(box)).toMatchObject({ version: 1 + succeeded });
    expect(await trail()).toHaveLength(succeeded);
  });

  test('lets the commands of other queue keys go ahead', async () => {
    const [blocked, free] = [newBox(), newBox()];
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const waiting = commands.run(request, async () => opened.then(() => inserting(blocked)), toReply, {
      queueKey: blocked.id,
    });
    await commands.run(request, async () => Promise.resolve(inserting(free)), toReply, { queueKey: free.id });
    expect(await trail()).toMatchObject([{ resourceId: free.id }]);
    open();
    await waiting;
    expect(await trail()).toHaveLength(2);
  });

  test('records each thing that a bulk command makes by an entry of its own, or makes and records none', async () => {
    const boxes = [newBox(), newBox(), newBox()];
    const bulk = (slips: readonly SlipEntity[]): Decision<BoxEntity> => ({
      result: boxes[0] as BoxEntity,
      stage: (changes) => {
        for (const box of boxes) stageInsert(changes, BoxEntity, box);
        for (const slip of slips) stageInsert(changes, SlipEntity, slip);
      },
      audit: boxes.map(entryOf),
    });
    const failing = commands.run(request, async () => Promise.resolve(bulk([lostSlip()])), toReply);
    await expect(failing).rejects.toThrow(MissingReference);
    expect(await trail()).toEqual([]);
    await commands.run(request, async () => Promise.resolve(bulk([])), toReply);
    const entries = await trail();
    expect(entries.map(({ resourceId }) => resourceId).sort()).toEqual(boxes.map(({ id }) => id).sort());
    expect(new Set(entries.map(({ id }) => id)).size).toBe(3);
    expect(new Set(entries.map(({ requestId }) => requestId))).toEqual(new Set(['request-7']));
  });

  describe('tells a decision', () => {
    let told: boolean[];
    /** What the trail held when the decision was told. */
    let seen: Promise<number>[];
    const telling = (decision: Decision<BoxEntity>): Decision<BoxEntity> => ({
      ...decision,
      concluded: (isCommitted) => {
        told.push(isCommitted);
        seen.push(trail().then(({ length }) => length));
      },
    });
    beforeEach(() => {
      told = [];
      seen = [];
    });
    // The store closes after the last test, and must not be asked any more then.
    afterEach(async () => void (await Promise.all(seen)));

    test('that it was committed, once it was, and once only', async () => {
      const decide = async () => Promise.resolve(telling(inserting(newBox())));
      await commands.run(request, decide, toReply);
      expect(told).toEqual([true]);
      expect(await Promise.all(seen)).toEqual([1]);
    });

    test('that it was not when it has to be taken anew, each time, before it is', async () => {
      const box = await storeBox();
      const toldBefore: boolean[][] = [];
      const decide = async (): Promise<Decision<BoxEntity>> => {
        toldBefore.push([...told]);
        const current = await read(box);
        if (toldBefore.length <= 2) await interfere(current);
        return telling(updating(bumped(current)));
      };
      await commands.run(request, decide, toReply);
      expect(toldBefore).toEqual([[], [false], [false, false]]);
      expect(told).toEqual([false, false, true]);
      expect(await Promise.all(seen)).toEqual([0, 0, 1]);
    });

    test('that it was not when its commit fails for good, and nothing when none was tried', async () => {
      const box = newBox();
      const lost: Decision<BoxEntity> = {
        ...inserting(box),
        stage: (changes) => stageInsert(changes, SlipEntity, lostSlip()),
      };
      const failing = commands.run(request, async () => Promise.resolve(telling(lost)), toReply);
      await expect(failing).rejects.toThrow(MissingReference);
      expect(told).toEqual([false]);
      const untried = commands.run(
        request,
        async () => Promise.resolve(telling(inserting(box))),
        () => {
          throw new Error('no reply');
        },
      );
      await expect(untried).rejects.toThrow('no reply');
      expect(told).toEqual([false]);
    });
  });
});
