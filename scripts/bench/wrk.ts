import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Figures } from './figures.js';
import { runProgram } from './run-program.js';
import { RESULT_WORD, wrkScript, type WrkScript } from './wrk-script.js';

export interface WrkRun {
  readonly program: string;
  readonly directory: string;
  readonly url: string;
  readonly script: WrkScript;
  readonly connections: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

interface WrkResult {
  readonly requests: number;
  readonly durationUs: number;
  readonly refused: number;
  readonly broken: number;
  readonly ranOut: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/**
 * Sends one kind of requests as fast as they are answered.
 *
 * @throws Error when any request was not a success: a rate of refusals measures nothing
 */
export async function runWrk(run: WrkRun): Promise<Figures> {
  const file = path.join(run.directory, 'load.lua');
  await writeFile(file, wrkScript(run.script), { mode: 0o600 });
  const printed = await runProgram({
    file: run.program,
    words: [
      ...['-t1', `-c${run.connections}`, `-d${run.seconds}s`, '--timeout', '30s', '--latency'],
      ...['-s', file, run.url],
    ],
    signal: run.signal,
  });
  return readWrk(printed, run.script.kind);
}

export function readWrk(printed: string, kind: string): Figures {
  const line = printed.split('\n').find((each) => each.startsWith(`${RESULT_WORD} `));
  if (line === undefined) throw new Error(`wrk printed something unknown:\n${printed}`);
  const result = JSON.parse(line.slice(RESULT_WORD.length)) as WrkResult;
  if (result.ranOut > 0) {
    throw new Error(`The load "${kind}" ran out of positions to move; more must be prepared.`);
  }
  if (result.refused > 0 || result.broken > 0 || result.requests === 0) {
    throw new Error(
      `The load "${kind}" is worth nothing: of ${result.requests} requests ${result.refused} were refused ` +
        `and ${result.broken} got no answer.`,
    );
  }
  return {
    requests: result.requests,
    rate: result.requests / (result.durationUs / 1_000_000),
    p50Ms: result.p50Us / 1000,
    p99Ms: result.p99Us / 1000,
    maxMs: result.maxUs / 1000,
  };
}
