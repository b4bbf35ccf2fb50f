import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock } from '#testing';
import type { Json } from './support/client.js';
import { readPages } from './support/pages.js';
import { closeService, openService, type Service } from './support/service.js';
import { expectProblem } from './support/problems.js';
import { done, foundTenant, makeAsset, move, openPosition, type Tenant } from './support/tenant.js';

describe.each(BACKENDS)('lists on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let service: Service;
  let tenant: Tenant;
  let eurAssetId: string;
  /** All positions, as reading them one by one shows them, in the order of their creation. */
  let positions: Json[];

  beforeAll(async () => {
    service = await openService(backend, {}, clock);
    tenant = await foundTenant(service);
    eurAssetId = (await makeAsset(tenant.admin, 'EUR')).assetId;
    const ids: string[] = [];
    // Ten at a time share one moment, so that pages end within a tie.
    for (let tens = 0; tens < 12; tens += 1) {
      clock.advance(1000);
      const made = Array.from({ length: 10 }, async (_, index) => open(tens * 10 + index));
      ids.push(...(await Promise.all(made)));
    }
    const read = ids.map(async (id) => done(await tenant.admin.get(`/v1/positions/${id}`)));
    positions = (await Promise.all(read))
      .map(({ events: _events, ...position }) => position)
      .sort((left, right) => byText(left.createdAt + left.id, right.createdAt + right.id));
  });
  afterAll(() => closeService(service));

  /** The number decides everything about a position, so that each filter finds some of them. */
  async function open(number: number): Promise<string> {
    const inEur = number % 5 === 0;
    const id = await openPosition(tenant.admin, inEur ? eurAssetId : tenant.assetId, `${number + 1}.50`, {
      currency: inEur ? 'EUR' : 'USD',
      holderReference: `holder-${number % 7}`,
      ...(number % 3 === 0 ? { externalReference: `contract ${number % 9}` } : {}),
    });
    if (number % 4 === 1) done(await move(tenant.admin, id, 'FUNDED'));
    if (number % 4 === 2) done(await move(tenant.admin, id, 'CANCELLED'));
    return id;
  }

  test('120 positions come in pages of 50, none twice and none lost, in the order of creation', async () => {
    const pages = await readPages(tenant.admin, '/v1/positions?limit=50');
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(pages.flat()).toEqual(positions);
  });

  test('the other way round they come in exactly the opposite order', async () => {
    const pages = await readPages(tenant.admin, '/v1/positions?limit=50&order=desc');
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(pages.flat()).toEqual([...positions].reverse());
  });

  test('a page is whole: its rows, its limit, and a cursor only where more follows', async () => {
    const pageOf = async (query: string): Promise<Json> =>
      done(await tenant.admin.get(`/v1/positions?${query}`));
    expect(await pageOf('')).toEqual({
      data: positions.slice(0, 50),
      page: { limit: 50, nextCursor: expect.stringMatching(/^[\w-]+$/) },
    });
    expect(await pageOf('limit=120')).toEqual({ data: positions, page: { limit: 120, nextCursor: null } });
    expect(await pageOf('limit=119')).toMatchObject({ page: { nextCursor: expect.any(String) } });
    expect(await pageOf('holderReference=nobody')).toEqual({
      data: [],
      page: { limit: 50, nextCursor: null },
    });
  });

  test('a page that is not the last links to the next one, with the same filters', async () => {
    const answer = await tenant.admin.get('/v1/positions?limit=50&currency=USD');
    const link = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    expect(link).toBeDefined();
    const { pathname, search } = new URL(link ?? '', service.url);
    const next = done(await tenant.admin.get(pathname + search));
    const dollars = positions.filter(({ currency }) => currency === 'USD');
    expect(next.data).toEqual(dollars.slice(50));
    const last = await tenant.admin.get('/v1/positions?limit=200');
    expect(last.headers.get('link')).toBeNull();
  });

  test('a cursor of another list is refused, which would pass over rows without a word', async () => {
    const first = done(await tenant.admin.get('/v1/positions?limit=1'));
    for (const list of ['assets', 'ledger-events', 'audit-events', 'asset-templates', 'institutions']) {
      const path = `/v1/${list}?cursor=${first.page.nextCursor}`;
      const errors: [string, string][] = [['/cursor', 'field.malformed']];
      expectProblem(await tenant.admin.get(path), path, { status: 400, code: 'request.invalid', errors });
    }
  });

  test('the link to the next page keeps a filter that holds a question mark', async () => {
    const { admin, assetId } = await foundTenant(service);
    const ids: string[] = [];
    for (const externalReference of ['why?not', 'why?not', 'why']) {
      ids.push(await openPosition(admin, assetId, '1.00', { externalReference }));
    }
    const answer = await admin.get('/v1/positions?limit=1&externalReference=why?not');
    const link = /^<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    expect(done(await admin.get(link)).data).toMatchObject([{ id: ids[1] }]);
  });

  test('every row of a page of one is reached, through ties of the same moment', async () => {
    const pages = await readPages(tenant.admin, '/v1/positions?limit=1&holderReference=holder-3');
    expect(pages.every((page) => page.length === 1)).toBe(true);
    expect(pages.flat()).toEqual(positions.filter(({ holderReference }) => holderReference === 'holder-3'));
  });

  const from = '2026-03-01T12:00:03.000Z';
  const until = '2026-03-01T12:00:07.000Z';
  const filters: [query: string, matches: (position: Json) => boolean][] = [
    ['assetId=EUR', ({ currency }) => currency === 'EUR'],
    ['holderReference=holder-2', ({ holderReference }) => holderReference === 'holder-2'],
    ['externalReference=contract%206', ({ externalReference }) => externalReference === 'contract 6'],
    ['state=FUNDED', ({ state }) => state === 'FUNDED'],
    ['state=FUNDED&state=CANCELLED', ({ state }) => state === 'FUNDED' || state === 'CANCELLED'],
    ['currency=EUR', ({ currency }) => currency === 'EUR'],
    ['minAmount=9.5', ({ amount }) => Number(amount) >= 9.5],
    ['maxAmount=100.50', ({ amount }) => Number(amount) <= 100.5],
    ['minAmount=10.50&maxAmount=10.5', ({ amount }) => amount === '10.50'],
    [`createdAfter=${from}`, ({ createdAt }) => createdAt > from],
    [`createdBefore=${until}`, ({ createdAt }) => createdAt < until],
    ['createdAfter=2026-03-01T14:00:03%2B02:00', ({ createdAt }) => createdAt > from],
    [
      `createdAfter=${from}&createdBefore=${until}&state=CREATED&currency=USD`,
      ({ createdAt, state, currency }) =>
        createdAt > from && createdAt < until && state === 'CREATED' && currency === 'USD',
    ],
  ];

  test.each(filters)(
    'positions with %s are found, all and only they, in both orders',
    async (query, matches) => {
      const expected = positions.filter(matches);
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(positions.length);
      const path = `/v1/positions?limit=7&${query.replace('assetId=EUR', `assetId=${eurAssetId}`)}`;
      expect((await readPages(tenant.admin, path)).flat()).toEqual(expected);
      expect((await readPages(tenant.admin, `${path}&order=desc`)).flat()).toEqual(expected.reverse());
    },
  );

  test('what is created while a list is read repeats and hides no row that was there', async () => {
    const newest = await foundTenant(service);
    const ids: string[] = [];
    for (let made = 0; made < 6; made += 1)
      ids.push(await openPosition(newest.admin, newest.assetId, '1.00'));
    const first = done(await newest.admin.get('/v1/positions?limit=3'));
    clock.advance(1);
    const late = await openPosition(newest.admin, newest.assetId, '1.00');
    const rest = done(await newest.admin.get(`/v1/positions?limit=9&cursor=${first.page.nextCursor}`));
    const seen = [...first.data, ...rest.data].map(({ id }) => id);
    expect(seen).toEqual([...ids.sort(byText), late]);
  });

  test('the events of a position are listed by number, in pages, in both orders', async () => {
    const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
    done(await move(tenant.admin, id, 'FUNDED'));
    for (const amount of ['1.00', '2.00', '3.00'])
      done(await move(tenant.admin, id, 'PARTIALLY_RELEASED', amount));
    const { events } = done(await move(tenant.admin, id, 'RELEASED'));
    expect(events.map(({ seq }: Json) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    const path = `/v1/positions/${id}/events?limit=4`;
    const pages = await readPages(tenant.admin, path);
    expect(pages).toEqual([events.slice(0, 4), events.slice(4)]);
    const backwards = await readPages(tenant.admin, `${path}&order=desc`);
    expect(backwards.flat()).toEqual([...events].reverse());
  });

  test('the ledger is listed by position and tenant-wide, by kind, page by page', async () => {
    const other = await foundTenant(service);
    const ids: string[] = [];
    for (const amount of ['1.00', '2.00', '3.00']) {
      clock.advance(1);
      ids.push(await openPosition(other.admin, other.assetId, amount));
    }
    clock.advance(1);
    for (const id of [...ids].reverse()) done(await move(other.admin, id, 'FUNDED'));
    const all = (await readPages(other.admin, '/v1/ledger-events?limit=2')).flat();
    expect(all.map(({ at, id }: Json) => at + id)).toEqual(
      all.map(({ at, id }: Json) => at + id).sort(byText),
    );
    expect(all.map(({ positionId, seq }: Json) => [positionId, seq]).sort()).toEqual(
      ids
        .flatMap((id) => [
          [id, 1],
          [id, 2],
        ])
        .sort(),
    );
    for (const kind of ['POSITION_CREATED', 'POSITION_STATE_CHANGED']) {
      const ofKind = (await readPages(other.admin, `/v1/ledger-events?limit=2&kind=${kind}`)).flat();
      expect(ofKind).toEqual(all.filter((event) => event.kind === kind));
      expect(ofKind).toHaveLength(3);
    }
    const one = (await readPages(other.admin, `/v1/ledger-events?limit=1&positionId=${ids[1]}`)).flat();
    expect(one).toEqual(all.filter(({ positionId }) => positionId === ids[1]));
    const path = `/v1/ledger-events?positionId=${ids[1]}&order=desc`;
    expect((await readPages(other.admin, path)).flat()).toEqual([...one].reverse());
    expect((await readPages(other.admin, '/v1/ledger-events?order=desc')).flat()).toEqual(all.reverse());
  });

  test('the audit trail is listed newest first when asked so, and by what it tells of', async () => {
    const oldestFirst = (await readPages(tenant.admin, '/v1/audit-events?outcome=SUCCESS&limit=200')).flat();
    const newestFirst = (
      await readPages(tenant.admin, '/v1/audit-events?outcome=SUCCESS&limit=30&order=desc')
    ).flat();
    expect(newestFirst).toEqual([...oldestFirst].reverse());
    const times: string[] = newestFirst.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual([...times].sort(byText).reverse());
    const { id } = positions[1];
    const found = async (query: string): Promise<Json[]> =>
      (await readPages(tenant.admin, `/v1/audit-events?outcome=SUCCESS&limit=30&${query}`)).flat();
    const having = (matches: (event: Json) => boolean): Json[] => oldestFirst.filter(matches);
    expect(await found(`resourceId=${id}`)).toEqual(having(({ resourceId }) => resourceId === id));
    expect(await found('resourceType=asset')).toEqual(having(({ resourceType }) => resourceType === 'asset'));
    expect(await found('action=POSITION_CREATED')).toEqual(
      having(({ action }) => action === 'POSITION_CREATED'),
    );
    expect(await found(`apiKeyId=${tenant.adminKeyId}`)).toEqual(having(({ apiKeyId }) => apiKeyId !== null));
  });

  test('templates and assets are found by what they are of', async () => {
    const { data: templates } = done(await tenant.admin.get('/v1/asset-templates'));
    const [usd, eur] = templates;
    const found = async (path: string): Promise<string[]> =>
      done(await tenant.reader.get(path)).data.map(({ id }: Json) => id);
    expect(await found('/v1/asset-templates?code=CONSTR_ESCROW&region=US')).toEqual([usd.id, eur.id]);
    expect(await found('/v1/asset-templates?code=TF_LC')).toEqual([]);
    expect(await found('/v1/asset-templates?vertical=TRADE_FINANCE')).toEqual([]);
    expect(await found('/v1/asset-templates?region=SG')).toEqual([]);
    expect(await found(`/v1/assets?templateId=${eur.id}`)).toEqual([eurAssetId]);
    expect(await found(`/v1/assets?templateId=${usd.id}`)).toEqual([tenant.assetId]);
  });
});

function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
