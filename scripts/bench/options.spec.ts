import { describe, expect, test } from '@jest/globals';
import { PARTS, readOptions } from './options.js';

describe('the options of the bench', () => {
  test('run every part in five rounds unless told', () => {
    expect(readOptions([])).toMatchObject({
      rounds: 5,
      parts: [...PARTS],
      connections: [1, 32, 128],
      rows: [10_000, 100_000, 1_000_000],
      requests: 500_000,
    });
  });

  test('take lists in any order, each value once', () => {
    const options = readOptions(['--connections', '128,1,1', '--parts', 'memory,http']);
    expect(options.connections).toEqual([1, 128]);
    expect(options.parts).toEqual(['http', 'memory']);
  });

  test('are shortened by --quick, but not where they are given', () => {
    const options = readOptions(['--quick', '--rounds', '2']);
    expect(options.rounds).toBe(2);
    expect(options.seconds).toBeLessThan(readOptions([]).seconds);
    expect(options.rows.at(-1)).toBeLessThan(1_000_000);
  });
});
