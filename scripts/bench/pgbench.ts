import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BenchDatabase, ServiceLogin } from './bench-server.js';
import type { Figures } from './figures.js';
import { runProgram } from './run-program.js';
import { ASSETS, HOLDERS } from './tenant.js';
import { CREATE, firstKey, STEPS } from './writes.js';

export interface PgbenchRun {
  readonly program: string;
  readonly directory: string;
  readonly login: ServiceLogin;
  readonly database: BenchDatabase;
  readonly kind: 'create' | 'transition';
  readonly clients: number;
  readonly seconds: number;
  /** Differs between all runs on one database, and is not 0. */
  readonly run: number;
  /** How many of the filled positions earlier runs may have moved. */
  readonly firstPosition: number;
  readonly signal: AbortSignal;
}

const transaction = (statements: readonly string[]): string =>
  ['BEGIN', ...statements, 'COMMIT'].map((statement) => `${statement};\n`).join('');

const NEXT_KEY = `\\set key :start + :n * 1000 + :client_id
\\set n :n + 1
`;

/** One transaction for each new position. */
export function createScript(): string {
  return `\\set asset random(0, ${ASSETS - 1})
\\set holder random(0, ${HOLDERS - 1})
${NEXT_KEY}${transaction(CREATE)}`;
}

/** One transaction for each step; every client takes positions of its own through all of their steps. */
export function transitionScript(): string {
  const steps = STEPS.map(
    (statements, step) => `${step === 0 ? '\\if' : '\\elif'} :step = ${step}\n${transaction(statements)}`,
  );
  return `\\set step :n % ${STEPS.length}
\\set position :first + :n / ${STEPS.length} * :clients + :client_id
\\set version :step + 1
\\set released :step * 200
${NEXT_KEY}${steps.join('')}\\endif
`;
}

/**
 * Runs the writes of one kind with `pgbench`: `rate` transactions a second, `meanMs` their mean time.
 *
 * @throws Error when a transaction failed, such as for want of positions
 */
export async function runPgbench(run: PgbenchRun): Promise<Figures> {
  const file = path.join(run.directory, `${run.kind}.sql`);
  await writeFile(file, run.kind === 'create' ? createScript() : transitionScript());
  const variables = {
    n: 0,
    start: firstKey(run.run),
    first: firstKey(0) + BigInt(run.firstPosition),
    clients: run.clients,
  };
  const printed = await runProgram({
    file: run.program,
    words: [
      ...['-n', '-M', 'prepared', '-c', String(run.clients), '-j', String(Math.min(2, run.clients))],
      ...['-T', String(run.seconds), '-f', file],
      ...Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
      ...['-h', '127.0.0.1', '-p', String(run.login.port), '-U', run.login.user, run.database.name],
    ],
    environment: { PGPASSWORD: run.login.password },
    signal: run.signal,
  });
  return readPgbench(printed);
}

export function readPgbench(printed: string): Figures {
  const number = (pattern: RegExp): number => {
    const found = pattern.exec(printed)?.[1];
    if (found === undefined) throw new Error(`pgbench printed something unknown:\n${printed}`);
    return Number(found);
  };
  return {
    rate: number(/^tps = ([0-9.]+) /m),
    meanMs: number(/^latency average = ([0-9.]+) ms/m),
  };
}
