import { createClient, everyItem, everyPage, ProblemError, unwrap, type Client } from '#client';
import { BACKENDS } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { aTime, anId, someText, UNKNOWN } from './support/patterns.js';
import { closeService, openService, type Service } from './support/service.js';
import { foundTenant, type Tenant } from './support/tenant.js';
import { TroubledWay, type Fate } from './support/troubled-way.js';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const taken = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe.each(BACKENDS)('the typed client on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;
  let way: TroubledWay;
  let client: Client;
  let reference = 0;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
    way = await TroubledWay.to(service.url);
    client = createClient({ baseUrl: way.url, apiKey: tenant.adminKey, retry: { firstWaitMs: 1 } });
  });
  afterAll(async () => {
    way.close();
    await closeService(service);
  });
  beforeEach(() => {
    way.keys.length = 0;
    reference += 1;
  });

  const claim = (amount = '1000.10') => ({
    assetId: tenant.assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount,
    externalReference: `contract-${reference}`,
  });
  const open = () => unwrap(client.POST('/v1/positions', { body: claim() }));

  test('tells the story of a position', async () => {
    const { id } = await open();
    const step = { params: { path: { positionId: id } } };
    const path = '/v1/positions/{positionId}/transition';
    await unwrap(client.POST(path, { ...step, body: { toState: 'FUNDED' } }));
    const partial = { toState: 'PARTIALLY_RELEASED', amount: '300.05', metadata: { part: 'roof' } } as const;
    const released = await unwrap(client.POST(path, { ...step, body: partial }));
    expect([released.state, released.releasedAmount, released.heldAmount]).toEqual([
      'PARTIALLY_RELEASED',
      '300.05',
      '700.05',
    ]);
    const read = await unwrap(client.GET('/v1/positions/{positionId}', step));
    expect(read).toEqual(released);
    expect(read.events?.map(({ toState, at }) => [toState, at])).toEqual([
      ['CREATED', aTime],
      ['FUNDED', aTime],
      ['PARTIALLY_RELEASED', aTime],
    ]);
    const { verified } = await unwrap(client.GET('/v1/positions/{positionId}/ledger/verification', step));
    expect(verified).toBe(true);
  });

  test('changes, removes and misses a policy', async () => {
    const place = { params: { path: { institutionId: tenant.id, region: 'EU_UK' } } } as const;
    const path = '/v1/institutions/{institutionId}/policies/{region}';
    const put = await client.PUT(path, { ...place, body: { position: { minAmount: '5' } } });
    expect([put.response.status, put.data?.position.minAmount]).toEqual([201, '5']);
    await expect(unwrap(client.DELETE(path, place))).resolves.toBeUndefined();
    await expect(unwrap(client.GET(path, place))).rejects.toMatchObject({ status: 404 });
  });

  test.each<[string, Fate[], replayed: string | null]>([
    ['an answer that was lost', ['unanswered'], 'true'],
    ['two answers that were lost', ['unanswered', 'unanswered'], 'true'],
    ['a refusal that asks to come back', ['unavailable'], null],
    ['a lost answer and a refusal', ['unanswered', 'unavailable'], 'true'],
  ])('opens one position in spite of %s', async (_what, fates, replayed) => {
    way.fates = [...fates];
    const { data, response } = await client.POST('/v1/positions', { body: claim() });
    expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([201, replayed]);
    expect(way.keys).toEqual(Array(fates.length + 1).fill(way.keys[0]));
    await expectOneOpened(data?.id);
  });

  test('opens one position when it is sent again while the first is under way', async () => {
    way.fates = ['cut'];
    const { id } = await open();
    expect(way.keys).toEqual([way.keys[0], way.keys[0]]);
    await expectOneOpened(id);
  });

  test('is told of a key whose secret was lost with the answer, but not of the secret', async () => {
    way.fates = ['unanswered'];
    const place = { params: { path: { institutionId: tenant.id } } };
    const body = { label: 'Lost', role: 'read_only' } as const;
    const key = await unwrap(client.POST('/v1/institutions/{institutionId}/api-keys', { ...place, body }));
    expect([key.label, key.apiKey]).toEqual(['Lost', null]);
  });

  /** The position that the client was told of is there, with its books and its record, and no other beside it. */
  async function expectOneOpened(id: string | undefined): Promise<void> {
    expect(id).toEqual(anId('pos'));
    const query = { externalReference: `contract-${reference}` };
    const positions = await all(everyItem(client, '/v1/positions', { query }));
    expect(positions.map((position) => position.id)).toEqual([id]);
    const ledger = await all(everyItem(client, '/v1/ledger-events', { query: { positionId: id } }));
    expect(ledger.map(({ kind }) => kind)).toEqual(['POSITION_CREATED']);
    const trail = await all(everyItem(client, '/v1/audit-events', { query: { resourceId: id } }));
    expect(trail.map(({ action }) => action)).toEqual(['POSITION_CREATED']);
  }

  test('walks over all pages of a list', async () => {
    const opened: string[] = [];
    while (opened.length < 5) opened.push((await open()).id);
    const query = { externalReference: `contract-${reference}`, limit: 2 };
    const pages = await all(everyPage(client, '/v1/positions', { query }));
    expect(pages.map(({ data }) => data.length)).toEqual([2, 2, 1]);
    const rows = await all(everyItem(client, '/v1/positions', { query }));
    expect(rows.map(({ id }) => id)).toEqual(opened);
    const rest = everyItem(client, '/v1/positions', {
      query: { ...query, cursor: pages[0]?.page.nextCursor ?? '' },
    });
    expect((await all(rest)).map(({ id }) => id)).toEqual(opened.slice(2));
  });

  test('walks over a list of nothing', async () => {
    const none = everyItem(client, '/v1/positions', { query: { externalReference: 'none' } });
    expect(await all(none)).toEqual([]);
  });

  test('asks for no page that nobody takes', async () => {
    await open();
    await open();
    const query = { externalReference: `contract-${reference}`, limit: 1 };
    const list = everyPage(client, '/v1/positions', { query });
    await list.next();
    way.fates = ['unavailable'];
    await list.return();
    expect(way.fates).toEqual(['unavailable']);
    way.fates = [];
  });

  test('throws a refusal, with the document that says why', async () => {
    const { id } = await open();
    const step = { params: { path: { positionId: id } } };
    const path = '/v1/positions/{positionId}/transition';
    await unwrap(client.POST(path, { ...step, body: { toState: 'FUNDED' } }));
    const tooMuch = { toState: 'PARTIALLY_RELEASED', amount: '1000.11' } as const;
    const refused = await unwrap(client.POST(path, { ...step, body: tooMuch })).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({
      status: 422,
      code: 'position.insufficient_remaining',
      detail: someText,
      requestId: someText,
      message: expect.stringContaining('position.insufficient_remaining: '),
      errors: [{ pointer: '/amount', code: 'position.insufficient_remaining', detail: someText }],
      problem: { status: 422, instance: `/v1/positions/${id}/transition`, remaining: '1000.10' },
    });
  });

  test('throws a refusal of fields, with the fields at fault', async () => {
    const refused = unwrap(client.POST('/v1/positions', { body: claim('1.001') }));
    await expect(refused).rejects.toMatchObject({ errors: [{ pointer: '/amount', detail: someText }] });
  });

  test('throws what an unknown id and a list that is refused are answered', async () => {
    const unknown = { params: { path: { positionId: UNKNOWN.position } } };
    await expect(unwrap(client.GET('/v1/positions/{positionId}', unknown))).rejects.toMatchObject({
      status: 404,
    });
    const refused = everyItem(client, '/v1/positions', { query: { limit: 0 } });
    await expect(refused.next()).rejects.toMatchObject({ status: 400, name: 'ProblemError' });
  });

  test('knows at compile time which paths are lists, and what they take', () => {
    const typed = () => [
      // @ts-expect-error -- one position is no list
      everyItem(client, '/v1/positions/{positionId}'),
      // @ts-expect-error -- no such filter
      everyItem(client, '/v1/positions', { query: { color: 'red' } }),
      // @ts-expect-error -- no such state
      everyItem(client, '/v1/positions', { query: { state: ['OPEN'] } }),
      // @ts-expect-error -- an amount is a string
      client.POST('/v1/positions', { body: { ...claim(), amount: 10 } }),
    ];
    expect(typed).toBeInstanceOf(Function);
  });
});
