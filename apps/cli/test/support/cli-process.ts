import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from '#testing';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const fromSource = pathOf('../../../api/test/support/from-source.ts');
const escrowgrid = pathOf('../../src/main.ts');
const dataSource = pathOf('../../../../migrations/data-source.ts');
const typeorm = createRequire(import.meta.url).resolve('typeorm/cli.js');

/** A command line as a process of its own, which can be killed; it has no terminal. */
export class CliProcess {
  private text = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    endWithThisProcess(child, 'TERM');
    this.closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    }
  }

  static escrowgrid(words: readonly string[], environment: Readonly<Record<string, string>>): CliProcess {
    return CliProcess.start([escrowgrid, ...words], environment);
  }

  /** TypeORM's own, on the data source of the migrations. */
  static typeorm(command: string, environment: Readonly<Record<string, string>>): CliProcess {
    return CliProcess.start([typeorm, command, '-d', dataSource], environment);
  }

  private static start(
    program: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): CliProcess {
    const child = spawn(process.execPath, ['--import', fromSource, ...program], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new CliProcess(child);
  }

  /** All that it has written so far. */
  get output(): string {
    return this.text;
  }

  /** Settles when it has written something that matches. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      const { exitCode, signalCode } = this.child;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`It ended with status ${exitCode ?? signalCode}:\n${this.output}`);
      }
      await sleep(20);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What was seen of it, once it has ended; a status of null where it was killed. */
  async end(): Promise<{ readonly status: number | null; readonly output: string }> {
    await this.closed;
    return { status: this.child.exitCode, output: this.output };
  }
}
