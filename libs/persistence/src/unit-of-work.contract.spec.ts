import { Duplicate, MissingReference, StaleVersion, type Changes, type UnitOfWork } from '#kernel';
import { BACKENDS } from '#testing';
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
import { openStore, type TestStore } from './testing.js';

describe.each(BACKENDS)('a unit of work on %s', (backend) => {
  let store: TestStore;
  let unitOfWork: UnitOfWork;
  let rows: Rows;

  beforeAll(async () => {
    store = await openStore(backend, TEST_ENTITIES, TEST_TABLES);
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
});
