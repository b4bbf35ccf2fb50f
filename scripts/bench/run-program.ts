import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  readonly file: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Runs a program to its end and answers what it printed.
 *
 * @throws Error with what it said when it fails
 */
export async function runProgram({ file, words, environment = {}, signal }: Program): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(file, words, {
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  const [printed, complaint] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
  if (status !== 0) {
    const end = `${printed}\n${complaint}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`${file} ended with status ${status}:\n${end}`);
  }
  return printed;
}
