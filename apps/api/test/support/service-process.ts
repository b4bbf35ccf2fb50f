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

/** What Node is told to run: the sources, as every other test does, or what was built of them. */
const PROGRAMS = { source: ['--import', fromSource, main], build: ['dist/apps/api/src/main.js'] } as const;

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

  /** Ends it as a power failure would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  /** Lets it end in good order, and answers its exit status; null when it has not ended in time. */
  async terminate(timeoutMs = 5_000): Promise<number | null> {
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, 'exit', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    }
    return this.child.exitCode;
  }
}
