import { describe, expect, test } from '@jest/globals';
import { median, overRounds, percentile, under, type Figures } from './figures.js';

describe('figures', () => {
  test('have the middle value as their median, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([100, 20, 3])).toBe(20);
    expect(median([7])).toBe(7);
  });

  test('have a median between the two middle values of an even number', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  test('have no median and no percentile where nothing was measured', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  test('have the smallest value that covers a share of them as percentile', () => {
    const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(oneToHundred, 0.5)).toBe(50);
    expect(percentile(oneToHundred, 0.99)).toBe(99);
    expect(percentile(oneToHundred, 1)).toBe(100);
    expect(percentile(oneToHundred, 0)).toBe(1);
  });

  test('are summed up over the rounds that have them', () => {
    const rounds: Figures[] = [{ 'a.rate': 1, 'b.rate': 8 }, { 'a.rate': 3 }, { 'a.rate': 2 }];
    expect(overRounds(rounds, median)).toEqual({ 'a.rate': 2, 'b.rate': 8 });
    expect(overRounds(rounds, (values) => Math.max(...values))).toEqual({ 'a.rate': 3, 'b.rate': 8 });
  });

  test('are put under one more word', () => {
    expect(under('http', { rate: 1, 'cpu.idle': 0.5 })).toEqual({ 'http.rate': 1, 'http.cpu.idle': 0.5 });
  });
});
