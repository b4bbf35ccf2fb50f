import {
  Duplicate,
  ExpiredDecision,
  MissingReference,
  StaleVersion,
  type Changes,
  type UnitOfWork,
} from '#kernel';
import { BACKENDS, type Backend } from '#testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stageInsert, stageRequire, stageUpdate } from './staged-changes.js';
import {
  aBox,
  aSlipIn,
  BoxEntity,
  type Rows,
  ROWS_BINDING,
  SlipEntity,
  TEST_ENTITIES,
  TEST_TABLES,
} from './test-tables.js';
import type { CommitGrouping } from './store-options.js';
import { openStore, type TestStore } from './testing.js';

const STORES: [Backend, CommitGrouping][] = [
  ...BACKENDS.map((backend): [Backend, CommitGrouping] => [backend, 'none']),
  ['postgres', 'institution'],
];

describe.each(STORES)('a unit of work on %s, grouped by %s', (backend, grouping) => {
  let store: TestStore;
  let unitOfWork: UnitOfWork;
  let rows: Rows;

  beforeAll(async () => {
    store = await openStore(backend, TEST_ENTITIES, TEST_TABLES, grouping);
    unitOfWork = store.unitOfWork;
    rows = store.bind(ROWS_BINDING);
  });

  afterAll(async () => store.close());

  const insert = async (box: BoxEntity): Promise<BoxEntity> => {
    await unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, box));
    return box;
  };
  const bump = (box: BoxEntity, label = `${box.label}'`): BoxEntity => ({
    ...box,
    label,
    version: box.version + 1,
  });

  test('stores everything that was staged', async () => {
    const box = await insert(aBox({ content: { note: 'before' } }));
    const slip = aSlipIn(box);
    await unitOfWork.commit((changes) => {
      stageUpdate(changes, BoxEntity, { ...bump(box), content: { note: 'after' } });
      stageInsert(changes, SlipEntity, slip);
    });
    expect(await rows.find(BoxEntity, box.id)).toEqual({ ...bump(box), content: { note: 'after' } });
    expect(await rows.find(SlipEntity, slip.id)).toEqual(slip);
  });

  test('keeps its own copy of what was staged and hands out copies', async () => {
    const box = aBox({ content: { note: 'as staged' } });
    await insert(box);
    if (box.content) box.content.note = 'changed by the caller';
    const found = await rows.find(BoxEntity, box.id);
    expect(found?.content).toEqual({ note: 'as staged' });
    if (found?.content) found.content.note = 'changed by the reader';
    expect((await rows.find(BoxEntity, box.id))?.content).toEqual({ note: 'as staged' });
  });

  test('refuses an update of a version that has passed, and stores nothing of the commit', async () => {
    const box = await insert(aBox());
    await unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(box)));
    const slip = aSlipIn(box);
    const late = unitOfWork.commit((changes) => {
      stageInsert(changes, SlipEntity, slip);
      stageUpdate(changes, BoxEntity, bump(box, 'too late'));
    });
    await expect(late).rejects.toBeInstanceOf(StaleVersion);
    await expect(late).rejects.toMatchObject({ table: 'boxes', id: box.id });
    expect(await rows.find(SlipEntity, slip.id)).toBeUndefined();
    expect((await rows.find(BoxEntity, box.id))?.label).toBe(bump(box).label);
  });

  test('refuses an update of a row that does not exist', async () => {
    const never = unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(aBox())));
    await expect(never).rejects.toBeInstanceOf(StaleVersion);
  });

  test('refuses an update under another tenant', async () => {
    const box = await insert(aBox());
    const foreign = unitOfWork.commit((changes) =>
      stageUpdate(changes, BoxEntity, { ...bump(box), institutionId: 'inst_b' }),
    );
    await expect(foreign).rejects.toBeInstanceOf(StaleVersion);
    expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  });

  test('commits while a required version holds and refuses once it has passed', async () => {
    const box = await insert(aBox());
    const put = async (): Promise<void> =>
      unitOfWork.commit((changes) => {
        stageRequire(changes, BoxEntity, { id: box.id, institutionId: box.institutionId }, 1);
        stageInsert(changes, SlipEntity, aSlipIn(box));
      });
    await put();
    await unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(box)));
    await expect(put()).rejects.toBeInstanceOf(StaleVersion);
  });

  test('lets the one of two commits handed in together that requires the right version of a row succeed', async () => {
    const first = await insert(aBox());
    const second = bump(first);
    await unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, second));
    const slips = [aSlipIn(first), aSlipIn(first), aSlipIn(first)];
    const requiring = async (version: number, slip?: SlipEntity): Promise<void> =>
      unitOfWork.commit((changes) => {
        stageRequire(changes, BoxEntity, { id: first.id, institutionId: first.institutionId }, version);
        if (slip) stageInsert(changes, SlipEntity, slip);
      });
    const outcomes = await Promise.allSettled(
      [2, 1, 3].map(async (version, at) => requiring(version, slips[at])),
    );
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: expect.any(StaleVersion) },
      { status: 'rejected', reason: expect.any(StaleVersion) },
    ]);
    const found = await Promise.all(slips.map(async ({ id }) => rows.find(SlipEntity, id)));
    expect(found).toEqual([slips[0], undefined, undefined]);
  });

  const storedOf = async (slips: readonly SlipEntity[]): Promise<number> =>
    (await Promise.all(slips.map(async ({ id }) => rows.find(SlipEntity, id)))).filter(Boolean).length;

  test('stores all of a bulk commit or, when one key in its midst is taken, nothing', async () => {
    const box = await insert(aBox());
    const slips = Array.from({ length: 4_000 }, () => aSlipIn(box));
    const insertAll = async (all: readonly SlipEntity[]): Promise<void> =>
      unitOfWork.commit((changes) => {
        for (const slip of all) stageInsert(changes, SlipEntity, slip);
      });
    const taken = aSlipIn(box);
    await insertAll([taken]);
    for (const again of [taken, slips[7] ?? taken]) {
      const failing = insertAll(slips.with(2_000, again));
      await expect(failing).rejects.toBeInstanceOf(Duplicate);
      await expect(failing).rejects.toMatchObject({ constraint: 'slips_pk' });
      expect(await storedOf(slips)).toBe(0);
    }
    await insertAll(slips);
    expect(await storedOf(slips)).toBe(4_000);
  });

  test('lets a bulk commit and a change of the row that it requires meet, and stores it whole or refuses it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const box = await insert(aBox());
      const slips = Array.from({ length: 100 }, () => aSlipIn(box));
      const putAll = async (): Promise<void> =>
        unitOfWork.commit((changes) => {
          stageRequire(changes, BoxEntity, { id: box.id, institutionId: box.institutionId }, 1);
          for (const slip of slips) stageInsert(changes, SlipEntity, slip);
        });
      const change = async (): Promise<void> =>
        unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(box)));
      const handedIn = round % 2 === 0 ? [putAll(), change()] : [change(), putAll()].reverse();
      const [put, changed] = await Promise.allSettled(handedIn);
      expect(changed).toMatchObject({ status: 'fulfilled' });
      if (put?.status === 'rejected') expect(put.reason).toBeInstanceOf(StaleVersion);
      expect(await storedOf(slips)).toBe(put?.status === 'fulfilled' ? 100 : 0);
      // Once the change is known to be made, the version that it passed permits nothing any more.
      slips.splice(0, 100, ...slips.map(() => aSlipIn(box)));
      await expect(putAll()).rejects.toBeInstanceOf(StaleVersion);
      expect(await storedOf(slips)).toBe(0);
    }
  });

  test('refuses a primary key that is taken, naming it, and keeps the first row', async () => {
    const box = await insert(aBox());
    const again = insert({ ...box, label: 'another label' });
    await expect(again).rejects.toBeInstanceOf(Duplicate);
    await expect(again).rejects.toMatchObject({ constraint: 'boxes_pk' });
    expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  });

  test('refuses a unique key that is taken in the institution, but not in another', async () => {
    const box = await insert(aBox());
    const again = insert(aBox({ label: box.label }));
    await expect(again).rejects.toBeInstanceOf(Duplicate);
    await expect(again).rejects.toMatchObject({ constraint: 'boxes_label_key' });
    await insert(aBox({ label: box.label, institutionId: 'inst_b' }));
  });

  test('refuses a reference that leads nowhere, or into another institution', async () => {
    const box = await insert(aBox());
    for (const target of [aBox(), { ...box, institutionId: 'inst_b' }]) {
      const slip = aSlipIn(target);
      const lost = unitOfWork.commit((changes) => stageInsert(changes, SlipEntity, slip));
      await expect(lost).rejects.toBeInstanceOf(MissingReference);
      await expect(lost).rejects.toMatchObject({ constraint: 'slips_box_fk' });
      expect(await rows.find(SlipEntity, slip.id)).toBeUndefined();
    }
  });

  test('lets a row refer to one of the same commit, whatever the order of staging', async () => {
    const box = aBox();
    const slip = aSlipIn(box);
    await unitOfWork.commit((changes) => {
      stageInsert(changes, SlipEntity, slip);
      stageInsert(changes, BoxEntity, box);
    });
    expect(await rows.find(SlipEntity, slip.id)).toEqual(slip);
  });

  test('stores nothing when staging fails, and takes no write after it', async () => {
    const box = aBox();
    let escaped: Changes | undefined;
    const failing = unitOfWork.commit((changes) => {
      escaped = changes;
      stageInsert(changes, BoxEntity, box);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await rows.find(BoxEntity, box.id)).toBeUndefined();

    await unitOfWork.commit((changes) => {
      escaped = changes;
      stageInsert(changes, BoxEntity, box);
    });
    expect(() => escaped && stageInsert(escaped, BoxEntity, aBox())).toThrow('after its commit');
  });

  test('lets no failing commit hurt those that are merged with it, and tells each caller its own outcome', async () => {
    const taken = await insert(aBox());
    const moved = await insert(aBox());
    await unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(moved)));
    const sound = Array.from({ length: 60 }, () => aBox());
    const outcomes = await Promise.allSettled([
      ...sound.slice(0, 20).map(insert),
      insert({ ...taken, label: 'a second one' }),
      ...sound.slice(20, 40).map(insert),
      unitOfWork.commit((changes) => stageInsert(changes, SlipEntity, aSlipIn(aBox()))),
      unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(moved, 'late'))),
      ...sound.slice(40).map(insert),
    ]);
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as Error] : [],
    );
    expect(reasons.map(({ name }) => name)).toEqual(['Duplicate', 'MissingReference', 'StaleVersion']);
    expect(reasons[0]).toMatchObject({ constraint: 'boxes_pk' });
    expect(reasons[2]).toMatchObject({ id: moved.id });
    for (const box of sound) expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  });

  test('gives a hundred racing updates of one version exactly one winner', async () => {
    const box = await insert(aBox());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, async (_, racer) =>
        unitOfWork.commit((changes) => stageUpdate(changes, BoxEntity, bump(box, `racer ${racer}`))),
      ),
    );
    const winners = outcomes.flatMap((outcome, racer) => (outcome.status === 'fulfilled' ? [racer] : []));
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StaleVersion);
    }
    expect(await rows.find(BoxEntity, box.id)).toMatchObject({ version: 2, label: `racer ${winners[0]}` });
  });

  test('lets a hundred racers that read again each win one version, and loses none', async () => {
    const box = await insert(aBox({ content: { note: '' } }));
    const race = async (racer: number): Promise<void> => {
      for (;;) {
        const current = await rows.find(BoxEntity, box.id);
        if (current === undefined) throw new Error('The box is gone.');
        const note = `${current.content?.note ?? ''}${racer},`;
        const won = await unitOfWork
          .commit((changes) =>
            stageUpdate(changes, BoxEntity, { ...current, content: { note }, version: current.version + 1 }),
          )
          .then(
            () => true,
            (error: unknown) => {
              if (error instanceof StaleVersion) return false;
              throw error;
            },
          );
        if (won) return;
      }
    };
    await Promise.all(Array.from({ length: 100 }, async (_, racer) => race(racer)));
    const final = await rows.find(BoxEntity, box.id);
    expect(final?.version).toBe(101);
    expect(new Set(final?.content?.note?.split(',').filter(Boolean)).size).toBe(100);
  });

  test('gives one of several commits of the same new row to the first, and refuses the others', async () => {
    const box = aBox();
    const outcomes = await Promise.allSettled([box, box, box].map(insert));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  test.each([
    ['31 seconds', 31_000, false],
    ['an hour', 3_600_000, false],
    ['29 seconds', 29_000, true],
    ['no time', 0, true],
  ])(
    'stores a decision of %s ago: only one of the last 30 seconds, all of it',
    async (_age, ageMs, isStored) => {
      const changed = await insert(aBox());
      const made = aBox();
      const outcome = await unitOfWork
        .commit((changes) => {
          stageUpdate(changes, BoxEntity, bump(changed));
          stageInsert(changes, BoxEntity, made);
        }, Date.now() - ageMs)
        .catch((error: unknown) => error);
      if (isStored) expect(outcome).toBeUndefined();
      else expect(outcome).toBeInstanceOf(ExpiredDecision);
      expect(await rows.find(BoxEntity, made.id)).toEqual(isStored ? made : undefined);
      expect(await rows.find(BoxEntity, changed.id)).toEqual(isStored ? bump(changed) : changed);
    },
  );

  test('lets an expired decision hurt none of those that are handed in with it', async () => {
    const [old, ...fresh] = Array.from({ length: 20 }, () => aBox()) as [BoxEntity, ...BoxEntity[]];
    const expired = unitOfWork
      .commit((changes) => stageInsert(changes, BoxEntity, old), Date.now() - 31_000)
      .catch((error: unknown) => error);
    await Promise.all(fresh.map(insert));
    expect(await expired).toBeInstanceOf(ExpiredDecision);
    expect(await rows.find(BoxEntity, old.id)).toBeUndefined();
    for (const box of fresh) expect(await rows.find(BoxEntity, box.id)).toEqual(box);
  });
});
