import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { endWithThisProcess } from '#testing';

import { NODE_FLAGS } from '../node-flags.js';

const STOP_DEADLINE_MS = 30_000;
const READY_DEADLINE_MS = 60_000;
const POLL_MS = 100;

/** The API as a process of its own, started as it is in production. */
export class Service {
  private readonly child: ChildProcess;
  readonly exited: Promise<number>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
  }

  static async start(environment: NodeJS.ProcessEnv): Promise<Service> {
    const main = path.resolve(import.meta.dirname, '..', '..', 'apps', 'api', 'src', 'main.js');
    const isForPeople = process.stdout.isTTY;
    const child = spawn(process.execPath, [...NODE_FLAGS, '--enable-source-maps', main], {
      env: environment,
      stdio: ['ignore', isForPeople ? 'pipe' : 'inherit', 'inherit'],
      // Ctrl-C reaches every process of the terminal's group; this one is asked to stop once, by us.
      detached: true,
    });
    await once(child, 'spawn');
    endWithThisProcess(child, 'INT');
    if (child.stdout) {
      const { default: pretty } = await import('pino-pretty');
      child.stdout.pipe(
        pretty({ singleLine: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }),
      );
    }
    return new Service(child);
  }

  /** True when the service reports itself ready; false when it ended or took too long. */
  async becomesReady(url: string): Promise<boolean> {
    const deadline = Date.now() + READY_DEADLINE_MS;
    while (this.isRunning() && Date.now() < deadline) {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      await answer?.body?.cancel();
      if (answer?.ok) return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Lets it finish what is under way, and waits for no more to come; past a deadline it is killed. */
  async stop(): Promise<void> {
    this.child.kill('SIGINT');
    const deadline = setTimeout(() => this.kill(), STOP_DEADLINE_MS);
    await this.exited;
    clearTimeout(deadline);
  }

  kill(): void {
    // Without this process its workers end by themselves.
    this.child.kill('SIGKILL');
  }
}
