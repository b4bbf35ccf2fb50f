import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithThisProcess } from '#testing';

const fromSource = fileURLToPath(new URL('../support/from-source.ts', import.meta.url));
const main = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));

/** What a shell sees of a command. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `escrowgrid` command in a process of its own, as an operator does. */
export async function escrowgrid(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', fromSource, main, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithThisProcess(child, 'TERM');
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...texts };
}
