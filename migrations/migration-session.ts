import { setTimeout as sleep } from 'node:timers/promises';
import type { Encryption } from '#persistence';
import { Client, type ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { LockWatch, type Blocker } from './lock-watch.js';
import { MigrationBusyError, MigrationStoppedError, sqlStateOf } from './migration-faults.js';
import { connectionOptions, LOCK_TIMEOUT_MS, migrationsDataSource } from './migrations-data-source.js';
import { requireDirectConnection } from './require-direct-connection.js';
import { otherRunner, releaseRunnerLock, tryRunnerLock, type OtherRunner } from './runner-lock.js';

const POLL_INTERVAL_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const CANCEL_INTERVAL_MS = 500;
const LOCK_NOT_AVAILABLE = '55P03';
/** Lock time-out, deadlock: the same again may go well. */
const CONTENTION = [LOCK_NOT_AVAILABLE, '40P01'];
const CONCURRENT = /^\s*(CREATE|DROP|REINDEX)\b[^;]*\bCONCURRENTLY\b/i;

export interface SessionOptions {
  readonly ssl?: Encryption | undefined;
  /** How long to wait for another runner, and for each lock that is held by others. */
  readonly patienceMs?: number | undefined;
  /** Stops the run: what is under way is cancelled and rolled back. */
  readonly signal?: AbortSignal | undefined;
  /** Told every now and then whom the run waits for. */
  readonly waiting?: ((what: Obstacle) => void) | undefined;
}

/** Who is in the way. */
export type Obstacle =
  ({ readonly kind: 'runner' } & Partial<OtherRunner>) | ({ readonly kind: 'lock' } & Blocker);

/** The one connection that migrates a database, which has the lock of runners from its beginning to its end. */
export class MigrationSession {
  private readonly patienceMs: number;
  private readonly processId: number;
  private readonly watch: LockWatch;
  private blocker: Blocker | undefined;

  private constructor(
    readonly client: ClientBase,
    readonly runner: QueryRunner,
    private readonly url: string,
    private readonly options: SessionOptions,
  ) {
    this.patienceMs = options.patienceMs ?? 60_000;
    const { processID: processId } = client as unknown as { readonly processID: number };
    this.processId = processId;
    const open = () => openClient(url, options.ssl);
    this.watch = new LockWatch(open, processId, (blocker) => {
      this.blocker = blocker;
      options.waiting?.({ kind: 'lock', ...blocker });
    });
  }

  /**
   * Does work on a database that nobody else migrates meanwhile.
   *
   * @throws MigrationBusyError when another runner works for longer than the patience lasts
   * @throws MigrationStoppedError, PooledConnectionError
   */
  static async run<Result>(
    url: string,
    options: SessionOptions,
    work: (session: MigrationSession) => Promise<Result>,
  ): Promise<Result> {
    // Quiet unless `DEBUG=typeorm:*` asks: whoever calls tells of failures, and TypeORM would print them too.
    const dataSource: DataSource = migrationsDataSource(url, options.ssl).setOptions({ logger: 'debug' });
    await dataSource.initialize();
    try {
      const runner = dataSource.createQueryRunner();
      const client = (await runner.connect()) as ClientBase;
      await requireDirectConnection(client);
      return await new MigrationSession(client, runner, url, options).hold(work);
    } finally {
      await dataSource.destroy();
    }
  }

  /**
   * Does work that takes locks. It gives up its place in a lock's queue after a second, so that the service does not
   * queue behind it for longer, lets the others pass, and comes again.
   *
   * @param work does the same again after a failure
   * @throws MigrationBusyError when a lock is held for longer than the patience lasts
   */
  async patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    let giveUpAtMs: number | undefined;
    this.blocker = undefined;
    for (let attempt = 1; ; attempt += 1) {
      this.throwIfStopped();
      try {
        return await this.watch.during(work());
      } catch (error) {
        this.throwIfStopped();
        if (!CONTENTION.includes(sqlStateOf(error) ?? '')) throw error;
        giveUpAtMs ??= Date.now() + this.patienceMs;
        if (Date.now() >= giveUpAtMs) throw this.busyWith(this.blocker);
        const pauseMs = Math.min(attempt * 500, LONGEST_PAUSE_MS, giveUpAtMs - Date.now());
        await this.pause(pauseMs);
      }
    }
  }

  /** Does work in a transaction. */
  async inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.client.query('BEGIN');
    try {
      const result = await work();
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      // A connection that broke has rolled back by itself, and can say no more.
      await this.client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** What migrations get: it sends what they say, and nothing any more once the run was told to stop. */
  speaker(isTransactional: boolean): QueryRunner {
    const query = async (sql: string, parameters?: unknown[]): Promise<unknown> => {
      this.throwIfStopped();
      // What works beside others waits for them without making anybody queue, and would have to begin anew.
      const isPatient = !isTransactional && CONCURRENT.test(sql.replace(/--.*$/gm, ''));
      if (!isPatient) return this.runner.query(sql, parameters);
      await this.limitLocks(Math.max(1, this.patienceMs));
      try {
        return await this.runner.query(sql, parameters);
      } catch (error) {
        throw sqlStateOf(error) === LOCK_NOT_AVAILABLE ? this.busyWith(this.blocker) : error;
      } finally {
        await this.limitLocks(LOCK_TIMEOUT_MS).catch(() => undefined);
      }
    };
    return { query } as unknown as QueryRunner;
  }

  throwIfStopped(): void {
    if (this.options.signal?.aborted === true) throw new MigrationStoppedError('Stopped before the end.');
  }

  private async hold<Result>(work: (session: MigrationSession) => Promise<Result>): Promise<Result> {
    const ended = cancelWhenAborted(this.url, this.processId, this.options);
    try {
      await this.takeLock();
      // So that a runner that was killed lets go while a long statement runs. Not every system can tell.
      await this.client.query(`SET client_connection_check_interval = '2s'`).catch(() => undefined);
      return await work(this);
    } finally {
      ended();
      // A connection that broke has let it go.
      await releaseRunnerLock(this.client).catch(() => undefined);
      await this.watch.close();
    }
  }

  private async takeLock(): Promise<void> {
    const giveUpAtMs = Date.now() + this.patienceMs;
    while (!(await tryRunnerLock(this.client))) {
      const other = await otherRunner(this.client);
      if (Date.now() >= giveUpAtMs) throw this.busyWith({ kind: 'runner', ...other });
      this.options.waiting?.({ kind: 'runner', ...other });
      await this.pause(POLL_INTERVAL_MS);
    }
    this.throwIfStopped();
  }

  private busyWith(what: Obstacle | Blocker | undefined): MigrationBusyError {
    const seconds = Math.round(this.patienceMs / 1_000);
    const who = what?.processId === undefined ? 'Somebody' : `Process ${what.processId}`;
    const deed =
      what !== undefined && 'kind' in what && what.kind === 'runner'
        ? 'is still migrating this database'
        : 'still keeps a lock that this needs';
    return new MigrationBusyError(`${who} ${deed} after ${seconds} s: try again when it has finished.`);
  }

  private async limitLocks(timeoutMs: number): Promise<void> {
    await this.client.query(`SET lock_timeout = ${timeoutMs}`);
  }

  private async pause(pauseMs: number): Promise<void> {
    const { signal } = this.options;
    await sleep(pauseMs, undefined, signal && { signal }).catch(() => undefined);
    this.throwIfStopped();
  }
}

/** A connection beside the one that migrates. */
export async function openClient(url: string, ssl: Encryption | undefined): Promise<Client> {
  const client = new Client({ ...connectionOptions(url), ssl });
  // Whoever queries hears of a connection that broke; an idle one is not missed.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Cancels what a session does from the moment its run is told to stop until it has ended. */
function cancelWhenAborted(url: string, processId: number, { signal, ssl }: SessionOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  const cancel = async (): Promise<void> => {
    const client = await openClient(url, ssl);
    try {
      await client.query('SELECT pg_cancel_backend($1)', [processId]);
    } finally {
      await client.end();
    }
  };
  const begin = (): void => {
    // Again and again: one that comes between two statements cancels nothing.
    const again = (): void => void cancel().catch(() => undefined);
    timer = setInterval(again, CANCEL_INTERVAL_MS);
    again();
  };
  signal?.addEventListener('abort', begin, { once: true });
  if (signal?.aborted === true) begin();
  return () => {
    signal?.removeEventListener('abort', begin);
    clearInterval(timer);
  };
}
