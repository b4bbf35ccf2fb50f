import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from '#testing';
import { Client } from './client.js';
import type { Installation } from './service.js';

const fromSource = fileURLToPath(new URL('./from-source.ts', import.meta.url));
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const impatientMain = fileURLToPath(new URL('./impatient-main.ts', import.meta.url));

/** What Node is told to run: the sources, as every other test does, or what was built of them. */
const PROGRAMS = {
  source: ['--import', fromSource, main],
  impatient: ['--import', fromSource, impatientMain],
  build: ['dist/apps/api/src/main.js'],
} as const;

/** The service as a process of its own, which can be killed. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly installation: Installation,
  ) {}

  /**
   * Starts the service and waits until it listens.
   *
   * @param listener is given all that the process writes, also to standard error
   * @throws Error naming the exit status of a service that ended instead
   */
  static async start(
    installation: Installation,
    settings: Readonly<Record<string, string>> = {},
    listener?: (text: string) => void,
    program: keyof typeof PROGRAMS = 'source',
  ): Promise<ServiceProcess> {
    const child = spawn(process.execPath, [...PROGRAMS[program]], {
      env: { PATH: process.env['PATH'], ...installation.environment, LOG_LEVEL: 'info', ...settings },
      stdio: ['ignore', 'pipe', listener === undefined ? 'inherit' : 'pipe'],
      // With its workers it makes a group of processes, which can be killed together.
      detached: true,
    });
    endWithThisProcess(child, 'TERM');
    if (listener !== undefined) {
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listener);
    }
    // The lines go on being read, so that the service never waits for somebody to take its log.
    const lines = createInterface({ input: child.stdout as Readable });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('close', (status) => reject(new Error(`The service ended with status ${status}.`)));
      lines.on('line', (line) => {
        const { msg, url: listening } = JSON.parse(line) as { msg?: string; url?: string };
        if (msg === 'The service is listening.' && listening !== undefined) resolve(listening);
      });
    });
    return new ServiceProcess(child, url, installation);
  }

  get root(): Client {
    return this.client(this.installation.rootKey);
  }

  client(apiKey?: string): Client {
    return new Client(this.url, apiKey);
  }

  /** Of the process that was started, which has workers do the work. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Ends it, workers and all, as a power failure would. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    process.kill(-this.pid, 'SIGKILL');
    await once(this.child, 'exit');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Lets it end in good order, and answers its exit status; null when it has not ended in time. */
  async terminate(timeoutMs = 10_000): Promise<number | null> {
    this.signal('SIGTERM');
    return this.exitStatus(timeoutMs);
  }

  /** Its exit status; null when it has not ended in time, or was killed. */
  async exitStatus(timeoutMs = 10_000): Promise<number | null> {
    if (!this.hasEnded) {
      await once(this.child, 'exit', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    }
    return this.child.exitCode;
  }
}
