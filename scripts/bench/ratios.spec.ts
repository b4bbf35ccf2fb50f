import { describe, expect, test } from '@jest/globals';
import { measuredRows, ratiosOf } from './ratios.js';

describe('ratios of a round', () => {
  test('compare every number of connections with the ceiling of 32 clients', () => {
    const round = {
      'ceiling.create.32.rate': 2_000,
      'ceiling.create.128.rate': 500,
      'http.create.32.rate': 2_500,
      'http.create.128.rate': 4_000,
      'http.read.32.rate': 9_000,
    };
    expect(ratiosOf(round)).toEqual({ 'ratio.create.32': 1.25, 'ratio.create.128': 2 });
  });

  test('compare the latency at one connection with the statements by hand', () => {
    const round = {
      'byHand.create.p50Ms': 0.8,
      'http.create.1.p50Ms': 1.2,
      'http.create.32.p50Ms': 12,
    };
    expect(ratiosOf(round)).toEqual({ 'ratio.create.byHand': expect.closeTo(1.5) });
  });

  test('compare batches with single creates beside them', () => {
    const round = { 'bulk.single.rate': 2_000, 'bulk.1.rate': 5_000, 'bulk.2.rate': 8_000 };
    expect(ratiosOf(round)).toEqual({ 'ratio.bulk.1': 2.5, 'ratio.bulk.2': 4 });
  });

  test('compare pages with those of the fewest rows, however the sizes are ordered', () => {
    const round = {
      'growth.first.1000000.p50Ms': 3,
      'growth.first.10000.p50Ms': 2,
      'growth.first.10000.p99Ms': 20,
    };
    expect(measuredRows(round)).toEqual([10_000, 1_000_000]);
    expect(ratiosOf(round)).toEqual({ 'ratio.growth.first.10000': 1, 'ratio.growth.first.1000000': 1.5 });
  });

  test('are left out where one side was not measured', () => {
    expect(ratiosOf({ 'http.create.32.rate': 2_500, 'ceiling.transition.32.rate': 2_000 })).toEqual({});
  });
});
