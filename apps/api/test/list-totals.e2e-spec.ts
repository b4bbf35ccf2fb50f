import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Client, Json } from './support/client.js';
import { readRows } from './support/pages.js';
import { closeService } from './support/service.js';
import { done } from './support/tenant.js';
import { openWorld, type World } from './support/world.js';

describe.each(BACKENDS)('totals of lists on %s', (backend) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld(backend);
  });
  afterAll(() => closeService(world.service));

  const pageOf = async (client: Client, path: string): Promise<Json> => done(await client.get(path)).page;

  const lists: [path: string, of: (world: World) => string][] = [
    ['/v1/institutions', () => '/v1/institutions'],
    ['/v1/asset-templates', () => '/v1/asset-templates'],
    ['/v1/assets', () => '/v1/assets'],
    ['/v1/positions', () => '/v1/positions'],
    ['/v1/ledger-events', () => '/v1/ledger-events'],
    ['/v1/audit-events', () => '/v1/audit-events'],
    ['/v1/institutions/{id}/api-keys', ({ ours }) => `/v1/institutions/${ours.id}/api-keys`],
    ['/v1/institutions/{id}/policies', ({ ours }) => `/v1/institutions/${ours.id}/policies`],
    ['/v1/positions/{id}/events', ({ partialId }) => `/v1/positions/${partialId}/events`],
    ['/v1/ledger-events?positionId={id}', ({ partialId }) => `/v1/ledger-events?positionId=${partialId}`],
  ];

  test.each(lists)('%s tells how many rows it has, on every page, where it is asked to', async (_, of) => {
    const path = of(world);
    const mark = path.includes('?') ? '&' : '?';
    for (const client of [world.ours.admin, world.service.root]) {
      const { length: total } = await readRows(client, path);
      expect(total).toBeGreaterThan(0);
      for (const order of ['asc', 'desc']) {
        const asked = `${path}${mark}limit=1&order=${order}`;
        const first = await pageOf(client, `${asked}&include=total`);
        expect(first).toEqual({ limit: 1, nextCursor: total > 1 ? expect.any(String) : null, total });
        if (first.nextCursor === null) continue;
        const second = await pageOf(client, `${asked}&include=total&cursor=${first.nextCursor}`);
        expect(second.total).toBe(total);
      }
    }
    expect(await pageOf(world.ours.admin, path)).not.toHaveProperty('total');
  });

  test.each([
    'state=CREATED',
    'state=CREATED&state=CANCELLED',
    'minAmount=1000',
    'holderReference=holder-1&currency=USD',
    'holderReference=nobody',
    'assetId=%00',
    'createdAfter=9999-01-01T00:00:00Z',
  ])('a total counts what the filter leaves: %s', async (query) => {
    for (const client of [world.ours.admin, world.theirs.admin, world.service.root]) {
      const rows = await readRows(client, `/v1/positions?${query}`);
      const page = await pageOf(client, `/v1/positions?${query}&include=total&limit=1`);
      expect(page.total).toBe(rows.length);
    }
  });

  test('the link to the next page asks for the total again', async () => {
    const answer = await world.ours.admin.get('/v1/positions?limit=1&include=total');
    const link = /^<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    const { pathname, search } = new URL(link, world.service.url);
    expect((await pageOf(world.ours.admin, pathname + search)).total).toBe(answer.body.page.total);
  });
});
