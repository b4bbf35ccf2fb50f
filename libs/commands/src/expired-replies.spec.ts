import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock, until, type Backend } from '#testing';
import { Logger, type LoggerService } from '@nestjs/common';
import type { IdempotencyRecord } from './domain/idempotency-record.js';
import type { IdempotencyRepository } from './domain/idempotency-repository.js';
import { ExpiredReplies } from './expired-replies.js';
import { idempotencyBinding, IdempotencyRecordEntity } from './testing.js';

const NOW = '2026-03-01T00:00:00.000Z';
const MINUTE_MS = 60_000;
const BATCH_RECORDS = 500;

/** Keeps warnings and errors, and drops the rest. */
class Notebook implements LoggerService {
  readonly lines: unknown[][] = [];

  log(): void {
    // Of no interest here.
  }

  warn(...said: unknown[]): void {
    this.lines.push(said);
  }

  error(...said: unknown[]): void {
    this.lines.push(said);
  }
}

let store: TestStore;
let records: IdempotencyRepository;
let clock: FixedClock;
let replies: ExpiredReplies;
let notebook: Notebook;

async function open(backend: Backend): Promise<void> {
  store = await openStore(backend, [IdempotencyRecordEntity]);
  records = store.bind(idempotencyBinding);
  clock = new FixedClock(NOW);
  replies = new ExpiredReplies(records, clock);
}

beforeEach(() => {
  notebook = new Notebook();
  Logger.overrideLogger(notebook);
  // Only the minutes between two removals pass at the word of a test.
  jest.useFakeTimers({
    doNotFake: ['Date', 'nextTick', 'performance', 'setImmediate', 'setTimeout', 'clearTimeout'],
  });
});
afterEach(async () => {
  await replies.onModuleDestroy();
  await store.close();
  jest.useRealTimers();
  Logger.overrideLogger(false);
});

/** Stores records that expire some milliseconds from now on. */
async function insert(count: number, expiresInMs: number): Promise<IdempotencyRecord[]> {
  const made = Array.from({ length: count }, (_none, index) => ({
    institutionId: newId('inst'),
    key: `key-${index}`,
    requestHash: 'f'.repeat(64),
    status: 201,
    headers: {},
    body: '{}',
    createdAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + expiresInMs),
  }));
  await store.unitOfWork.commit((changes) => {
    for (const record of made) records.insert(changes, record);
  });
  return made;
}

/** How many of some records are still there. */
async function left(made: readonly IdempotencyRecord[]): Promise<number> {
  const found = await Promise.all(
    made.map(async ({ institutionId, key }) => records.find(institutionId, key)),
  );
  return found.filter((record) => record !== undefined).length;
}

describe.each(BACKENDS)('expired answers on %s', (backend) => {
  beforeEach(async () => open(backend));

  test('are removed at start, in as many batches as it takes, and others are left', async () => {
    const expired = await insert(2 * BATCH_RECORDS + 1, -1);
    const kept = await insert(3, 0);
    replies.onApplicationBootstrap();
    await until(async () => (await left(expired)) === 0, 'All that expired are removed.');
    expect(await left(kept)).toBe(3);
    expect(notebook.lines).toEqual([]);
  });

  test('are removed every minute', async () => {
    replies.onApplicationBootstrap();
    for (let minute = 1; minute <= 3; minute += 1) {
      const made = await insert(2, 1);
      clock.advance(2);
      jest.advanceTimersByTime(MINUTE_MS - 1);
      await pause(20);
      expect(await left(made)).toBe(2);
      jest.advanceTimersByTime(1);
      await until(async () => (await left(made)) === 0, 'They are removed.');
    }
  });

  test('are left alone until the clock says that they expired', async () => {
    const made = await insert(1, 2 * MINUTE_MS);
    replies.onApplicationBootstrap();
    jest.advanceTimersByTime(10 * MINUTE_MS);
    await pause(20);
    expect(await left(made)).toBe(1);
    clock.advance(2 * MINUTE_MS + 1);
    jest.advanceTimersByTime(MINUTE_MS);
    await until(async () => (await left(made)) === 0, 'They are removed.');
  });

  test('are no longer removed when the service stops, which waits for the batch that is under way', async () => {
    const expired = await insert(2 * BATCH_RECORDS, -1);
    replies.onApplicationBootstrap();
    await replies.onModuleDestroy();
    expect(await left(expired)).toBe(BATCH_RECORDS);
    jest.advanceTimersByTime(10 * MINUTE_MS);
    await pause(20);
    expect(await left(expired)).toBe(BATCH_RECORDS);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('are waited for when the service stops, however long the batch under way takes', async () => {
    const [made] = await insert(1, -1);
    let isOver = false;
    const slow = new ExpiredReplies(
      Object.assign(Object.create(records) as IdempotencyRepository, {
        removeExpired: async (before: Date, limit: number): Promise<number> => {
          const removed = await records.removeExpired(before, limit);
          await pause(50);
          isOver = true;
          return removed;
        },
      }),
      clock,
    );
    slow.onApplicationBootstrap();
    await slow.onModuleDestroy();
    expect(isOver).toBe(true);
    expect(await left([made as IdempotencyRecord])).toBe(0);
  });

  test('hold up no process that has nothing else to do', () => {
    const timers = jest.spyOn(globalThis, 'setInterval');
    replies.onApplicationBootstrap();
    const [made] = timers.mock.results;
    expect((made?.value as NodeJS.Timeout).hasRef()).toBe(false);
    timers.mockRestore();
  });
});

describe('expired answers of a store that is away', () => {
  test('are tried for again every minute, and the log tells of it', async () => {
    await open('postgres');
    await insert(1, -1);
    await store.close();
    for (let minutes = 1; minutes <= 3; minutes += 1) {
      if (minutes === 1) replies.onApplicationBootstrap();
      else jest.advanceTimersByTime(MINUTE_MS);
      await until(() => notebook.lines.length === minutes, 'Each failure is told of.');
    }
    for (const line of notebook.lines) {
      expect(line).toEqual([
        { err: expect.any(Error) },
        'Expired answers were not removed.',
        'ExpiredReplies',
      ]);
    }
    await open('memory');
  });
});
