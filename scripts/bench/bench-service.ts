import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithThisProcess } from '#testing';
import { NODE_FLAGS } from '../node-flags.js';
import { freePort } from '../start/settings.js';

const HOST = '127.0.0.1';
const READY_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 15_000;
const POLL_MS = 50;

export const ROOT_KEY = `root_${randomBytes(32).toString('base64url')}`;
const PEPPER = randomBytes(32).toString('base64url');

/** The API as a process of its own, as it runs in production. */
export class BenchService implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Starts it on a database and waits until it is ready. */
  static async start(databaseUrl: string, signal: AbortSignal): Promise<BenchService> {
    signal.throwIfAborted();
    const port = await freePort(HOST, '0');
    const main = path.resolve(import.meta.dirname, '..', '..', 'apps', 'api', 'src', 'main.js');
    const child = spawn(process.execPath, [...NODE_FLAGS, main], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        STORE_BACKEND: 'postgres',
        DATABASE_URL: databaseUrl,
        HOST,
        PORT: port,
        ROOT_API_KEY: ROOT_KEY,
        API_KEY_PEPPER: PEPPER,
        RATE_LIMIT_REQUESTS_PER_KEY: '999999999',
      },
      stdio: ['ignore', 2, 2],
      // Ctrl-C reaches every process of the terminal's group; this one is stopped by us.
      detached: true,
    });
    await once(child, 'spawn');
    endWithThisProcess(child, 'INT');
    const service = new BenchService(child, `http://${HOST}:${port}`);
    try {
      await service.becomesReady(signal);
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
    return service;
  }

  /** Of the process that was started; its workers are its children. */
  get pid(): number {
    if (this.child.pid === undefined || !this.isRunning()) throw new Error('The service has ended.');
    return this.child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isRunning()) return;
    const ended = once(this.child, 'exit');
    // Nobody is left whose requests would have to be waited for.
    this.child.kill('SIGINT');
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await ended;
    clearTimeout(deadline);
  }

  private async becomesReady(signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + READY_DEADLINE_MS;
    while (Date.now() < deadline) {
      if (!this.isRunning()) throw new Error('The service ended before it was ready; what it said is above.');
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      await sleep(POLL_MS, undefined, { signal });
    }
    throw new Error('The service did not become ready.');
  }

  private isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}
