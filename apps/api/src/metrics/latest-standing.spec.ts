import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Figures } from './figures.js';
import { LatestStanding } from './latest-standing.js';

const MINUTE_MS = 60_000;

const figuresOf = (value: number): Figures =>
  [
    { name: 'held', help: 'What is held.', type: 'gauge', values: [{ value, labels: {} }] },
  ] as unknown as Figures;

describe('the latest standing', () => {
  let latest: LatestStanding;
  let looks: PromiseWithResolvers<Figures | undefined>[];

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    latest = new LatestStanding();
    looks = [];
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const read = async (): Promise<number | undefined> => {
    const figures = await latest.read(async () => {
      const look = Promise.withResolvers<Figures | undefined>();
      looks.push(look);
      return look.promise;
    });
    return figures[0]?.values[0]?.value;
  };

  /** Has a look come to its end, and what waits for it go on. */
  async function end(look: number, found: Figures | undefined | Error): Promise<void> {
    if (found instanceof Error) looks[look]?.reject(found);
    else looks[look]?.resolve(found);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async function hasFound(value: number): Promise<void> {
    const first = read();
    await end(looks.length - 1, figuresOf(value));
    expect(await first).toBe(value);
  }

  test('is looked for once a minute, however many ask, of whom the first ones wait', async () => {
    const all = [read(), read(), read()];
    await end(0, figuresOf(1));
    expect(await Promise.all(all)).toEqual([1, 1, 1]);
    jest.advanceTimersByTime(MINUTE_MS);
    expect([await read(), looks.length]).toEqual([1, 1]);
    jest.advanceTimersByTime(1);
    expect([await read(), await read(), looks.length]).toEqual([1, 1, 2]);
    await end(1, figuresOf(2));
    expect(await read()).toBe(2);
  });

  test('is told while it cannot be looked for, until it is five minutes old', async () => {
    await hasFound(1);
    jest.advanceTimersByTime(5 * MINUTE_MS);
    expect(await read()).toBe(1);
    await end(1, undefined);
    expect([await read(), looks.length]).toEqual([1, 3]);
    await end(2, undefined);
    jest.advanceTimersByTime(1);
    const old = read();
    await end(3, undefined);
    expect(await old).toBeUndefined();
  });

  test('is not told after a look that failed, which is not repeated within the minute', async () => {
    await hasFound(1);
    jest.advanceTimersByTime(MINUTE_MS + 1);
    await read();
    await end(1, new Error('It took too long.'));
    expect([await read(), looks.length]).toEqual([undefined, 2]);
    jest.advanceTimersByTime(MINUTE_MS + 1);
    await hasFound(2);
  });

  test('is never replaced by an older one', async () => {
    await hasFound(1);
    for (let times = 0; times < 2; times += 1) {
      jest.advanceTimersByTime(MINUTE_MS + 1);
      await read();
    }
    await end(2, figuresOf(3));
    await end(1, figuresOf(2));
    expect(await read()).toBe(3);
  });

  test('is forgotten when it may be of another store, also what is being looked for', async () => {
    await hasFound(1);
    jest.advanceTimersByTime(MINUTE_MS + 1);
    await read();
    jest.advanceTimersByTime(1);
    latest.forget();
    const again = read();
    await end(1, figuresOf(2));
    await end(2, figuresOf(3));
    expect(await again).toBe(3);
  });
});
