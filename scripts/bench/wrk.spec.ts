import { describe, expect, test } from '@jest/globals';
import { readWrk } from './wrk.js';
import { wrkScript } from './wrk-script.js';

describe('a load', () => {
  const counts = { requests: 5_000, durationUs: 2_000_000, refused: 0, broken: 0, ranOut: 0 };
  const times = { p50Us: 1_500, p99Us: 20_000, maxUs: 45_000 };
  const printed = (changes: object): string =>
    `Running 2s test\nRESULT ${JSON.stringify({ ...counts, ...times, ...changes })}\n`;

  test('has a rate and latencies', () => {
    const figures = { requests: 5_000, rate: 2_500, p50Ms: 1.5, p99Ms: 20, maxMs: 45 };
    expect(readWrk(printed({}), 'create')).toEqual(figures);
  });

  test.each([
    [{ refused: 1 }, 'of 5000 requests 1 were refused and 0 got no answer'],
    [{ broken: 2 }, 'of 5000 requests 0 were refused and 2 got no answer'],
    [{ requests: 0 }, 'of 0 requests'],
    [{ ranOut: 1, refused: 3 }, 'ran out of positions'],
  ])('with %j is worth nothing', (changes, reason) => {
    expect(() => readWrk(printed(changes), 'create')).toThrow(reason);
  });

  test('that printed no result is refused', () => {
    expect(() => readWrk('unable to connect', 'create')).toThrow('unable to connect');
  });

  test('is made of texts that Lua reads as they are', () => {
    const files = { toMoveFile: '/tmp/a "b"', toReadFile: '/tmp/c' };
    const script = { kind: 'mixed', apiKey: 'key', assetIds: ['ast_1'], listPath: '/', mark: '1-' } as const;
    expect(wrkScript({ ...script, ...files })).toContain(String.raw`ids_in("/tmp/a \"b\"")`);
    expect(() => wrkScript({ ...script, ...files, apiKey: 'a\nb' })).toThrow('Not a plain text');
  });
});
