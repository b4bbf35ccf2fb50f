import { beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Json } from '../support/answer.js';
import type { Client } from '../support/client.js';
import { OPERATIONS, resolved } from '../support/document.js';
import { readRows } from '../support/pages.js';
import { UNKNOWN } from '../support/patterns.js';
import { filledPath } from '../support/paths-of.js';
import { withoutLastUse } from '../support/records.js';
import { done, issueKey, makeAsset, move, openPosition, type Tenant } from '../support/tenant.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';

const takesCursor = ({ described }: { described: Json }): boolean =>
  (described.parameters ?? []).some((parameter: Json) => resolved(parameter).name === 'cursor');
const LISTS = OPERATIONS.filter(takesCursor);

/** The lists that are answered whole, or empty while nothing is sealed. */
const WITHOUT_CURSORS = [
  'GET /v1/institutions',
  'GET /v1/institutions/{institutionId}/policies',
  'GET /v1/institutions/{institutionId}/checkpoints',
];

const encoded = (cursor: unknown): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');
const decoded = (cursor: string): Json => JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));

describe.each(BACKENDS)('the cursors of another tenant, on %s,', (backend) => {
  const setting = groundOn(backend);
  let sides: Record<'ours' | 'theirs', Tenant & { positionId: string }>;

  beforeAll(async () => {
    const { world } = setting.ground;
    const { service } = world;
    sides = { ours: { ...world.ours, positionId: world.partialId }, theirs: world.theirs };
    // In turns, so that the rows of one stand between those of the other.
    for (let round = 0; round < 4; round += 1) {
      for (const side of [sides.theirs, sides.ours]) {
        await issueKey(service, side.id, 'read_only');
        await makeAsset(side.admin, 'EUR');
        const id = await openPosition(side.admin, side.assetId, '10.00');
        done(await move(side.admin, id, 'FUNDED'));
        if (round === 0) side.positionId = id;
        else done(await move(side.admin, side.positionId, 'PARTIALLY_RELEASED', '1.00'));
      }
    }
  });

  const pathOf = (path: string, { id, positionId }: Tenant & { positionId: string }): string =>
    filledPath(path, { institutionId: id, positionId });
  const rowsOf = async (client: Client, path: string): Promise<Json[]> =>
    (await readRows(client, path)).map(withoutLastUse);
  /** Where a row stands, as cursors of its list say it. */
  const placeOf = (row: Json, path: string): Json =>
    path.endsWith('/events')
      ? [row.seq]
      : path.endsWith('/checkpoints')
        ? [row.number]
        : [row.at ?? row.occurredAt ?? row.createdAt, row.id];
  const isAfter = (left: Json, right: Json): boolean =>
    left[0] === right[0] ? left[1] > right[1] : left[0] > right[0];

  test('are of lists that all are in the document', () => {
    expect(LISTS.map(({ name }) => name).sort()).toEqual([
      'GET /v1/asset-templates',
      'GET /v1/assets',
      'GET /v1/audit-events',
      'GET /v1/institutions',
      'GET /v1/institutions/{institutionId}/api-keys',
      'GET /v1/institutions/{institutionId}/checkpoints',
      'GET /v1/institutions/{institutionId}/policies',
      'GET /v1/ledger-events',
      'GET /v1/positions',
      'GET /v1/positions/{positionId}/events',
    ]);
  });

  describe.each(LISTS)('in $name', ({ name, path }) => {
    test('show nothing of it, and skip nothing of one’s own', async () => {
      const [own, foreign] = [pathOf(path, sides.ours), pathOf(path, sides.theirs)];
      const ownRows = await rowsOf(sides.ours.admin, own);
      const foreignRows = await rowsOf(sides.theirs.admin, foreign);
      const given: string[] = [];
      let next: string | null = null;
      do {
        const query: string = next === null ? '' : `&cursor=${next}`;
        ({ nextCursor: next } = done(await sides.theirs.admin.get(`${foreign}?limit=1${query}`)).page);
        if (next !== null) given.push(next);
      } while (next !== null);
      if (!WITHOUT_CURSORS.includes(name)) expect(given.length).toBeGreaterThan(2);
      const made = foreignRows.map((row) => encoded(placeOf(row, path)));
      if (name === 'GET /v1/institutions') made.push(encoded(['2000-01-01T00:00:00.000Z', sides.theirs.id]));
      for (const cursor of [...given, ...made]) {
        for (const order of ['asc', 'desc']) {
          const asked = `${own}?order=${order}&cursor=${cursor}`;
          const answer = await sides.ours.admin.get(asked);
          // Lists that are answered whole know no cursor, and say so or pass it over.
          if (answer.status !== 200) {
            expect([name, answer.status, WITHOUT_CURSORS.includes(name)]).toEqual([name, 400, true]);
            continue;
          }
          const behind = (row: Json): boolean =>
            order === 'asc'
              ? isAfter(placeOf(row, path), decoded(cursor))
              : isAfter(decoded(cursor), placeOf(row, path));
          const expected = ownRows.filter(behind);
          expect(answer.body.data.map(withoutLastUse)).toEqual(
            order === 'asc' ? expected : expected.reverse(),
          );
        }
      }
    });

    test('are refused to whoever asks for the list of another with them, as without', async () => {
      if (!path.includes('{')) return;
      const foreign = pathOf(path, sides.theirs);
      const { page } = done(await sides.theirs.admin.get(`${foreign}?limit=1`));
      const given = page.nextCursor ?? encoded(['2026-01-01T00:00:00.000Z', sides.theirs.id]);
      // Of what is malformed the sender is told first, which tells nothing of the list.
      for (const query of ['', `?cursor=${given}`, '?cursor=garbage']) {
        const unknown = filledPath(path, {
          institutionId: UNKNOWN.institution,
          positionId: UNKNOWN.position,
        });
        const { status } = await sides.ours.admin.get(foreign + query);
        expect([400, 404]).toContain(status);
        expect((await sides.ours.admin.get(unknown + query)).status).toBe(status);
      }
    });

    test('of another list are refused, one’s own as well', async () => {
      const own = pathOf(path, sides.ours);
      const { data } = done(await sides.ours.admin.get(`${own}?limit=1`));
      if (data.length === 0) return;
      const place = placeOf(data[0], path);
      const others =
        place.length === 1 ? [['2026-01-01T00:00:00.000Z', 'pos_01jd8x3fqje3wve2q1q9n8h2kz']] : [[1]];
      for (const prefix of ['inst', 'tmpl', 'ast', 'pos', 'le', 'ak', 'aud', 'ple', 'ckpt']) {
        if (place.length === 2 && !String(data[0].id).startsWith(`${prefix}_`)) {
          others.push([place[0], `${prefix}_01jd8x3fqje3wve2q1q9n8h2kz`]);
        }
      }
      for (const cursor of others) {
        const answer = await sides.ours.admin.get(`${own}?cursor=${encoded(cursor)}`);
        expect([cursor, answer.status]).toEqual([cursor, 400]);
      }
    });
  });

  test('have changed nothing', async () => {
    const changes = await setting.ground.watch();
    for (const { path } of LISTS) {
      await sides.ours.admin.get(
        `${pathOf(path, sides.ours)}?cursor=${encoded(['2026-01-01T00:00:00.000Z', "pos_' OR true"])}`,
      );
    }
    expect(await changes()).toEqual(NOTHING);
  });

  testWhatWasTold(setting);
});
