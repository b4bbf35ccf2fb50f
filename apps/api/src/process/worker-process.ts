import type { ChildProcess, SendHandle } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import type { Configuration } from '#config';
import { isReport, type Order, type Report } from './messages.js';

/** How a process ended: its exit status, or the signal that ended it. */
export interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
}

/** A worker did not do as it was told; the message says why, in words for a terminal. */
export class WorkerFailed extends Error {}

/** A worker, as the primary sees it. */
export class WorkerProcess {
  readonly startedAtMs = performance.now();
  readonly ended: Promise<Ending>;
  private readonly worker: Worker;
  private failure: string | undefined;
  /** Whether it takes requests, and does nothing else that may keep it from answering. */
  private isServing = false;
  private unansweredRounds = 0;

  constructor() {
    this.worker = cluster.fork();
    endConnectionHandedAtDeath(this.worker.process);
    this.worker.on('message', (message: unknown) => {
      if (!isReport(message)) return;
      if (message.report === 'failed') this.failure = message.reason;
      if (message.report === 'answered') this.unansweredRounds = 0;
    });
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', (status, signal) => resolve({ status, signal }));
      // A process that could not be made never exits.
      this.worker.once('error', (error) => {
        this.failure ??= error.message;
        if (this.worker.process.pid === undefined) resolve({ status: 1, signal: null });
      });
    });
  }

  get pid(): number {
    return this.worker.process.pid ?? 0;
  }

  /** Resolves when the service is built, and ready where it must be; before, it takes a file into its store. */
  async prepare(configuration: Configuration, mustBeReady: boolean, takeOverFile?: string): Promise<void> {
    await this.tell({ order: 'prepare', configuration, mustBeReady, takeOverFile }, 'prepared');
  }

  /** Answers where it listens. */
  async listen(): Promise<string> {
    const { url } = await this.tell({ order: 'listen' }, 'listening');
    this.isServing = true;
    return url;
  }

  /** Asks whether its event loop turns; false where it has left so many questions in a row unanswered. */
  ask(maxUnansweredRounds: number): boolean {
    if (!this.isServing) return true;
    if (this.unansweredRounds === maxUnansweredRounds) return false;
    this.unansweredRounds += 1;
    this.send({ order: 'answer' });
    return true;
  }

  /**
   * Has it refuse every write from now on, and put all that it stores into a file.
   *
   * @throws WorkerFailed when there is no such file; then it takes writes again
   */
  async handOver(file: string): Promise<void> {
    this.isServing = false;
    const { reason } = await this.tell({ order: 'hand over', file }, 'handed over');
    if (reason === undefined) return;
    this.isServing = true;
    throw new WorkerFailed(reason);
  }

  /** Has it answer nothing from what it stores, until it resumes. */
  async stepBack(): Promise<void> {
    await this.tell({ order: 'step back' }, 'stepped back');
  }

  resume(): void {
    this.isServing = true;
    this.send({ order: 'resume' });
  }

  leave(drainMs: number, isReplaced: boolean): void {
    this.send({ order: 'leave', drainMs, isReplaced });
  }

  kill(): void {
    this.isServing = false;
    this.worker.process.kill('SIGKILL');
  }

  /**
   * Gives an order and waits for the report that it is done.
   *
   * @throws WorkerFailed when the worker ended instead
   */
  private async tell<Kind extends Report['report']>(
    order: Order,
    expected: Kind,
  ): Promise<Extract<Report, { report: Kind }>> {
    const { promise: reported, resolve } = Promise.withResolvers<Extract<Report, { report: Kind }>>();
    const hear = (message: unknown): void => {
      if (isReport(message) && message.report === expected)
        resolve(message as Extract<Report, { report: Kind }>);
    };
    this.worker.on('message', hear);
    this.send(order);
    const failed = this.ended.then(({ status, signal }): never => {
      throw new WorkerFailed(this.failure ?? `A worker ended by itself (${signal ?? `status ${status}`}).`);
    });
    return Promise.race([reported, failed]).finally(() => this.worker.off('message', hear));
  }

  private send(order: Order): void {
    // Who cannot be told anything has ended, which is noticed elsewhere.
    this.worker.send(order, () => undefined);
  }
}

/** To whom each connection was handed last: one that stops gives back what it does not take. */
const receivers = new WeakMap<object, ChildProcess>();

/**
 * Closes the connection that was being handed to a worker when it died. Node would keep it open for ever, and its client
 * wait in vain. It hands each worker one connection at a time.
 */
function endConnectionHandedAtDeath(child: ChildProcess): void {
  let handed: { close?: () => void } | undefined;
  const send = child.send.bind(child) as (
    message: unknown,
    handle?: SendHandle,
    ...rest: unknown[]
  ) => boolean;
  child.send = (message: unknown, handle?: unknown, ...rest: unknown[]): boolean => {
    if (typeof handle === 'object' && handle !== null) {
      handed = handle;
      receivers.set(handle, child);
    }
    return send(message, handle as SendHandle, ...rest);
  };
  child.once('exit', () => {
    // Closing is without effect where the worker had taken it.
    if (handed !== undefined && receivers.get(handed) === child) handed.close?.();
  });
}
