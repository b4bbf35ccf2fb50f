import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock } from '#testing';
import type { Json } from './support/client.js';
import { readRows } from './support/pages.js';
import { recordedRefusals } from './support/recorded-refusals.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

/** Ids that nothing has, and texts that are no ids. */
const NO_IDS = ['pos_01jd8x3fqje3wve2q1q9n8h2kz', 'x', '', '%00', "'%20OR%20true", 'x'.repeat(500)];

describe.each(BACKENDS)('filters of lists on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let service: Service;
  let tenant: Tenant;
  let stranger: Tenant;

  beforeAll(async () => {
    service = await openService(backend, {}, clock);
    tenant = await foundTenant(service);
    stranger = await foundTenant(service, 'Southern Escrow');
  });
  afterAll(() => closeService(service));

  const idsOf = async (path: string, client = tenant.reader): Promise<string[]> =>
    (await readRows(client, path)).map(({ id }) => id);

  describe('assets by metadata', () => {
    const made: Record<string, string> = {};

    beforeAll(async () => {
      const all: Record<string, Json> = {
        north: { project: 'Harbour', lot: '1', '': 'empty', 'a/b~ &=+%': 'Åsa & Söhne 🏗' },
        south: { project: 'Harbour', lot: '2', floor: 7 },
        tower: { project: 'Tower', deep: { project: 'Harbour' }, list: ['Harbour'], constructor: 'Harbour' },
        bare: {},
      };
      for (const [name, metadata] of Object.entries(all)) {
        clock.advance(1000);
        made[name] = await makeAsset(tenant, metadata);
      }
      made.foreign = await makeAsset(stranger, all.north);
    });

    async function makeAsset({ admin, templateId }: Tenant, metadata: Json): Promise<string> {
      return done(await admin.post('/v1/assets', { templateId, label: 'Part', metadata })).id;
    }

    const cases: [query: string, names: string[]][] = [
      ['metadata[project]=Harbour', ['north', 'south']],
      ['metadata%5Bproject%5D=Harbour', ['north', 'south']],
      ['metadata[project]=Harbour&metadata[lot]=2', ['south']],
      ['metadata[lot]=2&metadata[project]=Tower', []],
      [`metadata[${encodeURIComponent('a/b~ &=+%')}]=${encodeURIComponent('Åsa & Söhne 🏗')}`, ['north']],
      ['metadata[a/b~+%26%3D%2B%25]=%C3%85sa+%26+S%C3%B6hne+%F0%9F%8F%97', ['north']],
      ['metadata[constructor]=Harbour', ['tower']],
      ...[
        'project=harbour',
        'project=Harbour%20',
        'project=',
        'project',
        'floor=7',
        'deep=Harbour',
        'list=Harbour',
      ]
        .concat(
          'Project=Harbour',
          '__proto__=Harbour',
          'toString=Harbour',
          'hasOwnProperty=',
          "x'--=%25",
          '$1=$1',
        )
        .map((text): [string, string[]] => [`metadata[${text.replace(/=|$/, ']$&')}`, []]),
    ];
    test.each(cases)('%s finds %j', async (query, names) => {
      const expected = names.map((name) => made[name]);
      expect(await idsOf(`/v1/assets?limit=1&${query}`)).toEqual(expected);
      expect(await idsOf(`/v1/assets?limit=1&order=desc&${query}`)).toEqual(expected.toReversed());
    });

    test('a filter stands beside the others, and shows each tenant its own', async () => {
      const path = '/v1/assets?metadata[project]=Harbour&metadata[lot]=1';
      expect(await idsOf(`${path}&templateId=${tenant.templateId}`)).toEqual([made.north]);
      expect(await idsOf(`${path}&templateId=${stranger.templateId}`)).toEqual([]);
      expect(await idsOf(path, stranger.admin)).toEqual([made.foreign]);
      expect(await idsOf(path, service.root)).toEqual([made.north, made.foreign]);
      expect(await idsOf(`${path}&institutionId=${stranger.id}`, service.root)).toEqual([made.foreign]);
    });

    test('what changes is found by what it has become', async () => {
      const id = await makeAsset(tenant, { phase: 'planned' });
      done(await tenant.admin.patch(`/v1/assets/${id}`, { metadata: { phase: 'built' } }));
      expect(await idsOf('/v1/assets?metadata[phase]=planned')).toEqual([]);
      expect(await idsOf('/v1/assets?metadata[phase]=built')).toEqual([id]);
    });

    test('the link to the next page keeps the filter', async () => {
      const answer = await tenant.reader.get('/v1/assets?limit=1&metadata[project]=Harbour');
      const link = /^<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
      const { pathname, search } = new URL(link, service.url);
      expect(await idsOf(pathname + search)).toEqual([made.south]);
    });
  });

  test('templates are found by texts of their config', async () => {
    const { admin } = await foundTenant(service);
    const make = async (config: Json): Promise<string> => {
      clock.advance(1000);
      const kind = { code: 'CONSTR_ESCROW', name: 'Escrow', vertical: 'CONSTRUCTION', region: 'SG' };
      return done(await admin.post('/v1/asset-templates', { ...kind, config })).id;
    };
    const euros = await make({ currency: 'EUR', region: 'SG', minAmount: '10' });
    const pounds = await make({ currency: 'GBP', region: 'SG', minAmount: '10' });
    const found = async (query: string) => idsOf(`/v1/asset-templates?limit=1&${query}`, admin);
    expect(await found('config[currency]=EUR')).toEqual([euros]);
    expect(await found('config[minAmount]=10')).toEqual([euros, pounds]);
    expect(await found('config[minAmount]=10&config[currency]=GBP&region=SG')).toEqual([pounds]);
    expect(await found('config[minAmount]=10.00')).toEqual([]);
    expect(await found('config[currency]=EUR&region=US')).toEqual([]);
  });

  describe('by time', () => {
    let told: Tenant;
    let positionId: string;
    const second = (number: number): string => new Date(Date.UTC(2026, 3, 1, 0, 0, number)).toISOString();

    beforeAll(async () => {
      clock.advance(Date.parse(second(0)) - clock.now().getTime());
      told = await foundTenant(service);
      clock.advance(1000);
      positionId = await openPosition(told.admin, told.assetId, '5.00');
      clock.advance(1000);
      done(await move(told.admin, positionId, 'FUNDED'));
      clock.advance(1000);
      done(await move(told.admin, positionId, 'RELEASED'));
    });

    const ranges: [after: number | undefined, before: number | undefined][] = [
      [1, undefined],
      [undefined, 3],
      [1, 3],
      [0, 4],
      [2, 2],
      [3, undefined],
      [undefined, 1],
    ];
    test.each(ranges)(
      'ledger and audit trail are kept strictly after %p and before %p',
      async (after, before) => {
        const isWithin = (moment: string): boolean =>
          (after === undefined || moment > second(after)) &&
          (before === undefined || moment < second(before));
        const bounded = (afterName: string, beforeName: string): string =>
          (after === undefined ? '' : `&${afterName}=${second(after)}`) +
          (before === undefined ? '' : `&${beforeName}=${second(before)}`);
        for (const ofOne of ['', `&positionId=${positionId}`]) {
          const all = await readRows(told.admin, `/v1/ledger-events?limit=1${ofOne}`);
          expect(all).toHaveLength(3);
          expect(
            await readRows(told.admin, `/v1/ledger-events?limit=1${ofOne}${bounded('after', 'before')}`),
          ).toEqual(all.filter(({ at }) => isWithin(at)));
        }
        for (const order of ['asc', 'desc']) {
          const all = await readRows(told.admin, `/v1/audit-events?limit=2&order=${order}`);
          expect(
            await readRows(
              told.admin,
              `/v1/audit-events?limit=2&order=${order}${bounded('occurredAfter', 'occurredBefore')}`,
            ),
          ).toEqual(all.filter(({ occurredAt }) => isWithin(occurredAt)));
        }
      },
    );

    test('a bound may have an offset', async () => {
      const path = '/v1/ledger-events?after=2026-04-01T02:00:02%2B02:00';
      expect((await readRows(told.admin, path)).map(({ newState }) => newState)).toEqual(['RELEASED']);
    });
  });

  test('the audit trail is kept by its outcome', async () => {
    const { status } = await tenant.admin.get('/v1/positions?limit=0');
    expect(status).toBe(400);
    await recordedRefusals(tenant.admin, 1);
    const all = await readRows(tenant.admin, '/v1/audit-events');
    const of = async (outcome: string) => readRows(tenant.admin, `/v1/audit-events?outcome=${outcome}`);
    expect(await of('SUCCESS')).toEqual(all.filter(({ outcome }) => outcome === 'SUCCESS'));
    expect(await of('REFUSED')).toEqual(all.filter(({ outcome }) => outcome === 'REFUSED'));
  });

  test.each([
    '/v1/positions?assetId=',
    '/v1/assets?templateId=',
    '/v1/balances?assetId=',
    '/v1/audit-events?apiKeyId=',
    '/v1/audit-events?resourceId=',
  ])('%s takes any text for an id, and finds nothing by one that nothing has', async (path) => {
    for (const client of [tenant.admin, service.root]) {
      for (const id of NO_IDS) {
        const answer = await client.get(path + id);
        expect([id, answer.status, answer.body]).toEqual([
          id,
          200,
          { data: [], page: { limit: 50, nextCursor: null } },
        ]);
      }
    }
  });
});
