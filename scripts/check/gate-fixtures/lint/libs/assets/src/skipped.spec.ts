// breaks: house/no-skipped-test (5)
import { describe, it, xit } from '@jest/globals';

describe.skip('assets', () => {
  it.only('runs alone', () => undefined);
  it.todo('is written one day');
  it.skip.each([1, 2])('runs for %s', () => undefined);
  xit('is crossed out', () => undefined);
});
