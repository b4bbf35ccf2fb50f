import { describe, expect, test } from '@jest/globals';
import { judge } from './aims.js';

describe('the verdict on an aim', () => {
  const verdict = (figure: string, medians: Record<string, number>) =>
    judge(medians).find((aim) => aim.figure === figure)?.verdict;

  test.each([
    ['ratio.create.32', 1, 'met'],
    ['ratio.create.32', 0.999, 'missed'],
    ['ratio.transition.128', 1.5, 'met'],
    ['ratio.transition.128', 1.49, 'missed'],
    ['ratio.create.byHand', 2, 'met'],
    ['ratio.create.byHand', 2.01, 'missed'],
    ['memory.maxMiB', 299, 'met'],
    ['memory.maxMiB', 301, 'missed'],
  ])('of %s at %d is "%s"', (figure, value, expected) => {
    expect(verdict(figure, { [figure]: value })).toBe(expected);
  });

  test('on a figure that was not measured says so', () => {
    expect(judge({}).map((aim) => aim.verdict)).toEqual(Array.from({ length: 9 }, () => 'not measured'));
  });

  test('on growth is that of the most rows', () => {
    const medians = {
      'growth.first.10000.p50Ms': 1,
      'growth.first.1000000.p50Ms': 1.6,
      'ratio.growth.first.10000': 1,
      'ratio.growth.first.1000000': 1.6,
    };
    expect(verdict('ratio.growth.first.1000000', medians)).toBe('missed');
    expect(verdict('ratio.growth.first.10000', medians)).toBeUndefined();
  });

  test('on growth is that of the page that grows most', () => {
    const medians = {
      'growth.first.10000.p50Ms': 1,
      'growth.first.1000000.p50Ms': 1,
      'ratio.growth.first.1000000': 1,
      'ratio.growth.byState.1000000': 1.7,
      'ratio.growth.end.1000000': 1.2,
    };
    expect(verdict('ratio.growth.byState.1000000', medians)).toBe('missed');
    expect(verdict('ratio.growth.first.1000000', medians)).toBeUndefined();
  });

  test('on batches takes the rate where that is reached, and the ratio to single creates otherwise', () => {
    const fast = { 'bulk.1.rate': 9_000, 'bulk.2.rate': 10_000, 'ratio.bulk.2': 2 };
    expect(verdict('bulk.2.rate', fast)).toBe('met');
    const slow = { 'bulk.1.rate': 6_000, 'bulk.2.rate': 5_000, 'ratio.bulk.1': 3, 'ratio.bulk.2': 2.5 };
    expect(verdict('ratio.bulk.1', slow)).toBe('met');
    expect(verdict('ratio.bulk.1', { ...slow, 'ratio.bulk.1': 2.9 })).toBe('missed');
  });
});
