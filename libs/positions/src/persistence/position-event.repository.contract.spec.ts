import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Duplicate, MissingReference, Money, newId, PLATFORM_SCOPE, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import type { Happened } from '../domain/open-position.js';
import type { PositionEvent } from '../domain/position-event.js';
import type { PositionEventRepository } from '../domain/position-event-repository.js';
import {
  anOpening,
  aStory,
  foundTenant,
  POSITION_ENTITIES,
  positionBinding,
  positionEventBinding,
  storeSteps,
  type Tenant,
} from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;

describe.each(BACKENDS)('the position event repository on %s', (backend) => {
  let store: TestStore;
  let events: PositionEventRepository;
  let tenant: Tenant;
  /** Opened, funded, released twice in part, released: five steps. */
  let story: Happened[];
  let last: Happened;

  beforeAll(async () => {
    store = await openStore(backend, POSITION_ENTITIES);
    events = store.bind(positionEventBinding);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    tenant = await foundTenant(store);
    story = aStory(
      opening(),
      { toState: 'FUNDED', reason: 'Überwiesen №7 🏗' },
      { toState: 'PARTIALLY_RELEASED', amount: '300.05', metadata: { lots: [1, 2.5, 1e21], 'a/b~': null } },
      { toState: 'PARTIALLY_RELEASED', amount: '200.00', metadata: {} },
      { toState: 'RELEASED' },
    );
    last = story.at(-1) as Happened;
    await storeSteps(store, ...story);
  });

  const opening = (overrides: Parameters<typeof anOpening>[0] = {}): Happened =>
    anOpening({ institutionId: tenant.institutionId, assetId: tenant.assetId, ...overrides });

  const history = async (scope: Scope, { id }: { readonly id: string }): Promise<readonly PositionEvent[]> =>
    (await store.bind(positionBinding).findWithEvents(scope, id))?.events ?? [];

  async function append(...appended: readonly PositionEvent[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const event of appended) events.append(changes, event);
    });
  }

  const ofStory = (): PositionEvent[] => story.map(({ event }) => event);

  test('gives back every step whole, in the order of the steps', async () => {
    expect(await history(tenant.scope, last.position)).toEqual(ofStory());
    expect((await events.list(tenant.scope, last.position, PAGE)).items).toEqual(ofStory());
    expect((await history(tenant.scope, last.position)).map(({ amount }) => amount?.toString())).toEqual([
      '1000.10',
      '1000.10',
      '300.05',
      '200.00',
      '500.05',
    ]);
  });

  test('gives a position and its steps as of one moment, whatever came before and after', async () => {
    const opened = opening();
    for (const [index, happened] of aStory(
      opened,
      { toState: 'FUNDED' },
      { toState: 'RELEASED' },
    ).entries()) {
      await storeSteps(store, happened);
      const found = await store.bind(positionBinding).findWithEvents(tenant.scope, happened.position.id);
      expect(found?.position).toEqual(happened.position);
      expect(found?.events.map(({ seq }) => seq)).toEqual([1, 2, 3].slice(0, index + 1));
    }
  });

  test('orders by the number of the step, not by when or in which order it was stored', async () => {
    const [first, second, third] = aStory(
      opening({ at: new Date('2026-05-01T00:00:00.000Z') }),
      { toState: 'FUNDED' },
      { toState: 'RELEASED' },
    );
    if (!first || !second || !third) throw new Error('The story is too short.');
    await store.unitOfWork.commit((changes) => {
      store.bind(positionBinding).insert(changes, third.position);
      for (const { event } of [third, first, second])
        events.append(changes, { ...event, at: first.event.at });
    });
    const seqs = (await history(tenant.scope, third.position)).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3]);
    const listed = await events.list(tenant.scope, third.position, { limit: 50, order: 'desc' });
    expect(listed.items.map(({ seq }) => seq)).toEqual([3, 2, 1]);
  });

  test.each([
    ['JPY', '123456789012345678'],
    ['USD', '123456789012345678.12'],
    ['KWD', '123456789012345678.123'],
    ['CLF', '999999999999999999999999.9999'],
    ['JPY', '1000'],
  ])('keeps every digit of %s %s', async (currency, amount) => {
    const happened = opening({ amount: Money.parse(currency, amount) });
    await storeSteps(store, happened);
    const [event] = await history(tenant.scope, happened.position);
    expect(event).toEqual(happened.event);
    expect(event?.amount?.toString()).toBe(amount);
    const [listed] = (await events.list(tenant.scope, happened.position, PAGE)).items;
    expect(listed?.amount?.toString()).toBe(amount);
  });

  test('keeps a step that moved nothing as one without an amount', async () => {
    const cancelled = aStory(opening(), { toState: 'CANCELLED' });
    await storeSteps(store, ...cancelled);
    const [, cancelling] = await history(tenant.scope, (cancelled[1] as Happened).position);
    expect(cancelling).toEqual(cancelled[1]?.event);
    expect(cancelling?.amount).toBeNull();
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const [opened, funded] = aStory(opening(), { toState: 'FUNDED' });
    if (!opened || !funded) throw new Error('The story is too short.');
    const metadata = { lots: [1] };
    await storeSteps(store, opened, { ...funded, event: { ...funded.event, metadata } });
    metadata.lots.push(2);
    const read = async (): Promise<PositionEvent | undefined> =>
      (await history(tenant.scope, funded.position))[1];
    const found = await read();
    expect(found?.metadata).toEqual({ lots: [1] });
    (found?.metadata?.lots as number[]).push(3);
    found?.at.setTime(0);
    const [listed] = (await events.list(tenant.scope, funded.position, { limit: 1, order: 'desc' })).items;
    (listed?.metadata?.lots as number[]).push(4);
    expect(await read()).toEqual({ ...funded.event, metadata: { lots: [1] } });
  });

  test('shows a tenant the steps of its own positions alone, the platform all', async () => {
    const { scope: foreign } = await foundTenant(store);
    expect(await history(foreign, last.position)).toEqual([]);
    expect(await history(PLATFORM_SCOPE, last.position)).toEqual(ofStory());
    expect((await events.list(PLATFORM_SCOPE, last.position, PAGE)).items).toEqual(ofStory());
    expect(await events.list(foreign, last.position, PAGE)).toEqual({ items: [] });
  });

  test('finds no step of a position that does not exist, or under another tenant', async () => {
    const { institutionId } = await foundTenant(store);
    expect(await history(PLATFORM_SCOPE, opening().position)).toEqual([]);
    for (const position of [opening().position, { ...last.position, institutionId }]) {
      expect(await events.list(PLATFORM_SCOPE, position, PAGE)).toEqual({ items: [] });
    }
  });

  test('takes an id once', async () => {
    const [first] = ofStory();
    if (!first) throw new Error('The story is too short.');
    await expect(append({ ...first, seq: 6, fromState: 'RELEASED', toState: 'EXPIRED' })).rejects.toThrow(
      new Duplicate('position_events_pk'),
    );
    expect(await history(tenant.scope, last.position)).toEqual(ofStory());
  });

  test('takes each step of a position once', async () => {
    const again = { ...last.event, id: newId('ple'), reason: 'Again' };
    await expect(append(again)).rejects.toThrow(new Duplicate('position_events_seq_key'));
    expect(await history(tenant.scope, last.position)).toEqual(ofStory());
  });

  test('takes no step of a position that does not exist, or is another tenant’s', async () => {
    const { institutionId } = await foundTenant(store);
    const next = { ...last.event, id: newId('ple'), seq: 6 };
    for (const lost of [
      { ...next, positionId: newId('pos') },
      { ...next, institutionId },
    ]) {
      await expect(append(lost)).rejects.toThrow(new MissingReference('position_events_position_fk'));
    }
    expect(await history(PLATFORM_SCOPE, last.position)).toEqual(ofStory());
  });

  test('stores all steps of a commit or none', async () => {
    const next = { ...last.event, id: newId('ple'), seq: 6 };
    await expect(append(next, { ...next, id: newId('ple') })).rejects.toThrow(
      new Duplicate('position_events_seq_key'),
    );
    expect(await history(tenant.scope, last.position)).toEqual(ofStory());
  });

  test('gives one of many racing appends of a step the place', async () => {
    const racers = Array.from({ length: 20 }, (_, index) => ({
      ...last.event,
      id: newId('ple'),
      seq: 6,
      reason: `Racer ${index}`,
    }));
    const races = await Promise.allSettled(racers.map(async (racer) => append(racer)));
    const winners = racers.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof Duplicate);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await history(tenant.scope, last.position)).toEqual([...ofStory(), winners[0]]);
  });

  test.each([1, 2, 4, 5, 6])('gives each step once in pages of %i', async (limit) => {
    for (const order of ['asc', 'desc'] as const) {
      const pages: PositionEvent[][] = [];
      let page = await events.list(tenant.scope, last.position, { limit, order });
      while (page.next !== undefined) {
        pages.push([...page.items]);
        page = await events.list(tenant.scope, last.position, { limit, order, after: page.next });
      }
      pages.push([...page.items]);
      expect(pages).toHaveLength(Math.ceil(5 / limit));
      expect(pages.flat()).toEqual(order === 'asc' ? ofStory() : ofStory().toReversed());
    }
  });

  test('is empty behind the last step', async () => {
    for (const [order, after] of [
      ['asc', [5]],
      ['desc', [1]],
    ] as const) {
      expect(await events.list(tenant.scope, last.position, { limit: 50, order, after })).toEqual({
        items: [],
      });
    }
  });
});
