import { describe, expect, test } from '@jest/globals';
import { clockOffsetMs } from './clock-offset.js';

/** The store was asked at 1,000 and answered at 1,040; a moment later, at 1,500, the clock is looked at. */
const reading = { time: new Date(100_000), askedAtMs: 1_000, answeredAtMs: 1_040 };
const offsetAt = (clockMs: number): number => clockOffsetMs(new Date(clockMs), 1_500, reading);

describe('how far a clock is from the store’s', () => {
  test.each([
    ['nothing, when it says what the store’s says by now', 100_480, 0],
    ['nothing, at the latest moment at which the store can have read its own', 100_460, 0],
    ['nothing, at the earliest', 100_500, 0],
    ['ahead by what is beyond doubt', 107_500, 7_000],
    ['behind by what is beyond doubt', 90_460, -10_000],
  ])('is %s', (_, clockMs, offsetMs) => {
    expect(offsetAt(clockMs)).toBe(offsetMs);
  });
});
