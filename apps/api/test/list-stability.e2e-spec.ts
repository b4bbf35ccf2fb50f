import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Client, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { closeService } from './support/service.js';
import { done, openPosition } from './support/tenant.js';
import { openWorld, type World } from './support/world.js';

const BEFORE = 60;
const forged = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');

describe.each(BACKENDS)('lists in motion on %s', (backend) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld(backend);
    const { admin, assetId } = world.ours;
    await Promise.all(Array.from({ length: BEFORE }, async () => openPosition(admin, assetId, '1.00')));
  });
  afterAll(() => closeService(world.service));

  /** Walks a list to its end, while something is done beside the reading of each page. */
  async function walk(
    client: Client,
    path: string,
    beside: () => Promise<unknown> = async () => Promise.resolve(),
  ): Promise<Json[]> {
    const rows: Json[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const [answer] = await Promise.all([
        client.get(cursor === '' ? path : `${path}&cursor=${cursor}`),
        beside(),
      ]);
      const { data, page }: Json = done(answer);
      rows.push(...data);
      cursor = page.nextCursor;
    }
    return rows;
  }

  const moving = [
    '/v1/positions?',
    '/v1/positions?state=CREATED&',
    '/v1/ledger-events?',
    '/v1/audit-events?',
  ];
  const orders = ['asc', 'desc'] as const;

  test.each(moving.flatMap((path) => orders.map((order) => [path, order] as const)))(
    '%s in order %s repeats no row while others are added, and loses none that was there before',
    async (path, order) => {
      const { admin, assetId } = world.ours;
      for (const client of [admin, world.service.root]) {
        const known = (await walk(client, `${path}limit=200`)).map(({ id }) => id);
        const added: string[] = [];
        const rows = await walk(client, `${path}limit=10&order=${order}`, async () =>
          added.push(await openPosition(admin, assetId, '1.00')),
        );
        const seen = rows.map(({ id }) => id);
        expect(added.length).toBeGreaterThanOrEqual(known.length / 10);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(known));
        // Newest last, the walk meets what was added behind it; newest first, nothing that came after its first page.
        expect(seen.length > known.length + 1).toBe(order === 'asc');
      }
    },
  );

  describe('a cursor leads to no row of another tenant', () => {
    const paths = [
      '/v1/positions',
      '/v1/assets',
      '/v1/asset-templates',
      '/v1/ledger-events',
      '/v1/audit-events',
    ];

    test.each(paths)(
      'of %s, though it was given to that tenant or to the root key, or made up',
      async (path) => {
        const { ours, theirs, service } = world;
        const [foreign] = done(await theirs.admin.get(path)).data;
        const kind = foreign.id.split('_', 1)[0];
        const moment = foreign.createdAt ?? foreign.at ?? foreign.occurredAt;
        const given = async (client: Client): Promise<string | null> =>
          done(await client.get(`${path}?limit=1`)).page.nextCursor;
        const cursors = [
          await given(theirs.admin),
          await given(service.root),
          forged([moment, foreign.id]),
          forged([moment, `${kind}_`]),
          forged(['0001-01-01T00:00:00.000Z', `${kind}_0`]),
          forged(['9999-12-31T23:59:59.999Z', `${kind}_zzz`]),
          forged([moment, foreign.id, theirs.id, { institutionId: theirs.id }]),
        ].filter((cursor) => cursor !== null);
        const theirIds = new Set((await walk(theirs.admin, `${path}?limit=200`)).map(({ id }) => id));
        expect(theirIds).toContain(foreign.id);
        let seen = 0;
        for (const cursor of cursors) {
          for (const order of orders) {
            const { data } = done(await ours.admin.get(`${path}?limit=200&order=${order}&cursor=${cursor}`));
            expect(data.filter(({ id }: Json) => theirIds.has(id))).toEqual([]);
            seen += data.length;
          }
        }
        expect(seen).toBeGreaterThan(0);
      },
    );

    test('of the events of a position, nor says whether there is one', async () => {
      const { ours, theirs } = world;
      for (const cursor of [forged([0]), forged([1])]) {
        const of = async (id: string) => ours.admin.get(`/v1/positions/${id}/events?cursor=${cursor}`);
        const [foreign, unknown] = [await of(theirs.positionId), await of(UNKNOWN.position)];
        expect([foreign.status, foreign.body.code]).toEqual([404, 'position.unknown']);
        expect([unknown.status, unknown.body.code]).toEqual([404, 'position.unknown']);
      }
    });
  });

  test('a cursor that is garbage is refused by name', async () => {
    const random = Buffer.from(Array.from({ length: 60 }, (_, index) => (index * 97) % 256));
    const garbage = [
      'x',
      '====',
      '%00',
      random.toString('base64url'),
      forged(null),
      forged('x'),
      forged([[], {}]),
    ];
    for (const path of [
      '/v1/positions',
      '/v1/institutions',
      '/v1/assets',
      '/v1/audit-events',
      '/v1/ledger-events',
    ]) {
      for (const cursor of garbage) {
        const answer = await world.ours.admin.get(`${path}?cursor=${cursor}`);
        expect([path, cursor, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([
          path,
          cursor,
          400,
          '/cursor',
        ]);
      }
    }
  });
});
