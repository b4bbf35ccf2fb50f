import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { newId, PLATFORM_SCOPE, StoreUnavailable, type Changes, type UnitOfWork } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock, type Backend } from '#testing';
import { Logger, type LoggerService } from '@nestjs/common';
import type { AuditEvent, Refusal } from './domain/audit-event.js';
import type { AuditRepository } from './domain/audit-repository.js';
import { RefusalRecorder } from './refusal-recorder.js';
import { auditBinding, AuditEventEntity } from './testing.js';

const NOW = '2026-03-01T00:00:00.000Z';
const INTERVAL_MS = 200;
const MINUTE_MS = 60_000;
const PER_MINUTE = 5;

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

const OURS = newId('inst');

function aRefusal(overrides: Partial<Refusal> = {}): Refusal {
  return {
    action: 'VALIDATION_FAILED',
    institutionId: OURS,
    apiKeyId: newId('ak'),
    method: 'POST',
    path: '/v1/positions',
    statusCode: 400,
    requestId: 'request-1',
    clientIp: '192.0.2.1',
    payload: { code: 'request.invalid' },
    ...overrides,
  };
}

let notebook: Notebook;
let store: TestStore;
let events: AuditRepository;
let clock: FixedClock;
let recorder: RefusalRecorder;

async function open(backend: Backend, perMinute = PER_MINUTE, unitOfWork?: UnitOfWork): Promise<void> {
  store = await openStore(backend, [AuditEventEntity]);
  events = store.bind(auditBinding);
  clock = new FixedClock(NOW);
  recorder = newRecorder(perMinute, unitOfWork);
}

function newRecorder(perMinute: number, unitOfWork: UnitOfWork = store.unitOfWork): RefusalRecorder {
  const made = new RefusalRecorder(events, unitOfWork, clock, { perMinute });
  made.onApplicationBootstrap();
  return made;
}

beforeEach(() => {
  notebook = new Notebook();
  Logger.overrideLogger(notebook);
  // Only the recorder's own time passes at the word of a test; the store's goes on.
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask'],
  });
});
afterEach(async () => {
  await recorder.onApplicationShutdown();
  await store.close();
  jest.useRealTimers();
  Logger.overrideLogger(false);
});

/** All that is on record, oldest first. */
async function trail(): Promise<readonly AuditEvent[]> {
  return (await events.list(PLATFORM_SCOPE, {}, { limit: 200, order: 'asc' })).items;
}

/** Lets the recorder's time pass, and what it began then come to its end. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  jest.advanceTimersByTime(ms);
  await pause(20);
}

async function untilRecorded(count: number): Promise<readonly AuditEvent[]> {
  for (let attempts = 0; attempts < 500; attempts += 1) {
    const rows = await trail();
    if (rows.length >= count) return rows;
    await pass(INTERVAL_MS);
  }
  throw new Error('What is waited for was not put on record.');
}

describe.each(BACKENDS)('refusals on %s', (backend) => {
  test('are counted: those that are stored, and those past the limit', async () => {
    await open(backend);
    expect(recorder.counts).toEqual({ recorded: 0, counted: 0 });
    for (let sent = 0; sent < PER_MINUTE + 3; sent += 1) recorder.record(aRefusal());
    await untilRecorded(PER_MINUTE);
    await pass(INTERVAL_MS);
    expect(recorder.counts).toEqual({ recorded: PER_MINUTE, counted: 3 });
  });

  test('are stored whole, a moment later, in the order in which they came', async () => {
    await open(backend);
    const [first, second] = [aRefusal(), aRefusal({ action: 'CONFLICT', apiKeyId: null })];
    recorder.record(first);
    clock.advance(1);
    recorder.record(second);
    expect(await trail()).toEqual([]);
    const rows = await untilRecorded(2);
    expect(rows).toEqual(
      [first, second].map((refusal, ms) => ({
        ...refusal,
        id: expect.stringMatching(/^aud_/),
        outcome: 'REFUSED',
        resourceType: null,
        resourceId: null,
        occurredAt: new Date(Date.parse(NOW) + ms),
      })),
    );
  });

  test('are stored however many they are', async () => {
    await open(backend, 1_000);
    for (let number = 0; number < 150; number += 1) recorder.record(aRefusal({ requestId: `r-${number}` }));
    const rows = await untilRecorded(150);
    expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(150);
    expect(notebook.lines).toEqual([]);
  });

  test('past the limit are counted, and the minute ends with one event that tells of them', async () => {
    await open(backend);
    for (let number = 0; number < PER_MINUTE + 7; number += 1) {
      recorder.record(aRefusal({ requestId: `r-${number}` }));
      clock.advance(1);
    }
    expect(await untilRecorded(PER_MINUTE)).toHaveLength(PER_MINUTE);
    await pass(MINUTE_MS);
    const rows = await untilRecorded(PER_MINUTE + 1);
    expect(rows.map(({ requestId }) => requestId)).toEqual(['r-0', 'r-1', 'r-2', 'r-3', 'r-4', 'r-11']);
    const last = rows.at(-1) as AuditEvent;
    expect(last.payload).toEqual({
      code: 'request.invalid',
      notRecorded: 7,
      since: '2026-03-01T00:00:00.005Z',
      until: '2026-03-01T00:00:00.011Z',
    });
    // History is sealed up to a moment: what comes later carries a later one.
    expect(last.occurredAt.getTime()).toBeGreaterThanOrEqual(Date.parse(NOW) + MINUTE_MS);
    recorder.record(aRefusal({ requestId: 'next' }));
    expect((await untilRecorded(PER_MINUTE + 2)).at(-1)).toMatchObject({
      requestId: 'next',
      payload: { code: 'request.invalid' },
    });
  });

  test('of one kind, or of one institution, leave room for others', async () => {
    await open(backend);
    for (let number = 0; number < 50; number += 1) recorder.record(aRefusal());
    const others = [aRefusal({ action: 'AUTH_FORBIDDEN' }), aRefusal({ institutionId: newId('inst') })];
    for (const refusal of others) recorder.record(refusal);
    const rows = await untilRecorded(PER_MINUTE + 2);
    expect(rows.map(({ apiKeyId }) => apiKeyId)).toEqual(
      expect.arrayContaining(others.map(({ apiKeyId }) => apiKeyId)),
    );
  });

  test('under a limit of 0 leave nothing', async () => {
    await open(backend, 0);
    recorder.record(aRefusal());
    await pass(2 * MINUTE_MS);
    await pass(INTERVAL_MS);
    expect(await trail()).toEqual([]);
  });

  test('are stored before the service ends, with the event that tells of what is past the limit', async () => {
    await open(backend);
    for (let number = 0; number < PER_MINUTE + 2; number += 1) recorder.record(aRefusal());
    await recorder.onApplicationShutdown();
    const rows = await trail();
    expect(rows).toHaveLength(PER_MINUTE + 1);
    expect(rows.filter(({ payload }) => payload.notRecorded === 2)).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('are stored at once where the store is about to be taken over, and go on being recorded', async () => {
    await open(backend);
    for (let number = 0; number < PER_MINUTE + 2; number += 1) recorder.record(aRefusal());
    await recorder.flush();
    expect(await trail()).toHaveLength(PER_MINUTE + 1);
    recorder.record(aRefusal({ requestId: 'after' }));
    expect((await untilRecorded(PER_MINUTE + 2)).at(-1)).toMatchObject({ requestId: 'after' });
  });

  test('are stored once when the answer to their commit is lost', async () => {
    await open(backend);
    const lost = new LostAnswers(store.unitOfWork);
    const other = newRecorder(PER_MINUTE, lost);
    other.record(aRefusal({ requestId: 'lost' }));
    await untilRecorded(1);
    other.record(aRefusal({ requestId: 'after' }));
    await untilRecorded(2);
    await other.onApplicationShutdown();
    expect((await trail()).map(({ requestId }) => requestId)).toEqual(['lost', 'after']);
    expect(notebook.lines).toEqual([]);
  });
});

/** Commits, but says of the first commit that nobody knows. */
class LostAnswers {
  private isFirst = true;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async commit(stage: (changes: Changes) => void, decidedAtMs?: number): Promise<void> {
    await this.unitOfWork.commit(stage, decidedAtMs);
    if (!this.isFirst) return;
    this.isFirst = false;
    throw new StoreUnavailable('The connection was lost.');
  }
}

describe('refusals while the store is away', () => {
  /** A store that is away until it is let in, in front of one that is there. */
  class Door {
    isOpen = false;
    attempts = 0;

    async commit(stage: (changes: Changes) => void, decidedAtMs?: number): Promise<void> {
      this.attempts += 1;
      if (!this.isOpen) throw new StoreUnavailable('Nobody is there.');
      return store.unitOfWork.commit(stage, decidedAtMs);
    }
  }
  let door: Door;

  beforeEach(async () => {
    door = new Door();
    await open('memory', PER_MINUTE, door);
  });

  test('wait for it, and are stored once it is back', async () => {
    recorder.record(aRefusal());
    for (let second = 0; second < 20; second += 1) await pass(1_000);
    expect(door.attempts).toBeGreaterThan(10);
    door.isOpen = true;
    expect((await untilRecorded(1))[0]?.occurredAt).toEqual(new Date(NOW));
    expect(notebook.lines).toEqual([]);
  });

  test('are given up before their commit would come too late, told of in the log, and on record later', async () => {
    for (let number = 0; number < PER_MINUTE + 2; number += 1) recorder.record(aRefusal());
    for (let second = 0; second < 27; second += 1) await pass(1_000);
    expect(notebook.lines).toEqual([
      [`Audit events of refusals were not stored in time: ${PER_MINUTE}`, 'RefusalRecorder'],
    ]);
    door.isOpen = true;
    await pass(MINUTE_MS);
    const rows = await untilRecorded(1);
    expect(rows.map(({ payload }) => payload)).toEqual([
      {
        code: 'request.invalid',
        notRecorded: PER_MINUTE + 2,
        since: NOW,
        until: NOW,
      },
    ]);
  });

  test('hold no more memory than so many can, and none of them is forgotten', async () => {
    await recorder.onApplicationShutdown();
    recorder = newRecorder(1_000_000, door);
    for (let number = 0; number < 12_000; number += 1) recorder.record(aRefusal());
    door.isOpen = true;
    await pass(INTERVAL_MS);
    await recorder.onApplicationShutdown();
    const { items } = await events.list(PLATFORM_SCOPE, {}, { limit: 20_000, order: 'asc' });
    expect(items).toHaveLength(10_001);
    expect(items.at(-1)?.payload).toMatchObject({ notRecorded: 2_000 });
  });

  test('keep the service from ending no longer than one attempt takes, and the log tells of them', async () => {
    for (let number = 0; number < 200; number += 1)
      recorder.record(aRefusal({ institutionId: newId('inst') }));
    const before = door.attempts;
    await recorder.onApplicationShutdown();
    expect(door.attempts).toBe(before + 1);
    expect(notebook.lines).toEqual([
      ['Audit events of refusals were not stored in time: 200', 'RefusalRecorder'],
    ]);
  });
});
