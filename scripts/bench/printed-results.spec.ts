import { describe, expect, test } from '@jest/globals';
import { judge } from './aims.js';
import { printedResults } from './printed-results.js';
import type { Results } from './results.js';

describe('what the bench prints', () => {
  const printed = (figures: Record<string, number>): string =>
    printedResults({
      ...{ startedAt: '2026-01-01T00:00:00.000Z', minutes: 1, memorySamplesMiB: [], serverSettings: {} },
      options: { rounds: 1, seconds: 5, parts: [], connections: [32], rows: [], requests: 1, output: 'x' },
      machine: { cores: 2, node: 'v24', postgres: '18.4' },
      aims: judge(figures),
      ...{ medians: figures, lowest: figures, highest: figures, rounds: [figures] },
    } satisfies Results);

  test('sets each aim beside what was measured', () => {
    const text = printed({ 'ratio.create.32': 1.254 });
    expect(text).toMatch(/create, 32 connections, to the ceiling +1\.25× +1\.25× … 1\.25× +≥ 1\.00× +met/);
    expect(text).toMatch(/transition, 32 connections, to the ceiling +- +- +≥ 1\.00× +not measured/);
  });

  test('leaves out what was not measured', () => {
    expect(printed({ 'ratio.create.32': 1 })).not.toMatch(/Over HTTP|Growth|Bulk|Memory over/);
  });

  test('shows a load with its ratio, rate, latencies and the share of each process', () => {
    const load = { rate: 2_500.4, p50Ms: 11.26, p99Ms: 30, 'cpu.service': 0.4, 'cpu.idle': 0.1 };
    const figures = Object.fromEntries(
      Object.entries(load).map(([name, value]) => [`http.create.32.${name}`, value]),
    );
    const row = /create, 32 +1\.10× +2,500 +11\.3 +30\.0 +40% +- +- +- +10% +0\.52 +0\.09/;
    const counts = { 'statements.create.32': 0.52, 'commits.create.32': 0.09 };
    expect(printed({ ...figures, ...counts, 'ratio.create.32': 1.1 })).toMatch(row);
  });

  test('warns where other programs took their share', () => {
    const warning = 'NOT A QUIET MACHINE: in 1 of 2 measurements other programs took more than 8%';
    expect(printed({ 'http.create.32.cpu.other': 0.4, 'http.read.32.cpu.other': 0.02 })).toContain(warning);
    expect(printed({ 'http.create.32.cpu.other': 0.02 })).not.toContain('NOT A QUIET MACHINE');
  });
});
