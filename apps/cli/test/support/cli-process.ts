import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess, until } from '#testing';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const fromSource = pathOf('../../../api/test/support/from-source.ts');
const escrowgrid = pathOf('../../src/main.ts');
const dataSource = pathOf('../../../../migrations/data-source.ts');
const typeorm = createRequire(import.meta.url).resolve('typeorm/cli.js');

/** What a shell sees of a command. */
export interface Ran {
  /** Null where it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both of them, as they came. */
  readonly output: string;
}

/** A command line as a process of its own, which can be killed; it has no terminal. */
export class CliProcess {
  private readonly texts = { stdout: '', stderr: '' };
  private text = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    endWithThisProcess(child, 'TERM');
    this.closed = once(child, 'close');
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
        this.texts[name] += chunk;
        this.text += chunk;
      });
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
    const hasSaid = (): boolean => {
      if (pattern.test(this.output)) return true;
      const { exitCode, signalCode } = this.child;
      if (exitCode === null && signalCode === null) return false;
      throw new Error(`It ended with status ${exitCode ?? signalCode}:\n${this.output}`);
    };
    await until(hasSaid, `It says what matches ${pattern}`, { timeoutMs: 60_000 });
  }

  /** Goes away as the reader of what it says, as `head` does. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What was seen of it, once it has ended. */
  async end(): Promise<Ran> {
    await this.closed;
    return { status: this.child.exitCode, ...this.texts, output: this.output };
  }
}
