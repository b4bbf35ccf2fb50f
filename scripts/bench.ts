import { writeFile } from 'node:fs/promises';
import type { Bench } from './bench/bench.js';
import { BenchServer } from './bench/bench-server.js';
import { under, type Figures } from './bench/figures.js';
import { Growth } from './bench/growth.js';
import { measureMemory } from './bench/memory.js';
import { type BenchOptions, type Part, readOptions } from './bench/options.js';
import { printedResults } from './bench/printed-results.js';
import { Progress } from './bench/progress.js';
import { toResults, type Results } from './bench/results.js';
import { countStatements } from './bench/statement-counts.js';
import { listenForStop } from './bench/stop.js';
import { findTools, realDisk } from './bench/tools.js';
import { measureWrites } from './bench/writes-round.js';

const FAULT = 1;
const INTERRUPTED = 130;

const progress = new Progress(process.stderr);

async function runBench(options: BenchOptions, signal: AbortSignal): Promise<Results> {
  const tools = await findTools();
  const startedAt = new Date();
  progress.enter('Start');
  progress.step('PostgreSQL');
  await using server = await BenchServer.start(await realDisk(options.directory));
  const bench: Bench = { options, tools, server, progress, signal };
  const has = (...parts: readonly Part[]): boolean => parts.some((part) => options.parts.includes(part));

  const rounds: Figures[] = Array.from({ length: options.rounds }, () => ({}));
  const inEveryRound = async (measure: (round: number) => Promise<Figures>): Promise<void> => {
    for (const [index, figures] of rounds.entries()) {
      progress.enter(`Round ${index + 1} of ${options.rounds}`);
      rounds[index] = { ...figures, ...(await measure(index + 1)) };
    }
  };
  if (has('ceiling', 'http', 'bulk')) await inEveryRound((round) => measureWrites(bench, round));
  const once: Figures[] = has('http') ? [await countStatements(bench)] : [];
  if (has('growth')) {
    await using growth = await Growth.fill(bench);
    await inEveryRound(() => growth.measure());
  }
  let memorySamplesMiB: readonly number[] = [];
  if (has('memory')) {
    const memory = await measureMemory(bench);
    once.push(under('memory', memory.figures));
    memorySamplesMiB = memory.samplesMiB;
  }
  progress.clear();
  return await toResults(bench, {
    ...{ startedAt, rounds, memorySamplesMiB },
    once: Object.assign({}, ...once) as Figures,
  });
}

const options = readOptions(process.argv.slice(2));
const signal = listenForStop((text) => progress.say(text));
try {
  const results = await runBench(options, signal);
  await writeFile(options.output, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`${printedResults(results)}\n\nEverything that was measured: ${options.output}\n`);
} catch (error) {
  progress.clear();
  if (signal.aborted) {
    process.exitCode = INTERRUPTED;
  } else {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = FAULT;
  }
}
