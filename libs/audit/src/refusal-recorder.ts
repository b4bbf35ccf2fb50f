import {
  Clock,
  Duplicate,
  ExpiredDecision,
  MAX_DECISION_AGE_MS,
  newId,
  StoreUnavailable,
  UnitOfWork,
} from '#kernel';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { refused, type AuditEvent, type Refusal } from './domain/audit-event.js';
import { AuditRepository } from './domain/audit-repository.js';

/** How many refusals of one kind are recorded for one institution in a minute, by each process; 0 is none. */
export abstract class RefusalRecorderOptions {
  abstract readonly perMinute: number;
}

const INTERVAL_MS = 200;
const WINDOW_MS = 60_000;
/** A commit of more than 64 rows would be taken for a bulk command. */
const MAX_BATCH_EVENTS = 60;
/** Of about a kilobyte each. */
const MAX_WAITING_EVENTS = 10_000;
const MAX_WINDOWS = 10_000;
/** Leaves a commit the time that it may take. */
const MAX_AGE_MS = MAX_DECISION_AGE_MS - 5_000;
const REPORT_INTERVAL_MS = 10_000;

/** Refusals that are not on record one by one. */
interface Missed {
  readonly last: Refusal;
  readonly count: number;
  readonly since: Date;
  readonly until: Date;
}

/** What is counted together for a minute: refusals of one kind for one institution. */
interface Window {
  readonly startedAtMs: number;
  taken: number;
  missed?: Missed;
}

/** An audit event on its way to the store, and the refusals that it tells of. */
interface Waiting {
  readonly event: AuditEvent;
  readonly sinceMs: number;
  readonly tellsOf: Missed;
}

/**
 * Puts refusals on record without having their senders wait: they are stored a moment later, a batch at a time.
 *
 * A flood is cut off: past the limit, refusals are counted, and the minute ends with one event that tells of the last
 * of them and of how many they were. Each kind is counted for itself, so that a flood of one hides none of another.
 * What could not be stored while the store was away is told of in the same way, once it is back.
 */
@Injectable()
export class RefusalRecorder implements OnApplicationBootstrap, OnApplicationShutdown {
  /** How many refusals were stored one by one since the start, and how many were only counted. */
  readonly counts = { recorded: 0, counted: 0 };
  private readonly logger = new Logger(RefusalRecorder.name);
  /** In the order in which they started, which is the order in which they end. */
  private readonly windows = new Map<string, Window>();
  private readonly waiting: Waiting[] = [];
  /** What a commit is under way for, or failed for: whether it was made after all may not be known yet. */
  private batch: readonly Waiting[] = [];
  private storing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private unstored = 0;
  private reportedAtMs = -Infinity;

  constructor(
    private readonly events: AuditRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly options: RefusalRecorderOptions,
  ) {}

  /** Takes note of a refusal that is being answered: at once, and whatever becomes of the store. */
  record(refusal: Refusal): void {
    if (this.options.perMinute === 0) return;
    const at = this.clock.now();
    const missed = { last: refusal, count: 1, since: at, until: at };
    const window = this.windowOf(refusal);
    const isTaken = window.taken < this.options.perMinute && this.waiting.length < MAX_WAITING_EVENTS;
    if (!isTaken) {
      this.counts.counted += 1;
      return miss(window, missed);
    }
    window.taken += 1;
    this.enqueue(refused(refusal, { id: newId('aud'), at }), missed);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.endWindows(performance.now() - WINDOW_MS);
      void this.store();
      this.report(REPORT_INTERVAL_MS);
    }, INTERVAL_MS);
    this.timer.unref();
  }

  /** Requests are no longer served by now, and the store still is: its connections are closed after this. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    for (const each of [...this.batch, ...this.waiting]) this.giveUp(each);
    this.report(0);
  }

  /** Stores what waits, and what was only counted so far, while the store still takes it. */
  async flush(): Promise<void> {
    await this.storing;
    this.endWindows(Infinity);
    await this.store();
  }

  private windowOf({ institutionId, action }: Refusal): Window {
    const name = `${institutionId} ${action}`;
    const startedAtMs = performance.now();
    const known = this.windows.get(name);
    if (known !== undefined && startedAtMs - known.startedAtMs < WINDOW_MS) return known;
    if (known !== undefined) this.endWindow(name, known);
    const [oldest] = this.windows;
    if (oldest !== undefined && this.windows.size >= MAX_WINDOWS) this.endWindow(...oldest);
    const window = { startedAtMs, taken: 0 };
    this.windows.set(name, window);
    return window;
  }

  private endWindows(startedBeforeMs: number): void {
    for (const [name, window] of this.windows) {
      if (window.startedAtMs > startedBeforeMs) return;
      this.endWindow(name, window);
    }
  }

  private endWindow(name: string, { missed }: Window): void {
    this.windows.delete(name);
    if (missed === undefined) return;
    const { last, count, since, until } = missed;
    const payload = {
      ...last.payload,
      notRecorded: count,
      since: since.toISOString(),
      until: until.toISOString(),
    };
    // Of now, since no row may come to the store much later than the moment that it carries.
    this.enqueue(refused({ ...last, payload }, { id: newId('aud'), at: this.clock.now() }), missed);
  }

  private enqueue(event: AuditEvent, tellsOf: Missed): void {
    this.waiting.push({ event, sinceMs: Date.now(), tellsOf });
  }

  private async store(): Promise<void> {
    this.storing ??= this.storeAll().finally(() => {
      this.storing = undefined;
    });
    return this.storing;
  }

  /** Stores what waits, until nothing does or the store is away. */
  private async storeAll(): Promise<void> {
    while (this.takeBatch()) {
      if (!(await this.isSettled(this.batch))) return;
      this.batch = [];
    }
  }

  /** A batch that failed may shrink and must not grow: that one of its events is stored says that all of them are. */
  private takeBatch(): boolean {
    this.batch = this.withoutAged(this.batch);
    while (this.batch.length === 0 && this.waiting.length > 0) {
      this.batch = this.withoutAged(this.waiting.splice(0, MAX_BATCH_EVENTS));
    }
    return this.batch.length > 0;
  }

  /** Whether a batch needs no other attempt. */
  private async isSettled(batch: readonly Waiting[]): Promise<boolean> {
    try {
      await this.unitOfWork.commit((changes) => {
        for (const { event } of batch) this.events.append(changes, event);
      }, batch[0]?.sinceMs);
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof ExpiredDecision) return false;
      // A duplicate was stored by a commit whose answer was lost.
      if (!(error instanceof Duplicate)) {
        this.logger.error({ err: error }, 'Refusals could not be stored.');
        for (const each of batch) this.giveUp(each);
        return true;
      }
    }
    this.counts.recorded += batch.length;
    return true;
  }

  private withoutAged(batch: readonly Waiting[]): readonly Waiting[] {
    const oldestMs = Date.now() - MAX_AGE_MS;
    for (const each of batch) if (each.sinceMs < oldestMs) this.giveUp(each);
    return batch.filter(({ sinceMs }) => sinceMs >= oldestMs);
  }

  private giveUp({ tellsOf }: Waiting): void {
    this.unstored += 1;
    this.counts.counted += 1;
    miss(this.windowOf(tellsOf.last), tellsOf);
  }

  private report(intervalMs: number): void {
    const nowMs = performance.now();
    if (this.unstored === 0 || nowMs - this.reportedAtMs < intervalMs) return;
    this.logger.warn(`Audit events of refusals were not stored in time: ${this.unstored}`);
    this.reportedAtMs = nowMs;
    this.unstored = 0;
  }
}

function miss(window: Window, more: Missed): void {
  const { missed = { ...more, count: 0 } } = window;
  const { last, until } = missed.until > more.until ? missed : more;
  const since = missed.since < more.since ? missed.since : more.since;
  window.missed = { last, count: missed.count + more.count, since, until };
}
