import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Duplicate,
  institutionScope,
  newId,
  PLATFORM_ID,
  PLATFORM_SCOPE,
  type PageRequest,
  type Scope,
} from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { Checkpoint } from '../domain/checkpoint.js';
import type { CheckpointRepository } from '../domain/checkpoint-repository.js';
import { aChain, aCheckpoint, CheckpointEntity, checkpointBinding } from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the checkpoint repository on %s', (backend) => {
  let store: TestStore;
  let checkpoints: CheckpointRepository;
  let institutionId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [CheckpointEntity]);
    checkpoints = store.bind(checkpointBinding);
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    institutionId = newId('inst');
    scope = institutionScope(institutionId);
  });

  async function append(...appended: readonly Checkpoint[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const checkpoint of appended) checkpoints.append(changes, checkpoint);
    });
  }

  /** A chain that is stored, in whatever order. */
  async function appendChain(length: number): Promise<Checkpoint[]> {
    const chain = aChain(length, institutionId);
    await append(...chain.toReversed());
    return chain;
  }

  async function walk(limit: number, order: 'asc' | 'desc'): Promise<Checkpoint[][]> {
    const pages: Checkpoint[][] = [];
    let request: PageRequest = { limit, order };
    for (;;) {
      const { items, next } = await checkpoints.list(scope, request);
      pages.push([...items]);
      if (next === undefined) return pages;
      request = { limit, order, after: next };
    }
  }

  test('gives back what was stored, whole', async () => {
    const chain = await appendChain(2);
    expect(await checkpoints.list(scope, PAGE)).toEqual({ items: chain });
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const checkpoint = aCheckpoint({ institutionId });
    const until = new Date(checkpoint.range.until);
    const appending = append(checkpoint);
    checkpoint.range.until.setTime(0);
    await appending;
    const read = async (): Promise<Checkpoint | undefined> => (await checkpoints.list(scope, PAGE)).items[0];
    const found = await read();
    expect(found?.range.until).toEqual(until);
    found?.range.until.setTime(0);
    found?.createdAt.setTime(0);
    Object.assign(found ?? {}, { hash: '' });
    expect(await read()).toEqual({ ...checkpoint, range: { after: null, until } });
  });

  test('offers no way to change or remove a checkpoint', () => {
    expect(Object.getOwnPropertyNames(Object.getPrototypeOf(checkpoints)).sort()).toEqual([
      'append',
      'constructor',
      'list',
      'listInstitutions',
    ]);
  });

  test('gives each number of an institution once', async () => {
    const [first, second] = await appendChain(2);
    const again = aCheckpoint({ previous: first, institutionId });
    await expect(append(again)).rejects.toThrow(new Duplicate('checkpoints_number_key'));
    expect((await checkpoints.list(scope, PAGE)).items).toEqual([first, second]);
  });

  test('takes an id of an institution once', async () => {
    const first = aCheckpoint({ institutionId });
    await append(first);
    const again = { ...aCheckpoint({ previous: first, institutionId }), id: first.id };
    await expect(append(again)).rejects.toThrow(new Duplicate('checkpoints_pk'));
    expect((await checkpoints.list(scope, PAGE)).items).toEqual([first]);
  });

  test('gives the same numbers to every institution, and to the platform', async () => {
    const [mine, foreign] = [aChain(2, institutionId), aChain(2)];
    await append(...mine, ...foreign);
    expect((await checkpoints.list(scope, PAGE)).items).toEqual(mine);
    const theirs = institutionScope(foreign[0]?.institutionId ?? '');
    expect((await checkpoints.list(theirs, PAGE)).items).toEqual(foreign);
  });

  test('stores all of a commit or nothing', async () => {
    const [first] = await appendChain(1);
    const second = aCheckpoint({ previous: first, institutionId });
    await expect(append(second, aCheckpoint({ institutionId }))).rejects.toThrow(Duplicate);
    expect((await checkpoints.list(scope, PAGE)).items).toEqual([first]);
  });

  test('gives a number to one of many that race for it, and the next ones after it', async () => {
    let previous: Checkpoint | undefined;
    for (let number = 1; number <= 5; number += 1) {
      const racers = Array.from({ length: 20 }, () => aCheckpoint({ previous, institutionId }));
      const races = await Promise.allSettled(racers.map(async (racer) => append(racer)));
      const winners = racers.filter((_, index) => races[index]?.status === 'fulfilled');
      const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof Duplicate);
      expect([winners.length, losers.length]).toEqual([1, 19]);
      [previous] = winners;
      const latest = await checkpoints.list(scope, { limit: 1, order: 'desc' });
      expect(latest.items).toEqual(winners);
    }
    const stored = (await checkpoints.list(scope, PAGE)).items;
    expect(stored.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  describe('listing', () => {
    test('goes by number, whatever the order of storing and the ids', async () => {
      const chain = aChain(3, institutionId).map((one, index) => ({ ...one, id: `ckpt_${9 - index}` }));
      await append(...[2, 0, 1].flatMap((index) => chain[index] ?? []));
      expect((await walk(50, 'asc')).flat()).toEqual(chain);
      expect((await walk(50, 'desc')).flat()).toEqual(chain.toReversed());
    });

    test.each([1, 2, 3, 6, 7, 8])('gives each row once in pages of %i', async (limit) => {
      const chain = await appendChain(7);
      for (const order of ['asc', 'desc'] as const) {
        const pages = await walk(limit, order);
        expect(pages).toHaveLength(Math.ceil(7 / limit));
        expect(pages.flat()).toEqual(order === 'asc' ? chain : chain.toReversed());
      }
    });

    test('counts numbers as numbers', async () => {
      const chain = await appendChain(11);
      const behindTwo = await checkpoints.list(scope, { ...PAGE, after: [2] });
      expect(behindTwo.items).toEqual(chain.slice(2));
      expect((await checkpoints.list(scope, { ...PAGE, after: [0] })).items).toEqual(chain);
      expect(await checkpoints.list(scope, { ...PAGE, after: [11] })).toEqual({ items: [] });
      expect(await checkpoints.list(scope, { ...PAGE, after: [999_999_999] })).toEqual({ items: [] });
    });

    test('counts the rows that there are, if asked to', async () => {
      await appendChain(3);
      const counted = { limit: 1, order: 'asc', withTotal: true } as const;
      expect((await checkpoints.list(scope, counted)).total).toBe(3);
      expect((await checkpoints.list(institutionScope(newId('inst')), counted)).total).toBe(0);
    });

    test('is empty where there is nothing', async () => {
      expect(await walk(50, 'asc')).toEqual([[]]);
    });
  });

  describe('naming institutions', () => {
    test('names each that has a checkpoint once, sorted, the platform among them', async () => {
      const mine = [newId('inst'), newId('inst')];
      for (const id of mine) await append(...aChain(2, id));
      const known = await checkpoints.listInstitutions(PLATFORM_SCOPE);
      if (!known.includes(PLATFORM_ID)) await append(aCheckpoint({ institutionId: PLATFORM_ID }));
      const found = await checkpoints.listInstitutions(PLATFORM_SCOPE);
      expect(found).toEqual([...new Set([PLATFORM_ID, ...known, ...mine])].sort());
    });

    test('names a tenant nobody but itself, and that only when it has a checkpoint', async () => {
      await append(...aChain(1));
      expect(await checkpoints.listInstitutions(scope)).toEqual([]);
      await appendChain(2);
      expect(await checkpoints.listInstitutions(scope)).toEqual([institutionId]);
    });
  });
});
