import { Duplicate, StaleVersion, StoreUnavailable, type Changes } from '#kernel';
import {
  openTestDatabase,
  TcpProxy,
  until,
  withClient,
  type ProxiedConnection,
  type TestDatabase,
} from '#testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Schema } from '../schema.js';
import { stageInsert, stageRequire, stageUpdate } from '../staged-changes.js';
import { aBox, BoxEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { Statements } from './statements.js';

/** As sent and as answered: a whole text, unlike the one in READ COMMITTED. */
const COMMIT = 'COMMIT\0';

/**
 * What becomes of something sent: it is passed on; it and the connection are lost on the way; or the server gets it,
 * and the connection is lost when it has answered a COMMIT.
 */
type Fate = 'passed on' | 'lost' | 'committed, unanswered';

/** Lets a proxy lose what it is told to lose, of everything that is sent. */
function giveFates(proxy: TcpProxy, fateOf: (sent: Buffer) => Fate): void {
  proxy.onSent = (sent, connection) => {
    const fate = fateOf(sent);
    if (fate === 'lost') return connection.cut();
    connection.passOn(sent);
    if (fate === 'committed, unanswered') {
      connection.onAnswer = (answer) => (answer.includes(COMMIT) ? connection.cut() : undefined);
    }
  };
}

/** Leaves the next COMMIT unanswered; returns how to wait until it was passed on, and how to cut its connection. */
function leaveCommitUnanswered(proxy: TcpProxy): { passedOn: Promise<unknown>; cut: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<ProxiedConnection>();
  let isLeft = false;
  proxy.onSent = (sent, connection) => {
    connection.passOn(sent);
    if (isLeft || !sent.includes(COMMIT)) return;
    isLeft = true;
    connection.onAnswer = () => undefined;
    // The server learns of no loss while it works on what it got.
    connection.tellsLoss = false;
    resolve(connection);
  };
  return { passedOn: promise, cut: async () => (await promise).cut() };
}

describe('a commit lane on PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let pool: pg.Pool;
  let unitOfWork: PostgresUnitOfWork;

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    proxy = await TcpProxy.open(database.url);
    pool = new pg.Pool({
      connectionString: proxy.url(database.url),
      pipeline: true,
      Client: LossTolerantClient,
    });
    pool.on('error', () => undefined);
    unitOfWork = new PostgresUnitOfWork(pool, new Statements(new Schema(TEST_ENTITIES)));
  });

  afterEach(async () => {
    await unitOfWork.drain();
    await pool.end();
    proxy.close();
    await database.close();
  });

  /** How a commit ended: undefined when it was made. */
  const outcomeOf = async (stage: (changes: Changes) => void): Promise<unknown> =>
    unitOfWork.commit(stage).catch((error: unknown) => error);
  const insertAll = (changes: Changes, boxes: readonly BoxEntity[]): void => {
    for (const box of boxes) stageInsert(changes, BoxEntity, box);
  };
  const storeBox = async (): Promise<BoxEntity> => {
    const box = aBox();
    await unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box));
    return box;
  };
  const requireFirst = (changes: Changes, { id, institutionId }: BoxEntity): void =>
    stageRequire(changes, BoxEntity, { id, institutionId }, 1);
  const updateFirst = (changes: Changes, box: BoxEntity): void =>
    stageUpdate(changes, BoxEntity, { ...box, version: 2 });
  /** So many new boxes that they go by the lane of bulk commands, one of them with the label that a rival may hold. */
  const manyBoxes = (): BoxEntity[] => [...Array.from({ length: 99 }, () => aBox()), aBox({ label: 'rare' })];

  const numberOf = async (sql: string, values: unknown[] = []): Promise<number> =>
    withClient(database.ownerUrl, async (client) =>
      Number((await client.query<{ n: string }>(sql, values)).rows[0]?.n),
    );
  const storedOf = async (boxes: readonly BoxEntity[]): Promise<number> =>
    numberOf('SELECT count(*) AS n FROM boxes WHERE id = ANY ($1)', [boxes.map(({ id }) => id)]);
  const versionOf = async ({ id }: BoxEntity): Promise<number> =>
    numberOf('SELECT version AS n FROM boxes WHERE id = $1', [id]);
  /** Somebody else, another process perhaps, changes the box. */
  const interfere = async ({ id }: BoxEntity): Promise<unknown> =>
    withClient(database.ownerUrl, async (client) =>
      client.query('UPDATE boxes SET version = version + 1 WHERE id = $1', [id]),
    );
  /** Waits until so many sessions wait for another's lock. */
  const untilHeldUp = async (sessions: number): Promise<unknown> =>
    until(async () => {
      const waiting = `SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await numberOf(waiting)) === sessions;
    }, `${sessions} sessions wait for a lock.`);
  /** While a rival has taken the label `rare` and not yet committed, whoever inserts it has to wait. */
  const withRival = async (work: (rival: pg.Client) => Promise<void>): Promise<void> =>
    withClient(database.ownerUrl, async (rival) => {
      await rival.query(`BEGIN; INSERT INTO boxes VALUES ('box_rival', 'inst_a', 'rare', NULL, 1, now())`);
      await work(rival);
    });

  test('leaves out of 64 units the one whose requirement is stale, and commits the others together', async () => {
    const [current, changed] = [await storeBox(), await storeBox()];
    await interfere(changed);
    const boxes = Array.from({ length: 64 }, () => aBox());
    let begun = 0;
    proxy.onSent = (sent, connection) => {
      begun += sent.toString('latin1').split('BEGIN ISOLATION').length - 1;
      connection.passOn(sent);
    };
    const outcomes = await Promise.all(
      boxes.map(async (box, index) =>
        outcomeOf((changes) => {
          requireFirst(changes, index === 40 ? changed : current);
          stageInsert(changes, BoxEntity, box);
        }),
      ),
    );
    expect(outcomes.flatMap((outcome, index) => (outcome === undefined ? [] : [index]))).toEqual([40]);
    expect(outcomes[40]).toBeInstanceOf(StaleVersion);
    expect(outcomes[40]).toMatchObject({ table: 'boxes', id: changed.id });
    expect(await storedOf(boxes)).toBe(63);
    // One that fails and one that leaves the stale unit out; all rows are of the latter.
    expect(begun).toBe(2);
    const writers = 'SELECT count(DISTINCT xmin::text) AS n FROM boxes WHERE id = ANY ($1)';
    expect(await numberOf(writers, [boxes.map(({ id }) => id)])).toBe(1);
  });

  test('lets a bulk unit whose requirement held commit, though the row is changed before it ends', async () => {
    const box = await storeBox();
    const [first, second] = [manyBoxes(), Array.from({ length: 100 }, () => aBox())];
    await withRival(async (rival) => {
      const early = outcomeOf((changes) => {
        requireFirst(changes, box);
        insertAll(changes, first);
      });
      await untilHeldUp(1);
      expect(await outcomeOf((changes) => updateFirst(changes, box))).toBeUndefined();
      const late = await outcomeOf((changes) => {
        requireFirst(changes, box);
        insertAll(changes, second);
      });
      expect(late).toBeInstanceOf(StaleVersion);
      expect(await storedOf(first)).toBe(0);
      await rival.query('ROLLBACK');
      expect(await early).toBeUndefined();
    });
    expect(await storedOf(first)).toBe(100);
    expect(await storedOf(second)).toBe(0);
  });

  test.each(['ROLLBACK', 'COMMIT'])(
    'gives a row to one of a bulk and an ordinary unit that change it, when their rival ends with %s',
    async (ending) => {
      const box = await storeBox();
      const [ordinaryBox, bulkBoxes] = [aBox({ label: 'rare' }), Array.from({ length: 100 }, () => aBox())];
      await withRival(async (rival) => {
        const ordinary = outcomeOf((changes) => {
          updateFirst(changes, box);
          stageInsert(changes, BoxEntity, ordinaryBox);
        });
        await untilHeldUp(1);
        const bulk = outcomeOf((changes) => {
          updateFirst(changes, box);
          insertAll(changes, bulkBoxes);
        });
        await untilHeldUp(2);
        await rival.query(ending);
        if (ending === 'ROLLBACK') {
          expect(await ordinary).toBeUndefined();
          expect(await bulk).toBeInstanceOf(StaleVersion);
        } else {
          expect(await ordinary).toBeInstanceOf(Duplicate);
          expect(await bulk).toBeUndefined();
        }
      });
      expect(await storedOf([ordinaryBox])).toBe(ending === 'ROLLBACK' ? 1 : 0);
      expect(await storedOf(bulkBoxes)).toBe(ending === 'ROLLBACK' ? 0 : 100);
      expect(await versionOf(box)).toBe(2);
    },
  );

  describe('when the answer to COMMIT is lost while the server is still at work', () => {
    test('calls a unit that only requires and inserts undecided, not stale, since it may yet be stored', async () => {
      const required = await storeBox();
      const made = aBox({ label: 'rare' });
      await withRival(async (rival) => {
        const { passedOn, cut } = leaveCommitUnanswered(proxy);
        const outcome = outcomeOf((changes) => {
          requireFirst(changes, required);
          stageInsert(changes, BoxEntity, made);
        });
        await passedOn;
        await untilHeldUp(1);
        await interfere(required);
        await cut();
        expect(await outcome).toBeInstanceOf(StoreUnavailable);
        expect(await storedOf([made])).toBe(0);
        await rival.query('ROLLBACK');
      });
      await until(async () => (await storedOf([made])) === 1, 'It is stored.');
    });

    test.each(['ROLLBACK', 'COMMIT'])(
      'waits for the first commit of a unit that changes a row, and tells what became of it after %s',
      async (ending) => {
        const box = await storeBox();
        const made = aBox({ label: 'rare' });
        await withRival(async (rival) => {
          const { passedOn, cut } = leaveCommitUnanswered(proxy);
          const outcome = outcomeOf((changes) => {
            updateFirst(changes, box);
            stageInsert(changes, BoxEntity, made);
          });
          await passedOn;
          await untilHeldUp(1);
          await cut();
          await untilHeldUp(2);
          await rival.query(ending);
          if (ending === 'ROLLBACK') expect(await outcome).toBeUndefined();
          else expect(await outcome).toBeInstanceOf(Duplicate);
        });
        expect(await storedOf([made])).toBe(ending === 'ROLLBACK' ? 1 : 0);
        expect(await versionOf(box)).toBe(ending === 'ROLLBACK' ? 2 : 1);
      },
    );
  });

  /** Fates of what a batch sends once it has begun to ask which of its units are stale. */
  const losses: [string, { what: string; fate: Fate }][] = [
    ['the question', { what: 'versions_boxes', fate: 'lost' }],
    ['the write', { what: COMMIT, fate: 'lost' }],
    ['the answer to the write', { what: COMMIT, fate: 'committed, unanswered' }],
  ];

  test.each(losses)(
    'stores all but the stale units once when, while it sorts them out, %s is lost',
    async (_, { what, fate }) => {
      const [current, moved, changed] = [await storeBox(), await storeBox(), await storeBox()];
      await interfere(changed);
      const boxes = Array.from({ length: 12 }, () => aBox());
      let hasAsked = false;
      let isLost = false;
      giveFates(proxy, (sent) => {
        hasAsked ||= sent.includes('versions_boxes');
        if (isLost || !hasAsked || !sent.includes(what)) return 'passed on';
        isLost = true;
        return fate;
      });
      const outcomes = await Promise.all(
        boxes.map(async (box, index) =>
          outcomeOf((changes) => {
            if (index === 3) requireFirst(changes, changed);
            else if (index === 7) updateFirst(changes, changed);
            else if (index === 9) updateFirst(changes, moved);
            else requireFirst(changes, current);
            stageInsert(changes, BoxEntity, box);
          }),
        ),
      );
      expect(isLost).toBe(true);
      expect(outcomes.flatMap((outcome, index) => (outcome === undefined ? [] : [index]))).toEqual([3, 7]);
      for (const index of [3, 7]) expect(outcomes[index]).toBeInstanceOf(StaleVersion);
      expect(await storedOf(boxes)).toBe(10);
      expect(await storedOf([boxes[3], boxes[7]] as BoxEntity[])).toBe(0);
      expect(await versionOf(moved)).toBe(2);
      expect(await versionOf(changed)).toBe(2);
    },
  );
});
