import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, withClient, type TestDatabase } from '#testing';
import { KeepAliveLoad } from './support/keep-alive-load.js';
import { recordedRefusals } from './support/recorded-refusals.js';
import { ReloadedService } from './support/reloaded-service.js';
import { foundTenant, type Tenant } from './support/tenant.js';

const DONE = 'New workers serve on the settings read again.';
const NOT_STARTED = 'The new workers could not start; the old ones go on.';

describe('a service in memory that is moved to PostgreSQL while clients create positions', () => {
  let service: ReloadedService;
  let database: TestDatabase;
  let tenant: Tenant;
  let load: KeepAliveLoad;

  beforeEach(async () => {
    database = await openTestDatabase();
    service = await ReloadedService.start('memory');
    tenant = await foundTenant(service.process);
    load = new KeepAliveLoad(tenant, {
      target: () => service.process.url,
      mayBe: (status, headers) => status === 503 && Number(headers['retry-after']) > 0,
    });
    await load.more(300);
  });
  afterEach(async () => {
    await load.stop();
    await service.close();
    await database.close();
  });

  const settings = (more = ''): string =>
    `STORE_BACKEND=postgres\nDATABASE_URL=${database.url}\nDB_POOLER=${database.isPooled}\n${more}`;

  async function storedIds(): Promise<string[]> {
    const { rows } = await withClient(database.ownerUrl, (client) =>
      client.query<{ id: string }>('SELECT id FROM positions ORDER BY id'),
    );
    return rows.map(({ id }) => id);
  }

  test('keeps everything that it acknowledged, and answers in full or with 503 and when to come again', async () => {
    await service.reload(settings('WORKERS=2'), DONE);
    const before = load.acknowledged.length;
    await load.more(300);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.refused).toBeGreaterThan(0);
    expect(before).toBeGreaterThanOrEqual(300);
    expect(await storedIds()).toEqual(load.acknowledged.toSorted());
    // Over a connection that the old worker still has, it would only say that it has stepped back.
    await service.workers(2);
    const { body } = await tenant.reader.get(`/v1/positions/${load.acknowledged[0]}/ledger/verification`);
    expect(body).toMatchObject({ verified: true });
    expect(await service.process.terminate()).toBe(0);
  }, 60_000);

  test('answers a command that is sent again as before, and does it once', async () => {
    const json = { assetId: tenant.assetId, holderReference: 'again', currency: 'USD', amount: '7.00' };
    const open = async () =>
      tenant.admin.send('POST', '/v1/positions', { json, headers: { 'Idempotency-Key': 'sent-again' } });
    const first = await open();
    await service.reload(settings(), DONE);
    await load.stop();
    await service.workers(1);
    const second = await open();
    expect([second.status, second.headers.get('idempotent-replayed'), second.body]).toEqual([
      201,
      'true',
      first.body,
    ]);
  }, 60_000);

  test('keeps on record what it has refused, or says of how many refusals it could not', async () => {
    await load.stop();
    const stranger = service.process.client('a-key-that-nobody-has-been-given');
    const refuse = async (): Promise<boolean> =>
      (await stranger.get('/v1/positions').catch(() => undefined))?.status === 401;
    await Promise.all(Array.from({ length: 10 }, refuse));
    let isOver = false;
    const during = (async () => {
      let refusals = 0;
      while (!isOver && refusals < 15) if (await refuse()) refusals += 1;
      return refusals;
    })();
    await service.reload(settings(), DONE);
    isOver = true;
    const expected = 10 + (await during);
    await service.workers(1);
    const lost = /Audit events of refusals were not stored in time: (\d+)/.exec(service.written)?.[1] ?? '0';
    const rows = await recordedRefusals(service.process.root, expected - Number(lost), '&action=AUTH_FAILED');
    expect(rows.length + Number(lost)).toBe(expected);
    expect(Number(lost)).toBeLessThan(expected - 9);
  }, 60_000);

  test('goes on in memory where the database holds anything else', async () => {
    const insert = `INSERT INTO institutions (id, name, regions, verticals, created_at, updated_at, version)
      VALUES ('inst_01k0000000000000000000000a', 'Somebody else', '{US}', '{CONSTRUCTION}', '2026-01-01Z', '2026-01-01Z', 1)`;
    await withClient(database.ownerUrl, (client) => client.query(insert));
    await service.reload(settings(), NOT_STARTED);
    await service.hasWritten(
      'The database holds something else than what it is to take over: name an empty one.',
    );
    await load.more(300);
    expect(load.failures).toEqual([]);
    await service.workers(1);
    expect(await storedIds()).toEqual([]);
    const last = load.acknowledged.at(-1);
    expect((await tenant.reader.get(`/v1/positions/${last}`)).status).toBe(200);
  }, 60_000);

  test('goes on in memory however often there is no database, and leaves nothing behind each time', async () => {
    for (let times = 0; times < 9; times += 1) {
      await service.reload(
        'STORE_BACKEND=postgres\nDATABASE_URL=postgresql://app@127.0.0.1:1/a',
        NOT_STARTED,
      );
    }
    await load.more(100);
    expect(load.failures).toEqual([]);
    // Node warns of what listens and is never heard.
    expect(service.written).not.toContain('Warning');
    await service.workers(1);
  }, 120_000);

  test('goes on in memory where API keys would stop working, without holding any write', async () => {
    await service.reload(
      settings(`API_KEY_PEPPER=${'o'.repeat(40)}`),
      'A store is taken over with its API keys, which need the API_KEY_PEPPER that they were made with. The old worker goes on.',
    );
    await load.more(100);
    expect(load.failures).toEqual([]);
    expect(load.refused).toBe(0);
  });
});
