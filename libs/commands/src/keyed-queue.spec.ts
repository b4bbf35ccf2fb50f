import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.js';

/** A task that waits until it is let go. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('a keyed queue', () => {
  test('runs the tasks of one key one after the other, in the order they came', async () => {
    const queue = new KeyedQueue();
    const log: string[] = [];
    const task = (name: string, turns: number) => async (): Promise<string> => {
      log.push(`${name} begins`);
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      log.push(`${name} ends`);
      return name;
    };
    const answers = await Promise.all([
      queue.run('key', task('first', 5)),
      queue.run('key', task('second', 0)),
      queue.run('key', task('third', 2)),
    ]);
    expect(answers).toEqual(['first', 'second', 'third']);
    expect(log).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third begins',
      'third ends',
    ]);
  });

  test('lets no key wait for another', async () => {
    const queue = new KeyedQueue();
    const { opened, open } = gate();
    const blocked = queue.run('one', async () => opened);
    expect(await queue.run('other', async () => Promise.resolve('done'))).toBe('done');
    open();
    await blocked;
  });

  test('begins a task whose key nobody uses without waiting for anything but its turn', async () => {
    const queue = new KeyedQueue();
    let begun = false;
    const running = queue.run('key', async () => {
      begun = true;
      return Promise.resolve();
    });
    await Promise.resolve();
    expect(begun).toBe(true);
    await running;
  });

  test.each([
    ['rejects', async () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ] as [string, () => Promise<never>][])(
    'goes on after a task that %s, whose caller alone is told',
    async (_, fails) => {
      const queue = new KeyedQueue();
      const outcomes = await Promise.allSettled([
        queue.run('key', fails),
        queue.run('key', async () => Promise.resolve('second')),
        queue.run('key', fails),
        queue.run('key', async () => Promise.resolve('fourth')),
      ]);
      expect(outcomes).toEqual([
        { status: 'rejected', reason: new Error('broken') },
        { status: 'fulfilled', value: 'second' },
        { status: 'rejected', reason: new Error('broken') },
        { status: 'fulfilled', value: 'fourth' },
      ]);
      expect(await queue.run('key', async () => Promise.resolve('later'))).toBe('later');
    },
  );

  test('never runs two tasks of one key at once, though some come while others run or have just ended', async () => {
    const queue = new KeyedQueue();
    let running = 0;
    let ran = 0;
    const task = async (): Promise<void> => {
      running += 1;
      expect(running).toBe(1);
      await nextTurn();
      running -= 1;
      ran += 1;
    };
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        for (let turn = 0; turn < index % 7; turn += 1) await nextTurn();
        await queue.run('key', task);
        await queue.run('key', task);
      }),
    );
    expect(ran).toBe(100);
  });

  test('keeps nothing of a key once its last task has ended', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const queue = new KeyedQueue();
    const answers = await Promise.all(
      ['one', 'other'].map(async (key) => {
        const answer = await queue.run(key, async () => Promise.resolve({ key }));
        return new WeakRef(answer);
      }),
    );
    await nextTurn();
    collectGarbage();
    expect(answers.map((answer) => answer.deref())).toEqual([undefined, undefined]);
  });
});
