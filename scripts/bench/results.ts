import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Bench } from './bench.js';
import { judge, type Verdict } from './aims.js';
import { SERVER_SETTINGS } from './bench-server.js';
import { median, overRounds, type Figures } from './figures.js';
import type { BenchOptions } from './options.js';
import { ratiosOf } from './ratios.js';

/** What a bench found, as it is written to the file of results. */
export interface Results {
  readonly startedAt: string;
  readonly minutes: number;
  readonly options: BenchOptions;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly serverSettings: Readonly<Record<string, string>>;
  readonly aims: readonly Verdict[];
  readonly medians: Figures;
  readonly lowest: Figures;
  readonly highest: Figures;
  readonly rounds: readonly Figures[];
  readonly memorySamplesMiB: readonly number[];
}

export interface Found {
  readonly startedAt: Date;
  /** What was measured in each round. */
  readonly rounds: readonly Figures[];
  /** What was measured once. */
  readonly once: Figures;
  readonly memorySamplesMiB: readonly number[];
}

export async function toResults(
  bench: Bench,
  { startedAt, rounds, once, memorySamplesMiB }: Found,
): Promise<Results> {
  const complete = rounds.map((round) => ({ ...round, ...ratiosOf(round) }));
  const summary = (of: (values: readonly number[]) => number): Figures => ({
    ...overRounds(complete, of),
    ...once,
  });
  const medians = summary(median);
  return {
    startedAt: startedAt.toISOString(),
    minutes: Math.round((Date.now() - startedAt.getTime()) / 6_000) / 10,
    options: bench.options,
    machine: await describeMachine(bench),
    serverSettings: SERVER_SETTINGS,
    aims: judge(medians),
    medians,
    lowest: summary((values) => Math.min(...values)),
    highest: summary((values) => Math.max(...values)),
    rounds: complete,
    memorySamplesMiB,
  };
}

async function describeMachine({ server, tools }: Bench): Promise<Record<string, string | number>> {
  const [postgres] = await server.rows<{ server_version: string }>('SHOW server_version');
  const run = promisify(execFile);
  const { stdout: pgbench } = await run(tools.pgbench, ['--version']);
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? '',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    postgres: postgres?.server_version ?? '',
    pgbench: pgbench.trim(),
  };
}
