import { setTimeout as pause } from 'node:timers/promises';
import { ExpiredDecision, MAX_CLOCK_OFFSET_MS, MAX_DECISION_AGE_MS, StoreUnavailable } from '#kernel';
import { openTestDatabase, TcpProxy, withClient, type TestDatabase } from '#testing';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { Schema } from '../schema.js';
import { stageInsert } from '../staged-changes.js';
import { aBox, type BoxEntity as Box, BoxEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { Statements } from './statements.js';

/** As sent and as answered: a whole text, unlike the one in READ COMMITTED. */
const COMMIT = 'COMMIT\0';
/** What COMMIT is answered with after a failure. */
const ROLLBACK = 'ROLLBACK\0';

/** A transaction that was sent, and what can become of it. */
interface Held {
  /** Lets it reach the database, also when its sender is gone, and resolves to all that the database answers. */
  passOn(): Promise<string>;
  /** Cuts the connection of its sender. */
  cut(): void;
}

/** Lets a proxy hold up the transactions that it is told to; answers how to tell it, for the next that is sent. */
function holdUp(proxy: TcpProxy): () => Promise<Held> {
  const awaited: PromiseWithResolvers<Held>[] = [];
  proxy.onSent = (sent, connection) => {
    const holder = sent.includes(COMMIT) ? awaited.shift() : undefined;
    if (holder === undefined) return connection.passOn(sent);
    // The database learns of no loss before it has got what is on its way to it.
    connection.tellsLoss = false;
    const passOn = async (): Promise<string> => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const answerTo = connection.onAnswer;
      let answer = '';
      connection.onAnswer = (chunk) => {
        answer += chunk.toString('latin1');
        answerTo(chunk);
        if ([COMMIT, ROLLBACK].some((tag) => answer.includes(tag))) resolve(answer);
      };
      connection.passOn(sent);
      return promise;
    };
    holder.resolve({ passOn, cut: () => connection.cut() });
  };
  return async () => {
    const holder = Promise.withResolvers<Held>();
    awaited.push(holder);
    return holder.promise;
  };
}

/** How long a decision that is nearly too old when it is handed in may still be sent. */
const LEFT_MS = 4_500;
const NEARLY_TOO_OLD_MS = MAX_DECISION_AGE_MS - LEFT_MS;
/** By so much a process's clock is behind whose decisions the database still takes, for nearly as long as {@link LEFT_MS}. */
const CLOCK_BEHIND_MS = MAX_CLOCK_OFFSET_MS - 100;
/** By so much one is behind whose decisions the database takes for a tenth of a second more, and how long to wait then. */
const CLOCK_FAR_BEHIND_MS = LEFT_MS + MAX_CLOCK_OFFSET_MS - 100;
const UNTIL_TOO_OLD_MS = 300;

describe('the age of a decision on PostgreSQL', () => {
  let database: TestDatabase;
  let network: TcpProxy;
  let holdNext: () => Promise<Held>;
  let pool: pg.Pool;
  let unitOfWork: PostgresUnitOfWork;

  beforeEach(async () => {
    database = await openTestDatabase();
    await withClient(database.ownerUrl, async (client) => client.query(TEST_TABLES));
    network = await TcpProxy.open(database.url);
    holdNext = holdUp(network);
    pool = new pg.Pool({
      connectionString: network.url(database.url),
      pipeline: true,
      Client: LossTolerantClient,
      query_timeout: 10_000,
    });
    pool.on('error', () => undefined);
    unitOfWork = new PostgresUnitOfWork(pool, new Statements(new Schema(TEST_ENTITIES)));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await unitOfWork.drain();
    await pool.end();
    network.close();
    await database.close();
  });

  /** How the commit of a new box ended that was decided so long ago: undefined when it was made. */
  const outcomeOf = async (box: Box, ageMs = 0): Promise<unknown> =>
    unitOfWork
      .commit((changes) => stageInsert(changes, BoxEntity, box), Date.now() - ageMs)
      .catch((error: unknown) => error);
  const storedOf = async (boxes: readonly Box[]): Promise<number> =>
    withClient(database.ownerUrl, async (client) => {
      const ids = boxes.map(({ id }) => id);
      const found = await client.query<{ id: string }>('SELECT id FROM boxes WHERE id = ANY ($1)', [ids]);
      return found.rows.length;
    });
  /** By so much this process's clock differs from the database's from now on. */
  const setClock = (offsetMs: number): void => {
    const trueNow = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => trueNow() + offsetMs);
  };

  test('is judged by the database when a transaction that was sent in time comes late', async () => {
    setClock(-CLOCK_FAR_BEHIND_MS);
    const box = aBox();
    const sent = holdNext();
    const outcome = outcomeOf(box, NEARLY_TOO_OLD_MS);
    const held = await sent;
    await pause(UNTIL_TOO_OLD_MS);
    expect(await held.passOn()).toContain('C22007');
    expect(await outcome).toBeInstanceOf(ExpiredDecision);
    expect(await storedOf([box])).toBe(0);
  });

  test('is no hindrance to a transaction that is held up and still comes in time', async () => {
    setClock(-CLOCK_BEHIND_MS);
    const box = aBox();
    const sent = holdNext();
    const outcome = outcomeOf(box, NEARLY_TOO_OLD_MS);
    const held = await sent;
    await held.passOn();
    expect(await outcome).toBeUndefined();
    expect(await storedOf([box])).toBe(1);
  });

  test.each([
    ['stores, come in time', CLOCK_BEHIND_MS, 0, 1],
    ['does not store, come too late', CLOCK_FAR_BEHIND_MS, UNTIL_TOO_OLD_MS, 0],
  ])(
    'decides what the database %s, of a sender who has given up and is gone',
    async (_case, behindMs, heldUpMs, stored) => {
      setClock(-behindMs);
      const box = aBox();
      const [first, second] = [holdNext(), holdNext()];
      const outcome = outcomeOf(box, NEARLY_TOO_OLD_MS);
      const held = await first;
      held.cut();
      // It is sent once more, with the same fate.
      (await second).cut();
      expect(await outcome).toBeInstanceOf(StoreUnavailable);
      await pause(heldUpMs);
      expect(await held.passOn()).toContain(stored === 1 ? COMMIT : 'C22007');
      expect(await storedOf([box])).toBe(stored);
    },
  );

  test('too great at the database does not keep the units that were sent together with it from being stored', async () => {
    setClock(-CLOCK_FAR_BEHIND_MS);
    const old = aBox();
    const others = Array.from({ length: 20 }, () => aBox());
    const sent = holdNext();
    const outcomes = Promise.all([
      ...others.slice(0, 7).map(async (box) => outcomeOf(box)),
      outcomeOf(old, NEARLY_TOO_OLD_MS),
      ...others.slice(7).map(async (box) => outcomeOf(box)),
    ]);
    const held = await sent;
    await pause(UNTIL_TOO_OLD_MS);
    expect(await held.passOn()).toContain('C22007');
    const [refused, ...made] = (await outcomes).filter((outcome) => outcome !== undefined);
    expect(refused).toBeInstanceOf(ExpiredDecision);
    expect(made).toEqual([]);
    expect([await storedOf([old]), await storedOf(others)]).toEqual([0, 20]);
  });

  test('too great before anything is sent leaves a unit out of its batch, and the others in', async () => {
    const old = aBox();
    const others = Array.from({ length: 10 }, () => aBox());
    const outcomes = await Promise.all([
      ...others.slice(0, 5).map(async (box) => outcomeOf(box)),
      outcomeOf(old, MAX_DECISION_AGE_MS + 1_000),
      ...others.slice(5).map(async (box) => outcomeOf(box)),
    ]);
    expect(outcomes.findIndex((outcome) => outcome !== undefined)).toBe(5);
    expect(outcomes.filter((outcome) => outcome instanceof ExpiredDecision)).toHaveLength(1);
    expect([await storedOf([old]), await storedOf(others)]).toEqual([0, 10]);
  });

  test('is told by what is found when the answer to COMMIT was lost and it is too old to be sent again', async () => {
    const [stored, lost] = [aBox(), aBox()];
    for (const box of [stored, lost]) {
      const sent = holdNext();
      const outcome = outcomeOf(box, NEARLY_TOO_OLD_MS);
      const held = await sent;
      // By a clock that is right, the database still takes it.
      setClock(LEFT_MS + 1);
      const passed = box === stored ? held.passOn() : Promise.resolve('');
      held.cut();
      await passed;
      if (box === stored) expect(await outcome).toBeUndefined();
      else expect(await outcome).toBeInstanceOf(StoreUnavailable);
      jest.restoreAllMocks();
    }
    expect([await storedOf([stored]), await storedOf([lost])]).toEqual([1, 0]);
  });

  test('does not hide that a process’s clock is far behind: the database takes nothing of it', async () => {
    const [box, other] = [aBox(), aBox()];
    setClock(-40_000);
    expect(await outcomeOf(box)).toBeInstanceOf(ExpiredDecision);
    jest.restoreAllMocks();
    // Far ahead, its rows are sealed when their moment has come.
    setClock(40_000);
    expect(await outcomeOf(other)).toBeUndefined();
    expect([await storedOf([box]), await storedOf([other])]).toEqual([0, 1]);
  });
});
