import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { attempts, foreignIds, type Ids } from './support/attempts.js';
import type { Answer, Json } from './support/client.js';
import { OPERATIONS, resolved } from './support/document.js';
import { UNKNOWN } from './support/patterns.js';
import { RecordWatch } from './support/records.js';
import { template } from './support/requests.js';
import { methodOf, send, type Request } from './support/send.js';
import { closeService } from './support/service.js';
import { done, foundTenant, makeAsset, openPosition } from './support/tenant.js';
import { openWorld, type World } from './support/world.js';

/** Ids that no thing can have: too large, in capitals, none at all, and those of things of another kind. */
const MALFORMED: readonly ((their: Ids) => Ids)[] = [
  () => changed(UNKNOWN, (id) => id.replace(/_.*/, `_8${'z'.repeat(25)}`)),
  () => changed(UNKNOWN, (id) => id.toUpperCase()),
  () => changed(UNKNOWN, (id) => `x-${id.split('_', 1)[0]}-x`),
  ({ institution, template: kind, asset: item, position: claim, apiKey }) => ({
    institution: kind,
    template: item,
    asset: claim,
    position: apiKey,
    apiKey: institution,
  }),
];

/** What would be answered otherwise if it were looked at before the thing that it is about is found. */
const HEADERS: Readonly<Record<string, string>>[] = [
  {},
  { 'if-match': '"99"', 'if-none-match': '"1"', 'idempotency-key': 'of-a-stranger' },
];

/** Lists whose cursors are numbers and name nobody's row. */
const BY_NUMBER = [
  'GET /v1/positions/{positionId}/events',
  'GET /v1/institutions/{institutionId}/checkpoints',
];

function changed(ids: Ids, change: (id: string) => string): Ids {
  return Object.fromEntries(Object.entries(ids).map(([kind, id]) => [kind, change(id)])) as unknown as Ids;
}

describe.each(BACKENDS)('tenants on %s', (backend) => {
  let world: World;
  let watch: RecordWatch;
  let theirIds: Ids;

  beforeAll(async () => {
    world = await openWorld(backend);
    const { theirs } = world;
    await theirs.admin.put(`/v1/institutions/${theirs.id}/policies/US`, { position: { minAmount: '1' } });
    theirIds = foreignIds(world);
    watch = await RecordWatch.over(world.service);
  });
  afterAll(() => closeService(world.service));

  /** An answer without what may differ: the ids that were sent, and what is made anew for every request. */
  function comparable(answer: Answer, ids: Ids): Json {
    let text = answer.text.replaceAll(String(answer.headers.get('x-request-id')), '<request>');
    for (const [kind, id] of Object.entries(ids)) text = text.replaceAll(id, `<${kind}>`);
    const {
      'x-request-id': _id,
      date: _date,
      ratelimit: _left,
      'content-length': length,
      ...headers
    } = Object.fromEntries(answer.headers);
    // What is sent is shown again, and need not be of one length.
    const isWhole = answer.text === '' ? length : Number(length) === Buffer.byteLength(answer.text);
    return { status: answer.status, headers, text, isWhole };
  }

  describe.each(HEADERS)('under the headers %j', (headers) => {
    const sendOnce = async (request: Request): Promise<Answer> => send(world, { ...request, headers });

    test.each(attempts)(
      '%s of another tenant is answered like one of nothing',
      async (_, status, request) => {
        const sent = request(theirIds, world);
        const isRead = methodOf(sent) === 'GET';
        const foreign = await sendOnce(sent);
        const changes = isRead ? [] : await watch.changes();
        const unknown = comparable(await sendOnce(request(UNKNOWN, world)), UNKNOWN);
        expect(comparable(foreign, theirIds)).toEqual(unknown);
        expect(foreign.status).toBe(status);
        if (status === 200) expect(foreign.body).toEqual({ data: [], page: { limit: 50, nextCursor: null } });
        expect(changes).toEqual([]);
        for (const idsOf of MALFORMED) {
          const ids = idsOf(theirIds);
          expect(comparable(await sendOnce(request(ids, world)), ids)).toEqual(unknown);
        }
        if (!isRead) return;
        const heads = [theirIds, UNKNOWN].map(async (ids) =>
          comparable(await sendOnce({ ...request(ids, world), method: 'HEAD' }), ids),
        );
        const [head, headOfNothing] = await Promise.all(heads);
        expect(head).toEqual(headOfNothing);
        expect(head.status).toBe(status);
      },
    );
  });

  test('reads of another tenant’s things store nothing', async () => {
    expect(await watch.changes()).toEqual([]);
  });

  const lists = [
    '/v1/institutions',
    '/v1/positions',
    '/v1/assets',
    '/v1/asset-templates',
    '/v1/ledger-events',
    // Refusals go on record a moment after they were answered.
    '/v1/audit-events?outcome=SUCCESS',
  ];
  const upTo200 = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}limit=200`;

  test.each(lists)('%s shows a tenant all of its own and nothing of another, and root both', async (path) => {
    const { ours, theirs, service } = world;
    const rowsFor = async (client: World['ours']['admin']): Promise<Json[]> =>
      done(await client.get(upTo200(path))).data;
    const all = await rowsFor(service.root);
    const ownerOf = ({ id, institutionId }: Json): string => institutionId ?? id;
    const ownedBy = (tenant: string): Json[] => all.filter((row) => ownerOf(row) === tenant);
    expect(ownedBy(ours.id).length).toBeGreaterThan(0);
    expect(ownedBy(theirs.id).length).toBeGreaterThan(0);
    expect(await rowsFor(ours.admin)).toEqual(ownedBy(ours.id));
    expect(await rowsFor(theirs.admin)).toEqual(ownedBy(theirs.id));
    if (path === '/v1/institutions') return;
    const narrowed = done(await service.root.get(`${upTo200(path)}&institutionId=${theirs.id}`));
    expect(narrowed.data).toEqual(ownedBy(theirs.id));
    const own = done(await ours.admin.get(`${upTo200(path)}&institutionId=${ours.id}`));
    expect(own.data).toEqual(ownedBy(ours.id));
  });

  test('the other tenant and root are served what ours is refused', async () => {
    const { theirs, service } = world;
    const paths = attempts
      .map(([, , request]) => request(theirIds, world))
      .filter(({ method, json }) => method === undefined && json === undefined)
      .map(({ path }) => path);
    for (const client of [theirs.admin, service.root]) {
      const answers = await Promise.all(paths.map(async (path) => client.get(path)));
      const found = answers.map(({ status, body }) => (status === 200 ? status : body.code));
      // Nothing is sealed yet.
      expect(found).toEqual(
        paths.map((path) => (path.includes('/checkpoints/') ? 'checkpoint.unknown' : 200)),
      );
    }
  });

  describe('a cursor of another tenant', () => {
    const byRow = OPERATIONS.filter(
      ({ name, described }) =>
        !BY_NUMBER.includes(name) &&
        described.parameters?.some((parameter: Json) => resolved(parameter).name === 'cursor'),
    );

    beforeAll(async () => {
      const { theirs, service } = world;
      await foundTenant(service, 'Eastern Escrow');
      await makeAsset(theirs.admin, 'EUR');
      await openPosition(theirs.admin, theirs.assetId, '8.00');
      done(await theirs.admin.put(`/v1/institutions/${theirs.id}/policies/SG`, { position: {} }));
      done(await world.ours.admin.put(`/v1/institutions/${world.ours.id}/policies/US`, { position: {} }));
    });

    test.each(byRow)('of $name leads to one’s own rows, as one of nothing does', async ({ path }) => {
      const { ours, theirs, service } = world;
      const of = ({ id }: { id: string }): string => path.replace('{institutionId}', id);
      const isOfRoot = path === '/v1/institutions';
      const first = await (isOfRoot
        ? service.root.get(`${path}?limit=2`)
        : theirs.admin.get(`${of(theirs)}?limit=1`));
      const [at, id] = JSON.parse(
        Buffer.from(done(first).page.nextCursor, 'base64url').toString(),
      ) as string[];
      const all: Json[] = done(await ours.admin.get(`${of(ours)}?limit=200`)).data;
      for (const order of ['asc', 'desc']) {
        const [foreign, unknown] = [id, id?.replace(/_.*/, '_01jd8x3fqje3wve2q1q9n8h2kz')].map(
          async (text) => {
            const cursor = Buffer.from(JSON.stringify([at, text])).toString('base64url');
            const answer = await ours.admin.get(`${of(ours)}?limit=3&order=${order}&cursor=${cursor}`);
            return { ...comparable(answer, UNKNOWN), text: answer.text.replaceAll(cursor, '<cursor>') };
          },
        );
        expect(await foreign).toEqual(await unknown);
        const rows: Json[] = JSON.parse((await foreign)?.text).data;
        expect(all).toEqual(expect.arrayContaining(rows));
      }
    });
  });

  test('root acting for a tenant is recorded under that tenant, without a key', async () => {
    const { service, theirs } = world;
    const opened = await service.root.post('/v1/positions', {
      institutionId: theirs.id,
      assetId: theirs.assetId,
      holderReference: 'holder-9',
      currency: 'USD',
      amount: '9.00',
    });
    expect(done(opened).institutionId).toBe(theirs.id);
    const [newest] = done(await theirs.admin.get('/v1/audit-events?order=desc&limit=1&outcome=SUCCESS')).data;
    expect(newest).toMatchObject({
      institutionId: theirs.id,
      apiKeyId: null,
      action: 'POSITION_CREATED',
      resourceId: opened.body.id,
      requestId: opened.headers.get('x-request-id'),
    });
  });

  test('root must say for whom a template is, and for an asset or position may not name another’s', async () => {
    const { service, ours, theirs } = world;
    const before = await RecordWatch.over(service);
    const { path, json } = template({})();
    const untold = await service.root.post(path, json);
    expect(untold.status).toBe(400);
    expect(untold.body.errors).toEqual([
      { pointer: '/institutionId', code: 'field.required', detail: expect.any(String) },
    ]);
    const mixed = [
      await service.root.post('/v1/assets', {
        institutionId: ours.id,
        templateId: theirs.templateId,
        label: 'x',
      }),
      await service.root.post('/v1/positions', {
        institutionId: ours.id,
        assetId: theirs.assetId,
        holderReference: 'x',
        currency: 'USD',
        amount: '1.00',
      }),
    ];
    expect(mixed.map(({ status }) => status)).toEqual([404, 404]);
    for (const { body } of mixed) expect(body.errors[0].pointer).toMatch(/^\/(institutionId|assetId)$/);
    expect(await before.changes()).toEqual([]);
  });
});
