import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, PLATFORM_SCOPE, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { Happened } from '../domain/open-position.js';
import type { PositionRecord } from '../domain/position-record.js';
import type { PositionRecords } from '../domain/position-records.js';
import { verifyPosition } from '../domain/verify-position.js';
import {
  anOpening,
  aStory,
  foundTenant,
  ledgerEventBinding,
  POSITION_ENTITIES,
  positionBinding,
  positionEventBinding,
  positionRecordsBinding,
  storeSteps,
  type Tenant,
} from '../testing.js';

describe.each(BACKENDS)('the position records on %s', (backend) => {
  let store: TestStore;
  let records: PositionRecords;
  let tenant: Tenant;

  beforeAll(async () => {
    store = await openStore(backend, POSITION_ENTITIES);
    records = store.bind(positionRecordsBinding);
    tenant = await foundTenant(store);
  });

  afterAll(async () => store.close());

  function storyOf({ institutionId, assetId }: Tenant, parts = 1): Happened[] {
    const part = {
      toState: 'PARTIALLY_RELEASED',
      amount: '1.05',
      reason: 'Teil',
      metadata: { b: 1, a: null },
    };
    return aStory(
      anOpening({ institutionId, assetId, externalReference: 'R/~1' }),
      { toState: 'FUNDED' },
      ...Array.from({ length: parts }, () => part as { toState: 'PARTIALLY_RELEASED'; amount: string }),
    );
  }

  /** Stores stories in one commit, each with its position as its last step left it. */
  async function storeWhole(...stories: readonly Happened[][]): Promise<void> {
    const [positions, events, ledger] = [
      store.bind(positionBinding),
      store.bind(positionEventBinding),
      store.bind(ledgerEventBinding),
    ];
    await store.unitOfWork.commit((changes) => {
      for (const story of stories) {
        positions.insert(changes, lastOf(story).position);
        for (const { event, ledgerEvent } of story) {
          events.append(changes, event);
          ledger.append(changes, ledgerEvent);
        }
      }
    });
  }

  async function readAll(scope: Scope): Promise<PositionRecord[]> {
    const read: PositionRecord[] = [];
    for await (const record of records.all(scope)) read.push(record);
    return read;
  }

  test('gives out all that is stored of a position, steps in their order', async () => {
    const story = storyOf(tenant, 3);
    await storeSteps(store, ...story);
    const { position } = lastOf(story);
    const record = await records.find(tenant.scope, position.id);
    expect(record).toEqual({
      institutionId: tenant.institutionId,
      positionId: position.id,
      position: expect.objectContaining({ id: position.id, version: 5, ledgerHead: position.ledgerHead }),
      events: story.map(({ event: { id, seq, reason, metadata, at } }) =>
        expect.objectContaining({ id, seq, reason, metadata, at, createdAt: at }),
      ),
      ledgerEvents: story.map(({ ledgerEvent: { id, seq, payload, hash, at } }) =>
        expect.objectContaining({ id, seq, payload, hash, at, createdAt: at }),
      ),
    });
    expect(record && verifyPosition(record)).toEqual(expect.objectContaining({ verified: true, length: 5 }));
    expect(await records.find(PLATFORM_SCOPE, position.id)).toEqual(record);
  });

  test('finds nothing under an unknown, foreign or malformed id', async () => {
    const story = storyOf(tenant);
    await storeWhole(story);
    const { scope: foreign } = await foundTenant(store);
    expect(await records.find(foreign, lastOf(story).position.id)).toBeUndefined();
    for (const id of [newId('pos'), '', 'nul\0', '\ud800', `pos_${'x'.repeat(500)}`]) {
      expect(await records.find(PLATFORM_SCOPE, id)).toBeUndefined();
    }
  });

  test('keeps nothing of the objects that are handed out', async () => {
    const story = storyOf(tenant);
    await storeWhole(story);
    const find = async () => records.find(tenant.scope, lastOf(story).position.id);
    const before = await find();
    const given = await find();
    Object.assign(given?.position ?? {}, { state: 'LOST' });
    (given?.ledgerEvents as unknown[]).pop();
    Object.assign(given?.events[1] ?? {}, { seq: 9 });
    expect(await find()).toEqual(before);
  });

  test('goes through every position of a scope once, however many and however long', async () => {
    const [ours, theirs] = [await foundTenant(store), await foundTenant(store)];
    const many = Array.from({ length: 1_000 }, () => storyOf(ours, 0));
    const long = Array.from({ length: 40 }, () => storyOf(ours, 200));
    await storeWhole(...many.slice(0, 999));
    expect(await readAll(ours.scope)).toHaveLength(999);
    await storeWhole(...many.slice(999));
    expect(await readAll(ours.scope)).toHaveLength(1_000);
    await storeWhole(...long);
    await storeWhole(storyOf(theirs));

    const read = await readAll(ours.scope);
    expect(read.map(({ positionId }) => positionId).sort()).toEqual(
      [...many, ...long].map((story) => lastOf(story).position.id).sort(),
    );
    expect(read.map(verifyPosition).filter(({ verified }) => !verified)).toEqual([]);
    const steps = read.reduce(
      (sum, { events, ledgerEvents }) => sum + events.length + ledgerEvents.length,
      0,
    );
    expect(steps).toBe(2 * (1_000 * 2 + 40 * 202));
    expect(await records.count(ours.scope)).toBe(1_040);

    const everywhere = await readAll(PLATFORM_SCOPE);
    expect(await records.count(PLATFORM_SCOPE)).toBe(everywhere.length);
    expect(new Set(everywhere.map(({ positionId }) => positionId)).size).toBe(everywhere.length);
    expect(everywhere.filter(({ institutionId }) => institutionId === theirs.institutionId)).toHaveLength(1);
  });

  test('is empty where there is nothing', async () => {
    const { scope } = await foundTenant(store);
    expect(await readAll(scope)).toEqual([]);
    expect(await records.count(scope)).toBe(0);
  });

  test('gives out no half of a step that is committed meanwhile', async () => {
    const own = await foundTenant(store);
    const story = storyOf(own, 60);
    const { id } = lastOf(story).position;
    await storeSteps(store, ...story.slice(0, 1));
    let isDone = false;
    const writing = storeSteps(store, ...story.slice(1)).finally(() => (isDone = true));
    const lengths = new Set<number>();
    do {
      const found = await records.find(own.scope, id);
      for (const record of [found, ...(await readAll(own.scope))]) {
        const verification = record && verifyPosition(record);
        expect(verification).toEqual(expect.objectContaining({ verified: true }));
        lengths.add(verification?.length ?? 0);
      }
    } while (!isDone);
    await writing;
    expect(lengths.size).toBeGreaterThan(2);
  });

  test('can be left at any record', async () => {
    await storeWhole(storyOf(tenant), storyOf(tenant));
    // More often than there are connections.
    for (let times = 0; times < 25; times += 1) {
      for await (const record of records.all(tenant.scope)) {
        expect(record.institutionId).toBe(tenant.institutionId);
        break;
      }
    }
    expect(await records.count(tenant.scope)).toBeGreaterThanOrEqual(2);
  });
});

function lastOf(story: readonly Happened[]): Happened {
  return story.at(-1) as Happened;
}
