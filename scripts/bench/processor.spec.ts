import { describe, expect, test } from '@jest/globals';
import { parseMachineTime, parseProcessTime, residentMiB, withProcessorShares } from './processor.js';

describe('processor time', () => {
  test('of a process is read past a name with blanks and brackets', () => {
    const text = '42 (a (b) c) S 7 42 42 0 -1 4194560 10 20 30 40 500 60 70 8 20 0 1 0 12345 1 1';
    expect(parseProcessTime(text)).toEqual({ parentPid: 7, own: 560, ofEndedChildren: 78 });
  });

  test('of the machine counts waiting for a disk as idle, and guests only once', () => {
    const text = 'cpu  10 20 30 400 50 6 7 8 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
    expect(parseMachineTime(text)).toEqual({ total: 531, idle: 450 });
  });

  test('is shared out so that the shares make a whole', async () => {
    const { result, shares } = await withProcessorShares({ postmasterPid: process.ppid }, async () => {
      const endMs = performance.now() + 300;
      while (performance.now() < endMs);
      return 'done';
    });
    expect(result).toBe('done');
    expect(shares['load']).toBeGreaterThan(0);
    expect(shares['service']).toBe(0);
    expect(Object.values(shares).every((share) => share >= 0)).toBe(true);
  });

  test('comes with the memory that a process has', () => {
    const share = residentMiB(process.pid) / (process.memoryUsage.rss() / 1024 ** 2);
    // Pages that other processes have too count for a part of each.
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(1.1);
  });
});
