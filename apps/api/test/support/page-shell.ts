import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { endWithThisProcess } from '#testing';

/** Comes behind what a command printed. */
const END = '\u0001';

/** A shell that is given commands one after another, as somebody types them, and keeps what they set. */
export class PageShell {
  private readonly child: ChildProcessWithoutNullStreams;
  private printed = '';
  private hasEnded = false;
  private hasMoved: () => void = () => undefined;

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.child = spawn('bash', ['--noprofile', '--norc'], {
      cwd: folder,
      env: environment,
      // With all that it starts it makes a group of processes, which can be ended together.
      detached: true,
    });
    endWithThisProcess(this.child, 'TERM');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
        this.hasMoved();
      });
    }
    this.child.once('exit', () => {
      this.hasEnded = true;
      this.hasMoved();
    });
  }

  /** What a command prints, on either way. */
  async run(command: string): Promise<string> {
    this.printed = '';
    // The shell's own words about its jobs are not what the command says.
    this.child.stdin.write(`{\n${command}\n} 2>&1 </dev/null\nprintf '${END}'\n`);
    while (!this.printed.includes(END)) {
      if (this.hasEnded) throw new Error(`The shell has ended: ${this.printed}`);
      await new Promise<void>((resolve) => (this.hasMoved = resolve));
    }
    return this.printed.slice(0, this.printed.indexOf(END));
  }

  /** Ends it, and all that it started. */
  close(): void {
    if (!this.hasEnded && this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
  }
}
