import { describe, expect, jest, test } from '@jest/globals';
import { FactCache } from './fact-cache.js';

interface Fact {
  readonly said: number;
}

/** A fact that has changed whenever it is loaded again. */
function teller(): () => Promise<Fact> {
  let said = 0;
  return async () => Promise.resolve({ said: (said += 1) });
}

describe('a cache of facts', () => {
  test('loads a fact once, and gives the same again', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 60_000 });
    const load = teller();
    const first = await cache.find('a', load);
    expect(first).toEqual({ said: 1 });
    expect(await cache.find('a', load)).toBe(first);
    expect(cache.known('a')).toBe(first);
    expect(cache.known('b')).toBeUndefined();
  });

  test('loads a fact anew once it is forgotten, or when told to', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 60_000 });
    const load = teller();
    await cache.find('a', load);
    cache.forget('a');
    expect(cache.known('a')).toBeUndefined();
    expect(await cache.find('a', load)).toEqual({ said: 2 });
    expect(await cache.load('a', load)).toEqual({ said: 3 });
    expect(cache.known('a')).toEqual({ said: 3 });
  });

  test('keeps nothing of what does not exist', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 60_000 });
    expect(await cache.find('a', async () => Promise.resolve(undefined))).toBeUndefined();
    expect(await cache.find('a', teller())).toEqual({ said: 1 });
  });

  test('does not keep what was being loaded when it was forgotten', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 60_000 });
    const { promise, resolve } = Promise.withResolvers<Fact>();
    const loading = cache.find('a', async () => promise);
    cache.forget('a');
    resolve({ said: 0 });
    expect(await loading).toEqual({ said: 0 });
    expect(cache.known('a')).toBeUndefined();
  });

  test('keeps what the newest load found, not the one that ends last', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 60_000 });
    const older = Promise.withResolvers<Fact>();
    const loading = cache.load('a', async () => older.promise);
    await cache.load('a', async () => Promise.resolve({ said: 2 }));
    older.resolve({ said: 1 });
    await loading;
    expect(cache.known('a')).toEqual({ said: 2 });
  });

  test('goes on after a load that failed', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 60_000 });
    await expect(cache.find('a', async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await cache.find('a', teller())).toEqual({ said: 1 });
  });

  test('keeps no more facts than it may, and drops the one that was not asked for the longest', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 2, maxAgeMs: 60_000 });
    for (const key of ['a', 'b']) await cache.find(key, teller());
    cache.known('a');
    await cache.find('c', teller());
    expect(['a', 'b', 'c'].filter((key) => cache.known(key) !== undefined)).toEqual(['a', 'c']);
  });

  test('takes a fact for as old as the question it answers', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      jest.advanceTimersByTime(1_000);
      const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 5_000 });
      const { promise, resolve } = Promise.withResolvers<Fact>();
      const loading = cache.find('a', async () => promise);
      jest.advanceTimersByTime(3_000);
      resolve({ said: 1 });
      await loading;
      jest.advanceTimersByTime(1_900);
      expect(cache.known('a')).toEqual({ said: 1 });
      jest.advanceTimersByTime(200);
      expect(cache.known('a')).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });

  test('keeps nothing when facts may have no age', async () => {
    const cache = new FactCache<Fact>({ maxFacts: 10, maxAgeMs: 0 });
    const load = teller();
    await cache.find('a', load);
    expect(await cache.find('a', load)).toEqual({ said: 2 });
  });
});
