import { describe, expect, test } from '@jest/globals';
import { createScript, readPgbench, transitionScript } from './pgbench.js';
import { numbered, STEPS } from './writes.js';
import { STEPS_OF_A_POSITION } from './wrk-script.js';

describe('the ceiling', () => {
  test('is read from what pgbench prints', () => {
    const printed = `number of transactions actually processed: 5000
number of failed transactions: 0 (0.000%)
latency average = 12.821 ms
initial connection time = 56.049 ms
tps = 2495.900144 (without initial connection time)
`;
    expect(readPgbench(printed)).toEqual({ rate: 2495.900144, meanMs: 12.821 });
    expect(() => readPgbench('tps = nothing')).toThrow('pgbench printed something unknown');
  });

  test('writes four rows for a new position, in one transaction', () => {
    const statements = createScript()
      .split(';\n')
      .map((statement) => /(BEGIN|COMMIT|INSERT INTO [a-z_]+)/.exec(statement)?.[0])
      .filter((found) => found !== undefined);
    expect(statements).toEqual([
      'BEGIN',
      'INSERT INTO positions',
      'INSERT INTO position_events',
      'INSERT INTO ledger_events',
      'INSERT INTO audit_events',
      'COMMIT',
    ]);
  });

  test('moves a position by as many steps as the load on the service', () => {
    expect(STEPS).toHaveLength(STEPS_OF_A_POSITION);
    expect(transitionScript().match(/UPDATE positions/g)).toHaveLength(STEPS_OF_A_POSITION);
  });

  test('uses no name that it is not given: pgbench takes any word behind a colon for one', () => {
    const given = new Set(['key', 'asset', 'holder', 'position', 'version', 'released']);
    const own = ['start', 'first', 'clients', 'client_id', 'n', 'step'];
    const used = [createScript(), transitionScript()].flatMap((script) =>
      [...script.matchAll(/(?<!:):([A-Za-z0-9_]+)/g)].map(([, name]) => name),
    );
    expect(used.filter((name) => !given.has(name ?? '') && !own.includes(name ?? ''))).toEqual([]);
  });

  test('has its statements by hand with numbered parameters and untouched casts', () => {
    expect(numbered(`SELECT 'a' || :key::text, :version::int + :key`)).toEqual({
      text: `SELECT 'a' || $1::text, $2::int + $3`,
      names: ['key', 'version', 'key'],
    });
  });
});
