import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until, withClient } from '#testing';
import { CliProcess } from '../../cli/test/support/cli-process.js';
import { KeyedLoad } from './support/keyed-load.js';
import { OwnServer } from './support/own-server.js';
import { startService, type Service } from './support/service.js';
import { Standby } from './support/standby.js';
import { foundTenant, type Tenant } from './support/tenant.js';

const TIME_OUTS = { DB_CONNECT_TIMEOUT_MS: '1000', DB_STATEMENT_TIMEOUT_MS: '2000' };

describe('a service whose database has a standby, under load', () => {
  let primary: OwnServer;
  let standby: Standby;
  let service: Service;

  beforeAll(async () => {
    primary = await OwnServer.start();
    standby = await Standby.of(primary, process.env['TEST_POSTGRES_BIN'] ?? '');
    service = await startService(primary.installation, TIME_OUTS);
  }, 60_000);
  afterAll(async () => {
    await service?.stop();
    await standby?.stop();
    await primary?.close();
  });

  const readiness = async (): Promise<unknown> => (await service.client().get('/health/ready')).body.detail;

  /** What it found out of its database it takes for true for a second. */
  const untilReady = async (): Promise<unknown> =>
    until(async () => (await readiness()) === undefined, 'It is ready again.');

  async function loaded(): Promise<{ load: KeyedLoad; tenant: Tenant }> {
    const tenant = await foundTenant(service);
    const load = new KeyedLoad(service.client(tenant.adminKey), tenant);
    await load.acknowledges(100);
    return { load, tenant };
  }

  /** What a test of one tenant reads, and no more. */
  const seenBy = ({ admin }: Tenant): Service => ({ ...service, root: admin });

  test('is not ready and refuses commands when it is led to the standby, and goes on when it is led back', async () => {
    const { load, tenant } = await loaded();
    primary.proxy.pointTo(standby.ownerUrl);
    primary.proxy.cut();
    await load.isRefused(40);
    await until(async () => (await readiness()) === 'The database is read-only.', 'It is not ready.');
    const position = load.sent.find(({ answer }) => answer !== undefined)?.answer?.body;
    expect((await tenant.admin.get(`/v1/positions/${position.id}`)).status).toBe(200);
    // No connection is cut: those to the standby are the service's own to close.
    primary.proxy.pointTo(primary.ownerUrl);
    await load.acknowledges(100);
    await load.expectAllOnce(seenBy(tenant));
    await untilReady();
    await until(async () => (await sessionsOn(standby.ownerUrl)) === 0, 'It has left the standby.');
  }, 120_000);

  test('goes on at the standby, once that is promoted, when its database is killed: nothing that was acknowledged is lost, and nothing is done twice', async () => {
    const { load, tenant } = await loaded();
    await primary.kill();
    await load.isRefused(40);
    await standby.promote();
    primary.proxy.pointTo(standby.ownerUrl);
    await load.acknowledges(100);
    await load.expectAllOnce(seenBy(tenant));
    await untilReady();
    const verified = await CliProcess.escrowgrid(['verify'], { DATABASE_URL: standby.ownerUrl }).end();
    expect(verified).toMatchObject({ status: 0 });
  }, 120_000);

  async function sessionsOn(url: string): Promise<number> {
    const { rows } = await withClient(url, (client) =>
      client.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'escrowgrid%'`,
      ),
    );
    return rows[0]?.n ?? 0;
  }
});
