import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  Duplicate,
  MissingReference,
  Money,
  newId,
  PLATFORM_SCOPE,
  type PageRequest,
  type Scope,
} from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import { FIRST_PREVIOUS_HASH, hashOf, type LedgerEvent } from '../domain/ledger-event.js';
import type { LedgerEventRepository, LedgerFilter } from '../domain/ledger-event-repository.js';
import type { Happened } from '../domain/open-position.js';
import {
  anOpening,
  aStory,
  foundTenant,
  ledgerEventBinding,
  POSITION_ENTITIES,
  storeSteps,
  type Tenant,
} from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

describe.each(BACKENDS)('the ledger event repository on %s', (backend) => {
  let store: TestStore;
  let ledger: LedgerEventRepository;
  let tenant: Tenant;
  /** Opened, funded, released in part, cancelled: four steps, one second apart. */
  let story: Happened[];
  let last: Happened;

  beforeAll(async () => {
    store = await openStore(backend, POSITION_ENTITIES);
    ledger = store.bind(ledgerEventBinding);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    tenant = await foundTenant(store);
    story = aStory(
      opening({ holderReference: 'Bauträger №7 🏗 "\\', externalReference: 'R/~1', at: at(0) }),
      { toState: 'FUNDED', reason: 'Ünïcode', metadata: { b: 1, a: { c: null } } },
      { toState: 'PARTIALLY_RELEASED', amount: '300.05' },
      { toState: 'CANCELLED' },
    );
    last = story.at(-1) as Happened;
    await storeSteps(store, ...story);
  });

  const opening = (overrides: Parameters<typeof anOpening>[0] = {}): Happened =>
    anOpening({ institutionId: tenant.institutionId, assetId: tenant.assetId, ...overrides });

  async function append(...appended: readonly LedgerEvent[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const event of appended) ledger.append(changes, event);
    });
  }

  const ofStory = (): LedgerEvent[] => story.map(({ ledgerEvent }) => ledgerEvent);
  const listOf = async (filter: LedgerFilter = {}): Promise<readonly LedgerEvent[]> =>
    (await ledger.listOf(tenant.scope, last.position, filter, PAGE)).items;

  async function walk(
    read: (page: PageRequest) => ReturnType<LedgerEventRepository['list']>,
    limit: number,
    order: 'asc' | 'desc',
  ): Promise<LedgerEvent[][]> {
    const pages: LedgerEvent[][] = [];
    let page = await read({ limit, order });
    while (page.next !== undefined) {
      pages.push([...page.items]);
      page = await read({ limit, order, after: page.next });
    }
    return [...pages, [...page.items]];
  }

  test('gives back every event whole, in the order of the steps', async () => {
    expect(await listOf()).toEqual(ofStory());
    expect((await listOf()).map(({ transfer }) => transfer?.amount.toString())).toEqual([
      undefined,
      '1000.10',
      '300.05',
      '700.05',
    ]);
  });

  test('gives back a chain that can be recomputed from what was read', async () => {
    const events = await listOf();
    expect(events.map((event) => hashOf(event))).toEqual(events.map(({ hash }) => hash));
    expect(events.map(({ previousHash }) => previousHash)).toEqual([
      FIRST_PREVIOUS_HASH,
      ...events.slice(0, -1).map(({ hash }) => hash),
    ]);
    expect(last.position.ledgerHead).toBe(events.at(-1)?.hash);
  });

  test.each([
    ['JPY', '123456789012345678'],
    ['USD', '123456789012345678.12'],
    ['KWD', '123456789012345678.123'],
    ['CLF', '999999999999999999999999.9999'],
    ['JPY', '1000'],
  ])('keeps every digit of %s %s', async (currency, amount) => {
    const happened = aStory(opening({ amount: Money.parse(currency, amount) }), { toState: 'FUNDED' });
    await storeSteps(store, ...happened);
    const { position } = happened[1] as Happened;
    const [opened, funded] = (await ledger.listOf(tenant.scope, position, {}, PAGE)).items;
    expect(opened?.payload.amount).toBe(amount);
    expect(funded).toEqual(happened[1]?.ledgerEvent);
    expect(funded?.transfer?.amount.toString()).toBe(amount);
    expect(funded && hashOf(funded)).toBe(position.ledgerHead);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const happened = opening();
    const payload = { lots: [1] };
    await storeSteps(store, { ...happened, ledgerEvent: { ...happened.ledgerEvent, payload } });
    payload.lots.push(2);
    const read = async (): Promise<LedgerEvent | undefined> =>
      (await ledger.listOf(tenant.scope, happened.position, {}, PAGE)).items[0];
    const found = await read();
    expect(found?.payload).toEqual({ lots: [1] });
    (found?.payload.lots as number[]).push(3);
    found?.at.setTime(0);
    Object.assign(found ?? {}, { hash: '' });
    expect(await read()).toEqual({ ...happened.ledgerEvent, payload: { lots: [1] } });
  });

  test('shows a tenant its own events alone, the platform all', async () => {
    const { scope: foreign } = await foundTenant(store);
    expect(await ledger.list(foreign, {}, PAGE)).toEqual({ items: [] });
    const { position } = last;
    expect((await ledger.listOf(PLATFORM_SCOPE, position, {}, PAGE)).items).toEqual(ofStory());
    const seen = await walk(async (page) => ledger.list(PLATFORM_SCOPE, {}, page), 200, 'desc');
    expect(seen.flat()).toEqual(expect.arrayContaining(ofStory()));
    expect(await ledger.listOf(foreign, position, {}, PAGE)).toEqual({ items: [] });
  });

  test('finds no event of a position that does not exist, or under another tenant', async () => {
    const { institutionId } = await foundTenant(store);
    for (const position of [opening().position, { ...last.position, institutionId }]) {
      expect(await ledger.listOf(PLATFORM_SCOPE, position, {}, PAGE)).toEqual({ items: [] });
    }
  });

  test('takes an id once', async () => {
    const next = { ...last.ledgerEvent, seq: 5 };
    await expect(append(next)).rejects.toThrow(new Duplicate('ledger_events_pk'));
    expect(await listOf()).toEqual(ofStory());
  });

  test('takes each step of a position once', async () => {
    const again = { ...last.ledgerEvent, id: newId('le') };
    await expect(append(again)).rejects.toThrow(new Duplicate('ledger_events_seq_key'));
    expect(await listOf()).toEqual(ofStory());
  });

  test('takes no event of a position that does not exist, or is another tenant’s', async () => {
    const { institutionId } = await foundTenant(store);
    const next = { ...last.ledgerEvent, id: newId('le'), seq: 5 };
    for (const lost of [
      { ...next, positionId: newId('pos') },
      { ...next, institutionId },
    ]) {
      await expect(append(lost)).rejects.toThrow(new MissingReference('ledger_events_position_fk'));
    }
    expect(await listOf()).toEqual(ofStory());
  });

  test('stores all events of a commit or none', async () => {
    const next = { ...last.ledgerEvent, id: newId('le'), seq: 5 };
    await expect(append(next, { ...next, id: newId('le') })).rejects.toThrow(
      new Duplicate('ledger_events_seq_key'),
    );
    expect(await listOf()).toEqual(ofStory());
  });

  test('gives one of many racing appends of a step the place', async () => {
    const racers = Array.from({ length: 20 }, () => ({ ...last.ledgerEvent, id: newId('le'), seq: 5 }));
    const races = await Promise.allSettled(racers.map(async (racer) => append(racer)));
    const winners = racers.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof Duplicate);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect(await listOf()).toEqual([...ofStory(), winners[0]]);
  });

  describe('listing the events of a position', () => {
    test('goes by step, whatever their moments and ids', async () => {
      const [first, second, third] = aStory(opening(), { toState: 'FUNDED' }, { toState: 'RELEASED' });
      if (!first || !second || !third) throw new Error('The story is too short.');
      const moment = first.ledgerEvent.at;
      await storeSteps(store, { ...first, ledgerEvent: { ...first.ledgerEvent, id: 'le_z' } });
      await storeSteps(store, { ...second, ledgerEvent: { ...second.ledgerEvent, id: 'le_m', at: moment } });
      await storeSteps(store, { ...third, ledgerEvent: { ...third.ledgerEvent, id: 'le_a', at: moment } });
      const read = async (page: PageRequest) => ledger.listOf(tenant.scope, third.position, {}, page);
      expect((await walk(read, 1, 'asc')).flat().map(({ id }) => id)).toEqual(['le_z', 'le_m', 'le_a']);
      expect((await walk(read, 2, 'desc')).flat().map(({ id }) => id)).toEqual(['le_a', 'le_m', 'le_z']);
    });

    test.each([1, 2, 3, 4, 5])('gives each event once in pages of %i', async (limit) => {
      for (const order of ['asc', 'desc'] as const) {
        const read = async (page: PageRequest) => ledger.listOf(tenant.scope, last.position, {}, page);
        const pages = await walk(read, limit, order);
        expect(pages).toHaveLength(Math.ceil(4 / limit));
        expect(pages.flat()).toEqual(order === 'asc' ? ofStory() : ofStory().toReversed());
      }
    });

    test('keeps the events of a kind', async () => {
      expect(await listOf({ kind: 'POSITION_CREATED' })).toEqual(ofStory().slice(0, 1));
      const read = async (page: PageRequest) =>
        ledger.listOf(tenant.scope, last.position, { kind: 'POSITION_STATE_CHANGED' }, page);
      expect(await walk(read, 2, 'asc')).toEqual([ofStory().slice(1, 3), ofStory().slice(3)]);
    });

    test('keeps those strictly after and strictly before a moment', async () => {
      const [, second, third, fourth] = ofStory();
      expect(await listOf({ after: at(0) })).toEqual([second, third, fourth]);
      expect(await listOf({ before: at(0) })).toEqual([]);
      expect(await listOf({ after: at(0), before: at(3) })).toEqual([second, third]);
      expect(await listOf({ after: at(1), kind: 'POSITION_CREATED' })).toEqual([]);
    });

    test('counts them all, and none to whom they do not belong', async () => {
      const counted = { limit: 1, order: 'desc', withTotal: true } as const;
      const totalFor = async (scope: Scope, filter: LedgerFilter = {}): Promise<number | undefined> =>
        (await ledger.listOf(scope, last.position, filter, counted)).total;
      expect(await totalFor(tenant.scope)).toBe(4);
      expect(await totalFor(PLATFORM_SCOPE)).toBe(4);
      expect(await totalFor(tenant.scope, { after: at(0) })).toBe(3);
      expect(await totalFor((await foundTenant(store)).scope)).toBe(0);
    });
  });

  describe('listing the events of all positions', () => {
    test('goes by creation, and by id among events of one moment', async () => {
      const other = aStory(opening({ at: at(1) }), { toState: 'FUNDED' });
      await storeSteps(store, ...other);
      const inOrder = [...story, ...other]
        .map(({ ledgerEvent }) => ledgerEvent)
        .sort((left, right) => left.at.getTime() - right.at.getTime() || (left.id < right.id ? -1 : 1));
      const read = async (page: PageRequest) => ledger.list(tenant.scope, {}, page);
      expect(await walk(read, 50, 'asc')).toEqual([inOrder]);
      for (const limit of [1, 2, 3, 5, 6, 7]) {
        const pages = await walk(read, limit, 'asc');
        expect(pages).toHaveLength(Math.ceil(6 / limit));
        expect(pages.flat()).toEqual(inOrder);
        expect((await walk(read, limit, 'desc')).flat()).toEqual(inOrder.toReversed());
      }
    });

    test('keeps the events of a kind', async () => {
      const other = opening({ at: at(9) });
      await storeSteps(store, other);
      const openings = await walk(
        async (page) => ledger.list(tenant.scope, { kind: 'POSITION_CREATED' }, page),
        1,
        'asc',
      );
      expect(openings.flat()).toEqual([story[0]?.ledgerEvent, other.ledgerEvent]);
      const changes = await ledger.list(tenant.scope, { kind: 'POSITION_STATE_CHANGED' }, PAGE);
      expect(changes.items).toEqual(ofStory().slice(1));
    });

    test('keeps those strictly after and strictly before a moment', async () => {
      const other = opening({ at: at(1) });
      await storeSteps(store, other);
      const kept = async (filter: LedgerFilter): Promise<LedgerEvent[]> =>
        (await walk(async (page) => ledger.list(tenant.scope, filter, page), 1, 'asc')).flat();
      const [first, second, third, fourth] = ofStory();
      expect(await kept({ after: at(1) })).toEqual([third, fourth]);
      expect(await kept({ before: at(1) })).toEqual([first]);
      expect(await kept({ after: at(0), before: at(2), kind: 'POSITION_CREATED' })).toEqual([
        other.ledgerEvent,
      ]);
      expect(await kept({ after: at(0), before: at(2), kind: 'POSITION_STATE_CHANGED' })).toEqual([second]);
      expect(await kept({ after: at(2), before: at(2) })).toEqual([]);
      expect(await kept({ after: new Date('0001-01-01T00:00:00.000Z') })).toHaveLength(5);
      expect(await kept({ before: new Date('9999-12-31T23:59:59.999Z') })).toHaveLength(5);
    });

    test('is empty where there is nothing', async () => {
      const { scope } = await foundTenant(store);
      expect(await ledger.list(scope, {}, PAGE)).toEqual({ items: [] });
    });
  });
});
