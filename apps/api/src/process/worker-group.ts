import { setTimeout as pause } from 'node:timers/promises';
import type { Configuration } from '#config';
import type { Logger } from 'pino';
import { WorkerProcess, type Ending } from './worker-process.js';

const FIRST_RESTART_DELAY_MS = 100;
const MAX_RESTART_DELAY_MS = 10_000;
/** A worker that has lived for so long did not end by how it was started. */
const SOUND_LIFE_MS = 60_000;

/**
 * How often each worker is asked for an answer, and how many times in a row it may give none. Rounds are counted and no
 * time, since a machine that is paused as a whole misses none.
 */
export interface Heartbeat {
  readonly intervalMs: number;
  readonly maxUnansweredRounds: number;
}

const HEARTBEAT: Heartbeat = { intervalMs: 3_000, maxUnansweredRounds: 10 };

/** The workers on one configuration: one that ends by itself is replaced, and one that hangs is ended. */
export class WorkerGroup {
  /** Resolves, once it was told to leave, when all have ended; true if each did in good order. */
  readonly ended: Promise<boolean>;
  private readonly workers = new Set<WorkerProcess>();
  private readonly left = Promise.withResolvers<boolean>();
  private isLeaving = false;
  private inGoodOrder = true;
  private losses = 0;
  private readonly asking: NodeJS.Timeout;

  /** @param onLoss is told of a worker whose loss cannot be made up for, as everything was in it */
  constructor(
    readonly configuration: Configuration,
    private readonly logger: Logger,
    private readonly onLoss: () => void,
    private readonly heartbeat = HEARTBEAT,
  ) {
    this.ended = this.left.promise;
    this.asking = setInterval(() => this.ask(), heartbeat.intervalMs);
  }

  /**
   * Resolves when every worker can listen, and is ready where it must be; before, one takes a file into the store.
   *
   * @throws WorkerFailed when one ended instead
   */
  async prepare(mustBeReady: boolean, takeOverFile?: string): Promise<void> {
    const { configuration } = this;
    if (this.isLeaving) return;
    let missing = configuration.workers;
    if (takeOverFile !== undefined) {
      await this.add().prepare(configuration, mustBeReady, takeOverFile);
      missing -= 1;
    }
    if (this.isLeaving) return;
    const made = Array.from({ length: missing }, () => this.add());
    await Promise.all(made.map(async (worker) => worker.prepare(configuration, mustBeReady)));
  }

  /**
   * Answers where they listen. From now on, one that ends by itself is replaced, or has just been.
   *
   * @throws WorkerFailed when none of them does, so that none has taken a request
   */
  async listen(): Promise<string> {
    const workers = [...this.workers];
    const told = await Promise.allSettled(workers.map(async (worker) => worker.listen()));
    const listening = told.find((each) => each.status === 'fulfilled');
    if (listening === undefined) throw told.find((each) => each.status === 'rejected')?.reason;
    for (const worker of workers) void this.watch(worker);
    return listening.value;
  }

  /**
   * Has them refuse every write from now on, and put all that they store into a file: where it is in one process alone.
   *
   * @throws WorkerFailed when there is no such file; then they take writes again
   */
  async handOver(file: string): Promise<void> {
    for (const worker of this.workers) await worker.handOver(file);
  }

  /** Has them answer nothing from what they store. */
  async stepBack(): Promise<void> {
    for (const worker of this.workers) await worker.stepBack();
  }

  /** Has them serve as before. */
  resume(): void {
    for (const worker of this.workers) worker.resume();
  }

  /** Has all of them end; said once more, sooner. */
  leave(drainMs: number, isReplaced = false): void {
    this.isLeaving = true;
    for (const worker of this.workers) worker.leave(drainMs, isReplaced);
    this.settle();
  }

  /** Ends all of them at once, whatever they do. */
  kill(): void {
    this.isLeaving = true;
    for (const worker of this.workers) worker.kill();
    this.settle();
  }

  private add(): WorkerProcess {
    const worker = new WorkerProcess();
    this.workers.add(worker);
    void worker.ended.then(({ status }) => {
      this.workers.delete(worker);
      if (this.isLeaving && status !== 0) this.inGoodOrder = false;
      this.settle();
    });
    return worker;
  }

  private settle(): void {
    if (this.isLeaving && this.workers.size === 0) this.left.resolve(this.inGoodOrder);
  }

  /** Ends whoever hangs. Of those that drain, a deadline is the end. */
  private ask(): void {
    if (this.isLeaving) return clearInterval(this.asking);
    for (const worker of this.workers) {
      if (worker.ask(this.heartbeat.maxUnansweredRounds)) continue;
      this.logger.error({ pid: worker.pid }, 'A worker does not answer any more, and is killed.');
      worker.kill();
    }
  }

  private async watch(worker: WorkerProcess): Promise<void> {
    const ending = await worker.ended;
    if (this.isLeaving) return;
    const members = { pid: worker.pid, ...namedOf(ending) };
    if (this.configuration.store.backend === 'memory') {
      this.logger.fatal(members, 'The worker ended by itself, and with it all that was kept in memory.');
      return this.onLoss();
    }
    this.losses = performance.now() - worker.startedAtMs > SOUND_LIFE_MS ? 0 : this.losses + 1;
    this.logger.error(members, 'A worker ended by itself; another takes its place.');
    await this.replace();
  }

  /** Waits longer after each worker that did not live long, so that none is started again and again without a pause. */
  private async replace(): Promise<void> {
    if (this.losses > 1) {
      const delayMs = FIRST_RESTART_DELAY_MS * 2 ** (this.losses - 2);
      await pause(Math.min(delayMs, MAX_RESTART_DELAY_MS));
    }
    if (this.isLeaving) return;
    const worker = this.add();
    void this.watch(worker);
    try {
      await worker.prepare(this.configuration, false);
      await worker.listen();
    } catch (error) {
      // That it ended is noticed by whoever watches it.
      if (!this.isLeaving) process.stderr.write(`${(error as Error).message}\n`);
    }
  }
}

function namedOf({ status, signal }: Ending): { status: number | null; signal: string | null } {
  return { status, signal };
}
