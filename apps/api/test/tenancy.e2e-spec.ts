import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { RecordWatch } from './support/records.js';
import { asset, position, template } from './support/requests.js';
import { send, type Request } from './support/send.js';
import { closeService } from './support/service.js';
import { done } from './support/tenant.js';
import { openWorld, type World } from './support/world.js';

/** The ids that a request names: those of another tenant, or those of nothing. */
type Ids = Readonly<Record<'institution' | 'template' | 'asset' | 'position' | 'apiKey', string>>;

/** Every way to name a thing of another tenant, and the status that it is answered with. */
const attempts: [name: string, status: number, request: (ids: Ids, world: World) => Request][] = [
  ['reading an institution', 404, ({ institution }) => ({ path: `/v1/institutions/${institution}` })],
  [
    'listing the keys of an institution',
    404,
    ({ institution }) => ({ path: `/v1/institutions/${institution}/api-keys` }),
  ],
  [
    'making a key of an institution',
    404,
    ({ institution }) => ({
      path: `/v1/institutions/${institution}/api-keys`,
      json: { label: 'Mine', role: 'admin' },
    }),
  ],
  [
    'revoking a key',
    404,
    ({ institution, apiKey }) => ({
      method: 'POST',
      path: `/v1/institutions/${institution}/api-keys/${apiKey}/revoke`,
    }),
  ],
  [
    'revoking a key as one’s own',
    404,
    ({ apiKey }, { ours }) => ({
      method: 'POST',
      path: `/v1/institutions/${ours.id}/api-keys/${apiKey}/revoke`,
    }),
  ],
  [
    'revoking one’s own key as one of an institution',
    404,
    ({ institution }, { ours }) => ({
      method: 'POST',
      path: `/v1/institutions/${institution}/api-keys/${ours.readerKeyId}/revoke`,
    }),
  ],
  ['listing policies', 404, ({ institution }) => ({ path: `/v1/institutions/${institution}/policies` })],
  ['reading a policy', 404, ({ institution }) => ({ path: `/v1/institutions/${institution}/policies/US` })],
  [
    'putting a policy',
    404,
    ({ institution }) => ({
      method: 'PUT',
      path: `/v1/institutions/${institution}/policies/US`,
      json: { position: {} },
    }),
  ],
  [
    'removing a policy',
    404,
    ({ institution }) => ({ method: 'DELETE', path: `/v1/institutions/${institution}/policies/US` }),
  ],
  ['reading a template', 404, ({ template: id }) => ({ path: `/v1/asset-templates/${id}` })],
  ['reading an asset', 404, ({ asset: id }) => ({ path: `/v1/assets/${id}` })],
  [
    'changing an asset',
    404,
    ({ asset: id }) => ({ method: 'PATCH', path: `/v1/assets/${id}`, json: { label: 'x' } }),
  ],
  ['reading a position', 404, ({ position: id }) => ({ path: `/v1/positions/${id}` })],
  ['reading the events of a position', 404, ({ position: id }) => ({ path: `/v1/positions/${id}/events` })],
  [
    'moving a position',
    404,
    ({ position: id }) => ({ path: `/v1/positions/${id}/transition`, json: { toState: 'FUNDED' } }),
  ],
  [
    'asking for a step that is impossible',
    404,
    ({ position: id }) => ({ path: `/v1/positions/${id}/transition`, json: { toState: 'CREATED' } }),
  ],
  [
    'a position as of a moment',
    404,
    ({ position: id }, { foundedAt }) => ({ path: `/v1/positions/${id}?asOf=${foundedAt}` }),
  ],
  ['verifying a position', 404, ({ position: id }) => ({ path: `/v1/positions/${id}/ledger/verification` })],
  ['the ledger of a position', 404, ({ position: id }) => ({ path: `/v1/ledger-events?positionId=${id}` })],
  ['an asset under a template', 404, ({ template: id }, world) => asset({ templateId: id })(world)],
  ['a position on an asset', 404, ({ asset: id }, world) => position({ assetId: id })(world)],
  [
    'a position on an asset, in a batch',
    404,
    ({ asset: id }, world) => ({
      path: '/v1/positions/batch',
      json: { items: [position({})(world).json, position({ assetId: id })(world).json] },
    }),
  ],
  [
    'a position of a currency that the asset does not take',
    404,
    ({ asset: id }, world) => position({ assetId: id, currency: 'EUR' })(world),
  ],
  ['a template of an institution', 404, ({ institution }) => template({ institutionId: institution })()],
  [
    'an asset of an institution',
    404,
    ({ institution }, world) => asset({ institutionId: institution })(world),
  ],
  [
    'a position of an institution',
    404,
    ({ institution }, world) => position({ institutionId: institution })(world),
  ],
  ...['positions', 'assets', 'asset-templates', 'ledger-events', 'balances', 'audit-events'].map(
    (list): (typeof attempts)[number] => [
      `the ${list} of an institution`,
      404,
      ({ institution }) => ({ path: `/v1/${list}?institutionId=${institution}` }),
    ],
  ),
  ['positions of an asset', 200, ({ asset: id }) => ({ path: `/v1/positions?assetId=${id}` })],
  ['balances of an asset', 200, ({ asset: id }) => ({ path: `/v1/balances?assetId=${id}` })],
  ['assets of a template', 200, ({ template: id }) => ({ path: `/v1/assets?templateId=${id}` })],
  ['audit events of a key', 200, ({ apiKey }) => ({ path: `/v1/audit-events?apiKeyId=${apiKey}` })],
  ['audit events of a resource', 200, ({ position: id }) => ({ path: `/v1/audit-events?resourceId=${id}` })],
];

describe.each(BACKENDS)('tenants on %s', (backend) => {
  let world: World;
  let watch: RecordWatch;
  let theirIds: Ids;

  beforeAll(async () => {
    world = await openWorld(backend);
    const { theirs } = world;
    await theirs.admin.put(`/v1/institutions/${theirs.id}/policies/US`, { position: { minAmount: '1' } });
    theirIds = {
      institution: theirs.id,
      template: theirs.templateId,
      asset: theirs.assetId,
      position: theirs.positionId,
      apiKey: theirs.adminKeyId,
    };
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
      ...headers
    } = Object.fromEntries(answer.headers);
    return { status: answer.status, headers, text };
  }

  test.each(attempts)('%s of another tenant is answered like one of nothing', async (_, status, request) => {
    const foreign = await send(world, request(theirIds, world));
    const changes = await watch.changes();
    const unknown = await send(world, request(UNKNOWN, world));
    expect(comparable(foreign, theirIds)).toEqual(comparable(unknown, UNKNOWN));
    expect(foreign.status).toBe(status);
    if (status === 200) expect(foreign.body).toEqual({ data: [], page: { limit: 50, nextCursor: null } });
    expect(changes).toEqual([]);
  });

  const lists = [
    '/v1/institutions',
    '/v1/positions',
    '/v1/assets',
    '/v1/asset-templates',
    '/v1/ledger-events',
    '/v1/audit-events',
  ];

  test.each(lists)('%s shows a tenant all of its own and nothing of another, and root both', async (path) => {
    const { ours, theirs, service } = world;
    const rowsFor = async (client: World['ours']['admin']): Promise<Json[]> =>
      done(await client.get(`${path}?limit=200`)).data;
    const all = await rowsFor(service.root);
    const ownerOf = ({ id, institutionId }: Json): string => institutionId ?? id;
    const ownedBy = (tenant: string): Json[] => all.filter((row) => ownerOf(row) === tenant);
    expect(ownedBy(ours.id).length).toBeGreaterThan(0);
    expect(ownedBy(theirs.id).length).toBeGreaterThan(0);
    expect(await rowsFor(ours.admin)).toEqual(ownedBy(ours.id));
    expect(await rowsFor(theirs.admin)).toEqual(ownedBy(theirs.id));
    if (path === '/v1/institutions') return;
    const narrowed = done(await service.root.get(`${path}?limit=200&institutionId=${theirs.id}`));
    expect(narrowed.data).toEqual(ownedBy(theirs.id));
    const own = done(await ours.admin.get(`${path}?limit=200&institutionId=${ours.id}`));
    expect(own.data).toEqual(ownedBy(ours.id));
  });

  test('the other tenant and root are served what ours is refused', async () => {
    const { theirs, service } = world;
    const paths = attempts
      .map(([, , request]) => request(theirIds, world))
      .filter(({ method, json }) => method === undefined && json === undefined)
      .map(({ path }) => path);
    for (const client of [theirs.admin, service.root]) {
      const statuses = await Promise.all(paths.map(async (path) => (await client.get(path)).status));
      expect(statuses).toEqual(paths.map(() => 200));
    }
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
    const [newest] = done(await theirs.admin.get('/v1/audit-events?order=desc&limit=1')).data;
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
