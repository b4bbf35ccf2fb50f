import { describe, expect, test } from '@jest/globals';
import { BACKENDS, withClient } from '#testing';
import type { Answer, Json } from '../support/answer.js';
import { OPERATIONS } from '../support/document.js';
import { operationOf } from '../support/id-places.js';
import { readAll } from '../support/records.js';
import { apiKey, asset, institution, policy, position, template, transition } from '../support/requests.js';
import { send, type Request } from '../support/send.js';
import { done, issueKey, openPosition } from '../support/tenant.js';
import type { World } from '../support/world.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';
import { INJECTIONS, JSON_INJECTIONS, MARK, UNTAKEABLE, VERY_LONG } from './payloads.js';

/** Every operation that takes a body, with texts in all places where there may be some; each can be sent many times. */
const SOUND: readonly ((world: World) => Promise<Request> | Request)[] = [
  institution({ verticals: ['CONSTRUCTION'] }),
  ({ ours }) => ({
    as: 'root',
    method: 'PATCH',
    path: `/v1/institutions/${ours.id}`,
    json: {
      name: 'Northern Escrow',
      regions: ['US', 'EU_UK', 'SG'],
      verticals: ['CONSTRUCTION', 'TRADE_FINANCE'],
    },
  }),
  (world) => apiKey({ role: 'read_only', expiresAt: '2999-01-01T00:00:00.000Z' })(world),
  async ({ ours, service }) => ({
    path: `/v1/institutions/${ours.id}/api-keys/${(await issueKey(service, ours.id, 'read_only')).id}/rotate`,
    json: { overlapSeconds: 60 },
  }),
  policy({ minAmount: '1', maxAmount: '2000', allowedCurrencies: ['USD'] }, 'UAE'),
  (world) => template({ institutionId: world.ours.id })(),
  (world) =>
    asset({ institutionId: world.ours.id, metadata: { lot: '7', list: ['x', { deep: 'y' }] } })(world),
  ({ ours }) => ({
    method: 'PATCH',
    path: `/v1/assets/${ours.assetId}`,
    json: { label: 'Harbour bridge', metadata: { lot: '7' } },
  }),
  (world) => position({ institutionId: world.ours.id, externalReference: 'contract-7' })(world),
  (world) => ({
    path: '/v1/positions/batch',
    json: { items: [position({})(world).json, position({ externalReference: 'contract-7' })(world).json] },
  }),
  async ({ ours }) => {
    const id = await openPosition(ours.admin, ours.assetId, '10.00');
    return transition(
      { toState: 'FUNDED', amount: '10.00', reason: 'wire', metadata: { lot: '7' } },
      () => id,
    )({
      ours,
    } as World);
  },
];

type Place = readonly (string | number)[];

/** Where the texts of a body stand. */
function textPlaces(body: Json, at: Place = []): Place[] {
  if (typeof body === 'string') return [at];
  if (typeof body !== 'object' || body === null) return [];
  return Object.keys(body).flatMap((name) =>
    textPlaces(body[name], [...at, Array.isArray(body) ? Number(name) : name]),
  );
}

function withValue(body: Json, [name, ...rest]: Place, value: unknown): Json {
  if (name === undefined) return value;
  if (Array.isArray(body)) return body.with(Number(name), withValue(body[Number(name)], rest, value));
  return { ...body, [name]: withValue(body[name], rest, value) };
}

/** Every text in a body, with the names of members. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries<Json>(value).flatMap(([name, child]) => [name, ...textsIn(child)]);
}

/** Where an answer leads to what was made or changed. */
function readPathOf({ path }: Request, { headers }: Answer): string | undefined {
  if (/\/transition$/.test(path)) return path.replace(/\/transition$/, '/events');
  if (/api-keys/.test(path)) return `${path.replace(/(api-keys).*/, '$1')}?limit=200&order=desc`;
  if (/batch$/.test(path)) return '/v1/positions?limit=2&order=desc';
  return headers.get('location') ?? path;
}

describe.each(BACKENDS)('injected into bodies, on %s,', (backend) => {
  const setting = groundOn(backend, { RATE_LIMIT_REQUESTS_PER_KEY: '0', AUDIT_REFUSALS_PER_MINUTE: '100' });

  /** Everything of another tenant, which nothing here may change. */
  async function theirs(): Promise<Json> {
    const { service, theirs: other } = setting.ground.world;
    const of = async (list: string): Promise<Json[]> =>
      readAll(service, `/v1/${list}?institutionId=${other.id}`);
    const lists = ['asset-templates', 'assets', 'positions', 'ledger-events', 'audit-events'];
    const keys = await readAll(service, `/v1/institutions/${other.id}/api-keys?includeRevoked=true`);
    return [keys, ...(await Promise.all(lists.map(of)))];
  }

  /** The tables and what guards them. */
  async function shape(): Promise<Json> {
    const { database } = setting.ground.installation;
    if (database === undefined) return [];
    return withClient(database.ownerUrl, async (client) => {
      const { rows } = await client.query(
        `SELECT relname, relkind, reltriggers, relacl::text FROM (
           SELECT relname, relkind, relacl, (SELECT count(*) FROM pg_trigger WHERE tgrelid = pg_class.oid) AS reltriggers
           FROM pg_class WHERE relnamespace = 'public'::regnamespace) each ORDER BY relname`,
      );
      return rows;
    });
  }

  test('are all operations that take one', async () => {
    const { world } = setting.ground;
    const requests = await Promise.all(SOUND.map(async (make) => make(world)));
    const takeBodies = OPERATIONS.filter(({ described }) => described.requestBody !== undefined);
    expect(requests.map((request) => operationOf(request).name).sort()).toEqual(
      takeBodies.map(({ name }) => name).sort(),
    );
  });

  describe.each(SOUND.map((make, index) => ({ index, make })))('in request $index', ({ make }) => {
    test('every text is refused, or comes back byte for byte, and nothing of another tenant changes', async () => {
      const { world } = setting.ground;
      const [before, guarded] = [await theirs(), await shape()];
      const sound = await make(world);
      expect((await send(world, sound)).status).toBeLessThan(300);
      for (const place of textPlaces(sound.json)) {
        for (const text of INJECTIONS) {
          const { path, ...rest } = await make(world);
          const request = { ...rest, path, json: withValue(rest.json, place, text) };
          const answer = await send(world, request);
          const { status } = answer;
          expect([place, text, [200, 201, 400, 404, 422].includes(status), status]).toEqual([
            place,
            text,
            true,
            status,
          ]);
          if (status >= 300) continue;
          const read = readPathOf(request, answer);
          const shown = done(await world.service.root.get(read ?? ''));
          expect(textsIn(shown)).toContain(text);
        }
      }
      expect(await theirs()).toEqual(before);
      expect(await shape()).toEqual(guarded);
      // Policies and names are put back for those who come after.
      if (sound.method !== undefined) done(await send(world, sound));
    });

    test('texts that no field takes, and JSON in place of texts, are refused', async () => {
      const { world } = setting.ground;
      const sound = await make(world);
      const changes = await setting.ground.watch();
      for (const place of textPlaces(sound.json)) {
        const isFree = place.includes('metadata');
        const values = isFree ? UNTAKEABLE : [...UNTAKEABLE, VERY_LONG, ...JSON_INJECTIONS];
        for (const value of values) {
          const answer = await send(world, { ...sound, json: withValue(sound.json, place, value) });
          const { status } = answer;
          expect([place, value, [400, 404, 422].includes(status), status]).toEqual([
            place,
            value,
            true,
            status,
          ]);
        }
      }
      expect(await changes()).toEqual(NOTHING);
    });
  });

  test('names of members in free JSON come back byte for byte', async () => {
    const { ours } = setting.ground.world;
    for (const text of [...INJECTIONS, 'hasOwnProperty', 'toString', 'length', '$gt']) {
      const metadata = { [text]: { [text]: [text] }, mark: MARK };
      const { id } = done(
        await ours.admin.post('/v1/assets', { templateId: ours.templateId, label: 'Pier', metadata }),
      );
      const answer = await ours.reader.get(`/v1/assets/${id}`);
      expect(answer.body.metadata).toEqual(metadata);
      const found = await ours.reader.get(
        `/v1/assets?metadata[mark]=${MARK}&metadata[${encodeURIComponent(text)}]=x`,
      );
      expect(found.body.data ?? []).toEqual([]);
    }
  });

  test('texts are found again by filters that are the same, and by no others', async () => {
    const { ours } = setting.ground.world;
    const ids = new Map<string, string>();
    for (const text of INJECTIONS) {
      ids.set(
        text,
        await openPosition(ours.admin, ours.assetId, '1.00', {
          externalReference: text,
          holderReference: text,
        }),
      );
    }
    for (const [text, id] of ids) {
      for (const name of ['externalReference', 'holderReference']) {
        const { data } = done(
          await ours.reader.get(`/v1/positions?${name}=${encodeURIComponent(text)}&order=desc`),
        );
        expect(data.map((row: Json) => row[name])).toEqual(data.map(() => text));
        expect(data.map((row: Json) => row.id)).toContain(id);
      }
    }
  });

  testWhatWasTold(setting);
});
