import { withClient } from '#testing';
import type { BenchDatabase } from './bench-server.js';
import { percentile, type Figures } from './figures.js';
import { ASSETS, HOLDERS } from './tenant.js';
import { CREATE, firstKey, GUARDS, numbered, STEPS } from './writes.js';

type Values = Readonly<Record<string, string>>;

export interface ByHandRun {
  readonly database: BenchDatabase;
  readonly kind: 'create' | 'transition';
  readonly seconds: number;
  readonly run: number;
  readonly firstPosition: number;
  readonly signal: AbortSignal;
}

/**
 * Sends the statements of one command after another on one connection, each when the one before is answered,
 * with what the service asks before it writes, but without HTTP. Answers the times of whole commands.
 */
export async function sendByHand(run: ByHandRun): Promise<Figures> {
  const durationsMs: number[] = [];
  await withClient(run.database.serviceUrl, async (client) => {
    const endMs = performance.now() + run.seconds * 1000;
    for (let number = 0; performance.now() < endMs; number += 1) {
      run.signal.throwIfAborted();
      const statements = run.kind === 'create' ? [GUARDS.policy, ...CREATE] : transitionAt(number);
      const values = valuesAt(run, number);
      const startedAtMs = performance.now();
      await client.query('BEGIN');
      for (const sql of statements) {
        const { rowCount } = await client.query(prepared(sql, values));
        if (rowCount !== 1)
          throw new Error(`A statement by hand met ${rowCount} rows instead of one: ${sql}`);
      }
      await client.query('COMMIT');
      durationsMs.push(performance.now() - startedAtMs);
    }
  });
  return {
    rate: durationsMs.length / run.seconds,
    p50Ms: percentile(durationsMs, 0.5),
    p99Ms: percentile(durationsMs, 0.99),
  };
}

function transitionAt(number: number): readonly string[] {
  return [GUARDS.position, GUARDS.policy, ...(STEPS[number % STEPS.length] ?? [])];
}

function valuesAt({ run, firstPosition }: ByHandRun, number: number): Values {
  const step = number % STEPS.length;
  return {
    key: String(firstKey(run) + BigInt(number)),
    asset: String(number % ASSETS),
    holder: String(number % HOLDERS),
    position: String(firstKey(0) + BigInt(firstPosition + Math.floor(number / STEPS.length))),
    version: String(step + 1),
    released: String(step * 200),
  };
}

const known = new Map<string, { name: string; text: string; names: string[] }>();

function prepared(
  sql: string,
  values: Values,
): { name: string; text: string; values: (string | undefined)[] } {
  let statement = known.get(sql);
  if (statement === undefined) {
    statement = { name: `by_hand_${known.size}`, ...numbered(sql) };
    known.set(sql, statement);
  }
  const { name, text, names } = statement;
  return { name, text, values: names.map((each) => values[each]) };
}
