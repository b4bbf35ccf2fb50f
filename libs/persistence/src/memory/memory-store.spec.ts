import { describe, expect, test } from '@jest/globals';
import { Schema } from '../schema.js';
import { stageInsert } from '../staged-changes.js';
import { aBox, aSlipIn, BoxEntity, SlipEntity, TEST_ENTITIES } from '../test-tables.js';
import { MemoryStore } from './memory-store.js';
import { MemoryUnitOfWork } from './memory-unit-of-work.js';

describe('a row that is removed from memory', () => {
  test('leaves its keys free, and is found by none of them', async () => {
    const store = new MemoryStore(new Schema(TEST_ENTITIES));
    const unitOfWork = new MemoryUnitOfWork(store);
    const box = aBox();
    const [slip, other] = [aSlipIn(box), aSlipIn(box)];
    await unitOfWork.commit((changes) => {
      stageInsert(changes, BoxEntity, box);
      stageInsert(changes, SlipEntity, slip);
      stageInsert(changes, SlipEntity, other);
    });
    store.remove(SlipEntity, slip);
    expect(store.findById(SlipEntity, slip.id)).toBeUndefined();
    expect(store.findFamily(BoxEntity, box.id, SlipEntity, 'place')?.children).toEqual([other]);
    store.remove(SlipEntity, other);
    store.remove(BoxEntity, box);
    store.remove(BoxEntity, box);
    const again = aBox({ institutionId: box.institutionId, label: box.label });
    await unitOfWork.commit((changes) => stageInsert(changes, BoxEntity, again));
    expect(store.findById(BoxEntity, again.id)).toEqual(again);
  });
});
