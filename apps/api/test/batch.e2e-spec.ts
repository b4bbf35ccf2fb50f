import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BACKENDS, withClient } from '#testing';
import type { Answer, Json } from './support/client.js';
import { anId, UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { readAll, RecordWatch } from './support/records.js';
import { invalid, refusedAt, settingOn, type RefusalCase } from './support/refusals.js';
import { position, template, type Fields } from './support/requests.js';
import type { Request } from './support/send.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, makeAsset, move, type Tenant } from './support/tenant.js';
import { expectWholePositions } from './support/wholeness.js';
import type { World } from './support/world.js';

const MIB = 1024 * 1024;
const PATH = '/v1/positions/batch';

/** A batch whose items would be sound but for the fields that a test changes or adds. */
const batch =
  (...items: (Fields | ((world: World) => Fields))[]) =>
  (world: World): Request => ({
    path: PATH,
    json: { items: items.map((fields) => position(fields)(world).json) },
  });
const body = (json: unknown) => (): Request => ({ path: PATH, json });
/** The same batch from somebody else. */
const from =
  (as: Request['as'], request: (world: World) => Request) =>
  (world: World): Request => ({ ...request(world), as });
const sound: Fields = {};
const inSingapore =
  (amount: string) =>
  ({ underPolicy }: World): Fields => ({ assetId: underPolicy.eurAssetId, currency: 'EUR', amount });
const theirAsset = ({ theirs }: World): Fields => ({ assetId: theirs.assetId });

const shapes: RefusalCase[] = [
  ['a batch without items', body({}), invalid(['/items', 'field.required'])],
  ['null for items', body({ items: null }), invalid(['/items', 'field.wrong_type'])],
  ['a text for items', body({ items: 'x' }), invalid(['/items', 'field.wrong_type'])],
  ['no item', body({ items: [] }), invalid(['/items', 'field.wrong_length'])],
  ['1001 items', batch(...new Array<Fields>(1001).fill(sound)), invalid(['/items', 'field.wrong_length'])],
  ...[7, 'x', null, true, []].map((item): RefusalCase => [
    `the item ${JSON.stringify(item)}`,
    (world) => ({ path: PATH, json: { items: [position({})(world).json, item] } }),
    invalid(['/items/1', 'field.wrong_type']),
  ]),
  [
    'an unknown member beside the items',
    (world) => ({ path: PATH, json: { items: [position({})(world).json], atomic: true } }),
    invalid(['/atomic', 'field.unknown']),
  ],
  ['an unknown member inside an item', batch(sound, { x: 1 }), invalid(['/items/1/x', 'field.unknown'])],
  [
    'several fields of several items',
    batch({ amount: 5 }, sound, { currency: 'XYZ', holderReference: '', amount: '-1' }),
    invalid(
      ['/items/0/amount', 'money.malformed_amount'],
      ['/items/2/holderReference', 'field.wrong_length'],
      ['/items/2/currency', 'money.unknown_currency'],
      ['/items/2/amount', 'money.malformed_amount'],
    ),
  ],
  [
    'an amount finer than its currency',
    batch(sound, { currency: 'JPY', amount: '100.5' }),
    refusedAt(400, 'money.too_many_decimals', '/items/1/amount', { currency: 'JPY', decimalPlaces: 0 }),
  ],
  [
    'an amount of zero',
    batch(sound, { amount: '0.00' }),
    refusedAt(400, 'money.not_positive', '/items/1/amount'),
  ],
  [
    'a body of more than 1 MiB',
    batch({ holderReference: 'x'.repeat(MIB) }),
    { status: 413, code: 'request.too_large' },
  ],
];

const rules: RefusalCase[] = [
  [
    'an unknown asset',
    batch(sound, sound, { assetId: UNKNOWN.asset }),
    refusedAt(404, 'asset.unknown', '/items/2/assetId'),
  ],
  [
    'a malformed asset id',
    batch(sound, { assetId: 'x' }),
    refusedAt(404, 'asset.unknown', '/items/1/assetId'),
  ],
  ['another tenant’s asset', batch(sound, theirAsset), refusedAt(404, 'asset.unknown', '/items/1/assetId')],
  [
    'an unknown institution',
    batch(sound, { institutionId: UNKNOWN.institution }),
    refusedAt(404, 'institution.unknown', '/items/1/institutionId'),
  ],
  [
    'another tenant’s institution',
    batch(sound, ({ theirs }) => ({ institutionId: theirs.id })),
    refusedAt(404, 'institution.unknown', '/items/1/institutionId'),
  ],
  [
    'a field at fault behind an unknown asset, which is judged later,',
    batch({ assetId: UNKNOWN.asset }, { amount: '1.001' }),
    refusedAt(400, 'money.too_many_decimals', '/items/1/amount', { currency: 'USD', decimalPlaces: 2 }),
  ],
  [
    'a currency that is not the template’s',
    batch(sound, { currency: 'EUR' }),
    ({ ours }) =>
      refusedAt(422, 'template.currency_mismatch', '/items/1/currency', {
        templateId: ours.templateId,
        expected: 'USD',
        currency: 'EUR',
      }),
  ],
  [
    'an amount beyond the template’s bounds',
    batch(sound, ({ bounded }) => ({ assetId: bounded.assetId, amount: '100.01' })),
    ({ bounded }) =>
      refusedAt(422, 'template.amount_out_of_bounds', '/items/1/amount', {
        templateId: bounded.templateId,
        currency: 'USD',
        amount: '100.01',
        maxAmount: '100.00',
      }),
  ],
  [
    'an amount beyond the policy’s bounds',
    batch(sound, inSingapore('50.00'), sound, inSingapore('5000.01')),
    refusedAt(422, 'policy.amount_out_of_bounds', '/items/3/amount', {
      policyVersion: 2,
      region: 'SG',
      currency: 'EUR',
      amount: '5000.01',
      maxAmount: '5000',
    }),
  ],
  [
    'a currency that the policy does not allow',
    batch(
      ({ underPolicy }) => ({ assetId: underPolicy.gbpAssetId, currency: 'GBP', amount: '60.00' }),
      sound,
    ),
    refusedAt(422, 'policy.currency_not_allowed', '/items/0/currency', {
      policyVersion: 2,
      region: 'SG',
      currency: 'GBP',
      allowedCurrencies: ['EUR', 'USD'],
    }),
  ],
];

const senders: RefusalCase[] = [
  ['a batch of a read_only key', from('reader', batch(sound)), { status: 403, code: 'access.forbidden' }],
  [
    'our batch from a stranger',
    from('stranger', batch(sound)),
    refusedAt(404, 'asset.unknown', '/items/0/assetId'),
  ],
  [
    'root’s batch for two institutions',
    from('root', batch(sound, sound, theirAsset)),
    refusedAt(404, 'asset.unknown', '/items/2/assetId'),
  ],
  [
    'root’s batch for two institutions that it names',
    from(
      'root',
      batch(
        ({ ours }) => ({ institutionId: ours.id }),
        ({ theirs }) => ({ institutionId: theirs.id, assetId: theirs.assetId }),
      ),
    ),
    refusedAt(404, 'institution.unknown', '/items/1/institutionId'),
  ],
  [
    'root’s batch for an institution that is not the asset’s',
    from(
      'root',
      batch(({ theirs }) => ({ institutionId: theirs.id }), sound),
    ),
    refusedAt(404, 'asset.unknown', '/items/0/assetId'),
  ],
];

describe.each(BACKENDS)('bad batches on %s', (backend) => {
  const setting = settingOn(backend);

  describe.each([
    ['shape', shapes],
    ['rules', rules],
    ['sender', senders],
  ])('%s', (_, cases) => {
    test.each(cases)('%s is refused and stores nothing', async (...refusalCase) => {
      await setting.expectRefused(refusalCase);
    });
  });
});

describe.each(BACKENDS)('batches on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend);
  });
  afterAll(() => closeService(service));
  beforeEach(async () => {
    tenant = await foundTenant(service);
  });

  const item = (fields: Fields = {}): Json => ({
    assetId: tenant.assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount: '1000.10',
    ...fields,
  });
  const send = async (items: readonly Json[], client = tenant.admin): Promise<Answer> =>
    client.post(PATH, { items });
  /** An asset in a region, and a policy for the region. */
  const makeAssetIn = async (region: string, currency: string, rules: Json): Promise<string> => {
    const { admin } = tenant;
    const { path, json } = template({ region, config: { currency, region } })();
    const { id: templateId } = done(await admin.post(path, json));
    done(await admin.put(`/v1/institutions/${tenant.id}/policies/${region}`, { position: rules }));
    return done(await admin.post('/v1/assets', { templateId, label: 'Harbour bridge' })).id;
  };

  test('a batch of one answers and records what opening the position by itself would', async () => {
    const fields = { institutionId: tenant.id, externalReference: 'contract-7' };
    const single = done(await tenant.admin.post('/v1/positions', item(fields)));
    const watch = await RecordWatch.over(service);
    const answer = await send([item(fields)]);
    const [opened] = answer.body.data;
    const { id, createdAt } = opened;
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 201,
      body: {
        data: [
          {
            ...single,
            id: anId('pos'),
            createdAt,
            updatedAt: createdAt,
            events: [{ ...single.events[0], id: anId('ple'), positionId: id, at: createdAt }],
          },
        ],
      },
    });
    expect(id).not.toBe(single.id);
    expect(done(await tenant.reader.get(`/v1/positions/${id}`))).toEqual(opened);
    const rows = await watch.changes();
    expect(rows.map(([path]) => path).sort()).toEqual([
      '/v1/audit-events?outcome=SUCCESS',
      '/v1/ledger-events',
      '/v1/positions',
      `/v1/positions/${id}/events`,
    ]);
    expect(rows.find(([path]) => path.startsWith('/v1/audit-events'))?.[1]).toMatchObject({
      institutionId: tenant.id,
      apiKeyId: tenant.adminKeyId,
      action: 'POSITION_CREATED',
      outcome: 'SUCCESS',
      resourceType: 'position',
      resourceId: id,
      method: 'POST',
      path: PATH,
      statusCode: 201,
      requestId: answer.headers.get('x-request-id'),
      payload: { seq: 1, toState: 'CREATED', amount: '1000.10', currency: 'USD' },
    });
    await expectWholePositions(service);
  });

  test('amounts have the digits of their currency, and every asset the policy of its region', async () => {
    const yen = (await makeAsset(tenant.admin, 'JPY')).assetId;
    const dinar = await makeAssetIn('SG', 'KWD', { maxAmount: '5' });
    const pound = await makeAssetIn('EU_UK', 'GBP', { minAmount: '50', allowedCurrencies: ['GBP'] });
    const items = [
      item({ assetId: yen, currency: 'JPY', amount: '1000' }),
      item({ assetId: dinar, currency: 'KWD', amount: '1.234' }),
      item({ assetId: pound, currency: 'GBP', amount: '50.0' }),
      item({ assetId: dinar, currency: 'KWD', amount: '5' }),
      item({ amount: '123456789012345678.12' }),
    ];
    const opened = done(await send(items)).data;
    expect(opened.map(({ currency, amount }: Json) => [currency, amount])).toEqual([
      ['JPY', '1000'],
      ['KWD', '1.234'],
      ['GBP', '50.00'],
      ['KWD', '5.000'],
      ['USD', '123456789012345678.12'],
    ]);
    const watch = await RecordWatch.over(service);
    expectProblem(await send([...items, item({ assetId: dinar, currency: 'KWD', amount: '5.001' })]), PATH, {
      ...refusedAt(422, 'policy.amount_out_of_bounds', '/items/5/amount'),
      extensions: { policyVersion: 2, region: 'SG', currency: 'KWD', amount: '5.001', maxAmount: '5' },
    });
    expectProblem(await send([...items, item({ assetId: pound, currency: 'GBP', amount: '49.99' })]), PATH, {
      ...refusedAt(422, 'policy.amount_out_of_bounds', '/items/5/amount'),
      extensions: { policyVersion: 2, region: 'EU_UK', currency: 'GBP', amount: '49.99', minAmount: '50' },
    });
    expect(await watch.changes()).toEqual([]);
  });

  test('root opens a batch for one institution, which is recorded under it', async () => {
    const opened = done(await send([item(), item({ institutionId: tenant.id })], service.root)).data;
    expect(opened.map(({ institutionId }: Json) => institutionId)).toEqual([tenant.id, tenant.id]);
    const audit = done(await tenant.admin.get('/v1/audit-events?action=POSITION_CREATED')).data;
    expect(audit.map(({ resourceId, apiKeyId }: Json) => [resourceId, apiKeyId]).sort()).toEqual(
      opened.map(({ id }: Json) => [id, null]).sort(),
    );
  });

  test('batches and single positions that are opened at once are all there, and each goes on by itself', async () => {
    const other = await foundTenant(service, 'Southern Escrow');
    const sent = Array.from({ length: 30 }, async (_none, index): Promise<Json[]> => {
      const claim = item({ holderReference: `racer-${index}` });
      if (index % 3 === 0) return [done(await tenant.admin.post('/v1/positions', claim))];
      if (index % 3 === 1) return done(await send(Array.from({ length: 20 }, () => claim))).data;
      return done(await send([{ ...claim, assetId: other.assetId }], other.admin)).data;
    });
    const opened = (await Promise.all(sent)).flat();
    expect(opened).toHaveLength(10 + 10 * 20 + 10);
    const moved = await Promise.all(
      opened
        .slice(0, 40)
        .map(({ id, institutionId }) =>
          move((institutionId === tenant.id ? tenant : other).admin, id, 'FUNDED'),
        ),
    );
    expect(moved.map(({ status }) => status)).toEqual(moved.map(() => 200));
    const ids = (await expectWholePositions(service)).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(opened.map(({ id }) => id)));
  });

  test('a thousand positions are opened, answered, listed and recorded in the order of their items', async () => {
    const items = Array.from({ length: 1000 }, (_none, index) =>
      item({ holderReference: `holder-${index}`, amount: `${1000 - index}.01` }),
    );
    const answer = await send(items);
    expect(answer.status).toBe(201);
    const opened: Json[] = answer.body.data;
    const asked = items.map(({ holderReference, amount }) => [holderReference, amount]);
    expect(opened.map(({ holderReference, amount }) => [holderReference, amount])).toEqual(asked);
    const own = { root: tenant.admin, client: () => tenant.admin };
    expect(await readAll(own, '/v1/positions')).toEqual(opened.map(({ events: _events, ...row }) => row));
    const audit = await readAll(own, '/v1/audit-events?action=POSITION_CREATED');
    const requestId = answer.headers.get('x-request-id');
    expect(audit.map((event) => [event.resourceId, event.requestId])).toEqual(
      opened.map(({ id }) => [id, requestId]),
    );
    // One commit is one moment.
    expect(new Set(opened.map(({ createdAt }) => createdAt)).size).toBe(1);
    await expectWholePositions(own);
  });
});

test('a batch that the database refuses in its midst leaves nothing, and spoils no other command', async () => {
  const service = await openService('postgres');
  try {
    const tenant = await foundTenant(service);
    const ownerUrl = service.installation.database?.ownerUrl ?? '';
    const alter = async (change: string): Promise<void> =>
      withClient(ownerUrl, async (client) => {
        await client.query(`ALTER TABLE positions ${change}`);
      });
    await alter(`ADD CONSTRAINT positions_test_check CHECK (holder_reference <> 'holder-500')`);
    const item = (holder: number): Json => ({
      assetId: tenant.assetId,
      holderReference: `holder-${holder}`,
      currency: 'USD',
      amount: '1.00',
    });
    const items = Array.from({ length: 1000 }, (_none, index) => item(index));
    const watch = await RecordWatch.over(service);
    const refused = await tenant.admin.post(PATH, { items });
    expectProblem(refused, PATH, { status: 500, code: 'service.fault' });
    expect(await watch.changes()).toEqual([]);
    // Those that share a transaction with it are not taken down with it.
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_none, index) =>
        index % 4 === 3
          ? tenant.admin.post(PATH, { items: items.slice(490, 510) })
          : tenant.admin.post(PATH, { items: items.slice(index * 20, index * 20 + 20) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_answer, index) => (index % 4 === 3 ? 500 : 201)),
    );
    expect(await expectWholePositions(service)).toHaveLength(9 * 20);
    await alter('DROP CONSTRAINT positions_test_check');
    expect((await tenant.admin.post(PATH, { items })).status).toBe(201);
    expect(await expectWholePositions(service)).toHaveLength(9 * 20 + 1000);
  } finally {
    await closeService(service);
  }
});
