import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Duplicate, institutionScope, newId, PLATFORM_ID, PLATFORM_SCOPE, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS } from '#testing';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditEvent } from '../domain/audit-event.js';
import type { AuditFilter, AuditRepository } from '../domain/audit-repository.js';
import { anAuditEvent, auditBinding, AuditEventEntity } from '../testing.js';

const PAGE = { limit: 50, order: 'asc' } as const;
const at = (second: number, ms = 0): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second, ms));

describe.each(BACKENDS)('the audit repository on %s', (backend) => {
  let store: TestStore;
  let audit: AuditRepository;
  let institutionId: string;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [AuditEventEntity]);
    audit = store.bind(auditBinding);
  });

  afterAll(async () => store.close());

  beforeEach(() => {
    institutionId = newId('inst');
    scope = institutionScope(institutionId);
  });

  async function append(...events: readonly AuditEvent[]): Promise<void> {
    await store.unitOfWork.commit((changes) => {
      for (const event of events) audit.append(changes, event);
    });
  }

  const anEvent = (overrides: Partial<AuditEvent> = {}): AuditEvent =>
    anAuditEvent({ institutionId, ...overrides });

  async function walk(filter: AuditFilter, limit: number, order: 'asc' | 'desc'): Promise<AuditEvent[][]> {
    const pages: AuditEvent[][] = [];
    let page = await audit.list(scope, filter, { limit, order });
    while (page.next !== undefined) {
      pages.push([...page.items]);
      page = await audit.list(scope, filter, { limit, order, after: page.next });
    }
    return [...pages, [...page.items]];
  }

  /** What a filter keeps, in pages of one row, so that each filter is seen to hold behind a cursor too. */
  const kept = async (filter: AuditFilter): Promise<AuditEvent[]> => (await walk(filter, 1, 'asc')).flat();

  test('gives back what was stored, whole', async () => {
    const full = anEvent({
      path: '/v1/assets/ä?🏗',
      payload: { version: 2, lots: [1, 2.5, 1e21], 'a/b~': null, note: '"\\' },
      occurredAt: at(1, 234),
    });
    const sparse = anEvent({
      apiKeyId: null,
      resourceType: null,
      resourceId: null,
      clientIp: null,
      action: 'API_KEY_REVOKED',
      outcome: 'REFUSED',
      statusCode: 401,
      occurredAt: at(2),
    });
    await append(full, sparse);
    expect(await audit.list(scope, {}, PAGE)).toEqual({ items: [full, sparse] });
  });

  test('takes every action with every outcome', async () => {
    const events = AUDIT_ACTIONS.flatMap((action, index) =>
      AUDIT_OUTCOMES.map((outcome, nth) => anEvent({ action, outcome, occurredAt: at(index, nth) })),
    );
    await append(...events);
    expect((await audit.list(scope, {}, { limit: 200, order: 'asc' })).items).toEqual(events);
  });

  test('tells of institutions and keys that do not exist', async () => {
    const event = anEvent({ apiKeyId: 'ak_nobody', resourceId: 'ast_nothing' });
    await append(event);
    expect((await audit.list(scope, {}, PAGE)).items).toEqual([event]);
  });

  test('keeps nothing of the objects that are handed in and out', async () => {
    const payload = { lots: [1] };
    const event = anEvent({ payload });
    await append(event);
    payload.lots.push(2);
    const read = async (): Promise<AuditEvent | undefined> => (await audit.list(scope, {}, PAGE)).items[0];
    const found = await read();
    expect(found?.payload).toEqual({ lots: [1] });
    (found?.payload.lots as number[]).push(3);
    found?.occurredAt.setTime(0);
    Object.assign(found ?? {}, { method: 'GET' });
    expect(await read()).toEqual({ ...event, payload: { lots: [1] } });
  });

  test('shows a tenant its own trail alone, without the rows of the platform', async () => {
    const mine = anEvent();
    const foreign = anAuditEvent();
    const platform = anAuditEvent({ institutionId: PLATFORM_ID, apiKeyId: null });
    await append(mine, foreign, platform);
    expect((await audit.list(scope, {}, PAGE)).items).toEqual([mine]);
    expect((await audit.list(scope, { resourceId: foreign.resourceId ?? '' }, PAGE)).items).toEqual([]);
    expect((await audit.list(scope, { resourceId: platform.resourceId ?? '' }, PAGE)).items).toEqual([]);
  });

  test('shows the platform all, with its own rows', async () => {
    const resourceType = newId('inst');
    const tenants = anEvent({ resourceType, occurredAt: at(1) });
    const platform = anAuditEvent({ institutionId: PLATFORM_ID, resourceType, occurredAt: at(2) });
    await append(platform, tenants);
    expect((await audit.list(PLATFORM_SCOPE, { resourceType }, PAGE)).items).toEqual([tenants, platform]);
  });

  test('takes an id of an institution once', async () => {
    const event = anEvent();
    await append(event);
    await expect(append({ ...event, path: '/again' })).rejects.toThrow(new Duplicate('audit_events_pk'));
    expect((await audit.list(scope, {}, PAGE)).items).toEqual([event]);
  });

  test('stores all of a commit or nothing', async () => {
    const event = anEvent();
    await append(event);
    await expect(append(anEvent(), event)).rejects.toThrow(Duplicate);
    expect((await audit.list(scope, {}, PAGE)).items).toEqual([event]);
  });

  test('gives one of many racing rows with one id the place', async () => {
    const racers = Array.from({ length: 20 }, (_, index) => anEvent({ id: 'aud_1', path: `/${index}` }));
    const races = await Promise.allSettled(racers.map(async (racer) => append(racer)));
    const winners = racers.filter((_, index) => races[index]?.status === 'fulfilled');
    const losers = races.filter((race) => race.status === 'rejected' && race.reason instanceof Duplicate);
    expect(winners).toHaveLength(1);
    expect(losers).toHaveLength(19);
    expect((await audit.list(scope, {}, PAGE)).items).toEqual(winners);
  });

  describe('listing', () => {
    /** Seven events of three moments, in the order of a list. */
    async function appendSeven(): Promise<AuditEvent[]> {
      const seven = Array.from({ length: 7 }, (_, index) =>
        anEvent({ occurredAt: at(Math.floor(index / 3)) }),
      );
      await append(...seven.toReversed());
      return seven.sort(
        (left, right) =>
          left.occurredAt.getTime() - right.occurredAt.getTime() || (left.id < right.id ? -1 : 1),
      );
    }

    test('goes by the time they occurred, and by id among events of one moment', async () => {
      const inOrder = await appendSeven();
      expect(await walk({}, 50, 'asc')).toEqual([inOrder]);
      expect(await walk({}, 50, 'desc')).toEqual([inOrder.toReversed()]);
    });

    test.each([1, 2, 3, 6, 7, 8])('gives each row once in pages of %i', async (limit) => {
      const inOrder = await appendSeven();
      for (const order of ['asc', 'desc'] as const) {
        const pages = await walk({}, limit, order);
        expect(pages).toHaveLength(Math.ceil(7 / limit));
        expect(pages.flat()).toEqual(order === 'asc' ? inOrder : inOrder.toReversed());
      }
    });

    test('is empty where there is nothing, also behind the last row', async () => {
      expect(await walk({}, 50, 'asc')).toEqual([[]]);
      const event = anEvent();
      await append(event);
      const after = [event.occurredAt.toISOString(), event.id];
      expect(await audit.list(scope, {}, { ...PAGE, after })).toEqual({ items: [] });
    });

    test.each([
      ['action', { action: 'POSITION_CREATED' }, { action: 'POSITION_TRANSITIONED' }],
      ['outcome', { outcome: 'REFUSED' }, { outcome: 'SUCCESS' }],
      ['key', { apiKeyId: 'ak_1' }, { apiKeyId: 'ak_11' }],
      ['key of somebody', { apiKeyId: 'ak_1' }, { apiKeyId: null }],
      ['type of resource', { resourceType: 'position' }, { resourceType: 'Position' }],
      ['type of resource, if any', { resourceType: 'position' }, { resourceType: null }],
      ['resource', { resourceId: 'pos_1' }, { resourceId: 'pos_2' }],
      ['resource, if any', { resourceId: 'pos_1' }, { resourceId: null }],
    ] as const)('keeps the events of one %s', async (_, wanted, unwanted) => {
      const [first, second] = [
        anEvent({ ...wanted, occurredAt: at(1) }),
        anEvent({ ...wanted, occurredAt: at(3) }),
      ];
      await append(first, anEvent({ ...unwanted, occurredAt: at(2) }), second);
      expect(await kept(wanted)).toEqual([first, second]);
    });

    test('keeps what occurred strictly after and strictly before a moment', async () => {
      const events = [0, 1, 2].map((ms) => anEvent({ occurredAt: at(1, ms) }));
      const [first, second, third] = events;
      await append(...events);
      expect(await kept({ occurredAfter: at(1) })).toEqual([second, third]);
      expect(await kept({ occurredBefore: at(1, 2) })).toEqual([first, second]);
      expect(await kept({ occurredAfter: at(1), occurredBefore: at(1, 2) })).toEqual([second]);
      expect(await kept({ occurredAfter: at(1, 1), occurredBefore: at(1, 1) })).toEqual([]);
      expect(await kept({ occurredAfter: new Date('0001-01-01T00:00:00.000Z') })).toEqual(events);
      expect(await kept({ occurredBefore: new Date('9999-12-31T23:59:59.999Z') })).toEqual(events);
    });

    test('joins all parts of a filter', async () => {
      const filter = {
        action: 'API_KEY_REVOKED',
        outcome: 'REFUSED',
        apiKeyId: 'ak_1',
        resourceType: 'api_key',
        resourceId: 'ak_2',
        occurredAt: at(2),
      } as const;
      const wanted = anEvent(filter);
      await append(
        wanted,
        anEvent({ ...filter, action: 'API_KEY_CREATED' }),
        anEvent({ ...filter, outcome: 'SUCCESS' }),
        anEvent({ ...filter, apiKeyId: 'ak_3' }),
        anEvent({ ...filter, resourceType: 'asset' }),
        anEvent({ ...filter, resourceId: 'ak_3' }),
        anEvent({ ...filter, occurredAt: at(1) }),
        anEvent({ ...filter, occurredAt: at(3) }),
      );
      const { occurredAt: _, ...equal } = filter;
      expect(await kept({ ...equal, occurredAfter: at(1), occurredBefore: at(3) })).toEqual([wanted]);
    });

    test.each(['\0', '\ud800', '', "' OR true --"])(
      'keeps nothing for a text that no row has: %j',
      async (text) => {
        await append(anEvent());
        for (const part of ['action', 'outcome', 'apiKeyId', 'resourceType', 'resourceId']) {
          expect(await kept({ [part]: text })).toEqual([]);
        }
      },
    );
  });
});
