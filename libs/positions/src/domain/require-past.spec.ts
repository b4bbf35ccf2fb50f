import { describe, expect, test } from '@jest/globals';
import { requirePast } from './require-past.js';

describe('a moment that is asked for', () => {
  const now = new Date('2026-03-01T12:00:00.000Z');

  test.each([-1_000, -1, 0])('may be %i ms from now', (ms) => {
    expect(() => requirePast(new Date(now.getTime() + ms), now)).not.toThrow();
  });

  test('may not be 1 ms from now', () => {
    expect(() => requirePast(new Date(now.getTime() + 1), now)).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'position.future_moment', kind: 'malformed' }),
        errors: [expect.objectContaining({ pointer: '/asOf', code: 'position.future_moment' })],
      }),
    );
  });
});
