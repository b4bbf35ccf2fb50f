import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

export const PARTS = ['ceiling', 'http', 'bulk', 'growth', 'memory'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly rounds: number;
  /** How long one measurement takes. */
  readonly seconds: number;
  readonly parts: readonly Part[];
  /** Numbers of HTTP connections, and of clients of the ceiling. */
  readonly connections: readonly number[];
  /** Numbers of positions at which growth is measured, ascending. */
  readonly rows: readonly number[];
  /** Requests over which memory is watched. */
  readonly requests: number;
  /** File that the results are written to. */
  readonly output: string;
  /** Folder in which a temporary one is made for the database. */
  readonly directory?: string;
}

const QUICK = { rounds: 1, seconds: 2, rows: [10_000, 20_000], requests: 10_000 };

const AFTERWORD = `
Parts:
  ceiling  pgbench with the writes of the service, one transaction each, and the same by hand on one connection
  http     the service: create, transition, read, list and a mix of them
  bulk     positions a second through POST /v1/positions/batch
  growth   pages and reads with more and more positions stored
  memory   resident memory of the service under a mix of requests

Needs wrk and pgbench (Debian packages wrk and postgresql-15), and nothing else to do on the machine.
docs/PERFORMANCE.md says how to read what it prints.`;

/** Reads the command line. Ends the process where that asks for help or is wrong. */
export function readOptions(words: readonly string[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description('Measures the service against what its PostgreSQL gives on this machine.')
    .addOption(
      new Option('--rounds <number>', 'rounds; medians are taken over them').default(5).argParser(count),
    )
    .addOption(new Option('--seconds <number>', 'length of one measurement').default(5).argParser(count))
    .addOption(
      new Option('--parts <list>', 'parts to run').default([...PARTS], PARTS.join(',')).argParser(parts),
    )
    .addOption(
      new Option('--connections <list>', 'numbers of connections')
        .default([1, 32, 128], '1,32,128')
        .argParser(counts),
    )
    .addOption(
      new Option('--rows <list>', 'numbers of positions for the part growth')
        .default([10_000, 100_000, 1_000_000], '10000,100000,1000000')
        .argParser(counts),
    )
    .addOption(
      new Option('--requests <number>', 'requests for the part memory').default(500_000).argParser(count),
    )
    .option('--quick', 'only see that everything works: two minutes, one short round, few rows')
    .option('--output <file>', 'where the results go, as JSON', 'bench-results.json')
    .option('--directory <folder>', 'folder on a real disk for the database (default: the temporary one)')
    .addHelpText('after', AFTERWORD)
    .parse([...words], { from: 'user' });
  const { quick, ...given } = command.opts<BenchOptions & { quick?: boolean }>();
  const shortened = quick
    ? Object.fromEntries(
        Object.entries(QUICK).filter(([name]) => command.getOptionValueSource(name) === 'default'),
      )
    : {};
  return { ...given, ...shortened, output: path.resolve(given.output) };
}

function count(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
}

function counts(text: string): number[] {
  return [...new Set(text.split(',').map(count))].sort((one, other) => one - other);
}

function parts(text: string): Part[] {
  const asked = text.split(',');
  const unknown = asked.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`There is no part "${unknown}"; there are ${PARTS.join(', ')}.`);
  }
  return PARTS.filter((part) => asked.includes(part));
}
