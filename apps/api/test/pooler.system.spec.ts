import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, openTestDatabase, PgBouncer, withClient, type TestDatabase } from '#testing';
import { CliProcess } from '../../cli/test/support/cli-process.js';
import type { Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { foundTenant, move, openPosition } from './support/tenant.js';

const TIME_OUTS = ['idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout'];
const PASSWORD = randomBytes(12).toString('hex');

/** What the pooler would have to overlook for a service that sends its time-outs itself, and more. */
const LENIENT = { ignore_startup_parameters: `${TIME_OUTS.join(',')},options` };

describe('a service behind PgBouncer in transaction mode', () => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  let lenient: PgBouncer;
  const users: string[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
    const { ownerUrl } = database;
    pooler = await PgBouncer.start({ ownerUrl });
    lenient = await PgBouncer.start({ ownerUrl, settings: LENIENT });
  });
  afterAll(async () => {
    await pooler.stop();
    await lenient.stop();
    await asOwner(...users.map((user) => `DROP ROLE ${user}`));
    await database.close();
  });

  const asOwner = async (...statements: string[]): Promise<void> =>
    withClient(database.ownerUrl, async (owner) => {
      for (const statement of statements) await owner.query(statement);
    });

  /** A user of the service of its own, with the time-outs that are set on it, and the way through a pooler. */
  async function newUser(through: PgBouncer, settings: readonly string[]): Promise<string> {
    const user = `pooled_${randomBytes(6).toString('hex')}`;
    users.push(user);
    await asOwner(
      `CREATE ROLE ${user} LOGIN PASSWORD '${PASSWORD}' IN ROLE escrowgrid_app`,
      ...settings.map((name) => `ALTER ROLE ${user} SET ${name} = '7s'`),
    );
    const url = new URL(through.url(database.url));
    url.username = user;
    url.password = PASSWORD;
    return url.href;
  }

  const installationAt = (url: string, isPooled: boolean): Installation => {
    const rootKey = randomBytes(24).toString('hex');
    return {
      database,
      rootKey,
      environment: {
        STORE_BACKEND: 'postgres',
        DATABASE_URL: url,
        DB_POOLER: String(isPooled),
        ROOT_API_KEY: rootKey,
        API_KEY_PEPPER: randomBytes(24).toString('hex'),
        HOST: '127.0.0.1',
        PORT: '0',
      },
    };
  };

  /** Starts it, does something, ends it, and answers all that it wrote. */
  async function serve(installation: Installation, work?: (service: ServiceProcess) => Promise<void>) {
    let said = '';
    const service = await ServiceProcess.start(installation, {}, (text) => (said += text));
    try {
      await work?.(service);
    } finally {
      await service.terminate(20_000);
    }
    return said;
  }

  /** Many commands at once, each of which reads by keys, and commits. */
  async function burst(service: ServiceProcess): Promise<number[]> {
    const tenant = await foundTenant(service);
    const opened = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const id = await openPosition(tenant.admin, tenant.assetId, '100.00');
        return move(tenant.admin, id, 'FUNDED');
      }),
    );
    return opened.map(({ status }) => status);
  }

  test('does its work on fewer sessions than it has connections, and leaves no statement prepared on any', async () => {
    const url = await newUser(pooler, TIME_OUTS);
    const said = await serve(installationAt(url, true), async (service) => {
      expect(new Set(await burst(service))).toEqual(new Set([200]));
      const sessions = await withClient(database.ownerUrl, async (owner) => {
        const { rows } = await owner.query<{ name: string }>(
          'SELECT application_name AS name FROM pg_stat_activity WHERE usename = $1',
          [new URL(url).username],
        );
        return rows;
      });
      expect(sessions.length).toBeGreaterThan(1);
      expect(sessions.length).toBeLessThanOrEqual(3);
      // Three at once are three sessions: none is given out twice at a time.
      const prepared = await Promise.all(
        [1, 2, 3].map(async () =>
          withClient(url, async (client) => {
            const { rows } = await client.query<{ name: string; waited: string }>(
              `SELECT name, pg_sleep(0.3)::text AS waited FROM (SELECT 1) one LEFT JOIN pg_prepared_statements ON true`,
            );
            return rows.map(({ name }) => name);
          }),
        ),
      );
      expect(prepared).toEqual([[null], [null], [null]]);
    });
    expect(said).not.toContain('ALTER ROLE');
  });

  test('has the time-outs of its role in every session', async () => {
    const url = await newUser(pooler, TIME_OUTS);
    for (const name of TIME_OUTS) {
      const { rows } = await withClient(url, async (client) => client.query(`SHOW ${name}`));
      expect(rows).toEqual([{ [name]: '7s' }]);
    }
  });

  test('is warned of the time-outs that its role lacks, each by its name', async () => {
    const said = await serve(installationAt(await newUser(pooler, ['lock_timeout']), true));
    expect(said).toContain(
      'has no limit for idle_in_transaction_session_timeout, statement_timeout: set them by ALTER ROLE',
    );
  });

  test('does not start without DB_POOLER, and says that this is what it wants', async () => {
    let said = '';
    const started = ServiceProcess.start(
      installationAt(await newUser(pooler, TIME_OUTS), false),
      {},
      (text) => (said += text),
    );
    await expect(started).rejects.toThrow('The service ended with status 1.');
    expect(said).toContain('unsupported startup parameter: ');
    expect(said).toContain('the service wants DB_POOLER=true');
  });

  test('fails without DB_POOLER, too, where the pooler overlooks what it sends: its statements are prepared elsewhere', async () => {
    const url = await newUser(lenient, TIME_OUTS);
    await serve(installationAt(url, true), async (service) => {
      expect(new Set(await burst(service))).toEqual(new Set([200]));
    });
    await serve(installationAt(url, false), async (service) => {
      const statuses = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const { status } = await service.root.get(`/v1/assets/ast_${String(index).padStart(26, '0')}`);
          return status;
        }),
      );
      const founded = await burst(service).catch(() => [500]);
      expect([...statuses, ...founded]).toContain(500);
    });
  });

  describe('whose schema', () => {
    let empty: TestDatabase;
    beforeAll(async () => {
      empty = await openEmptyDatabase();
    });
    afterAll(() => empty.close());

    test.each(['migrate up', 'distribute --dry-run'])(
      '`escrowgrid %s` reaches past the pooler, and not through it',
      async (words) => {
        const through = await CliProcess.escrowgrid(words.split(' '), {
          DATABASE_URL: pooler.url(empty.ownerUrl),
        }).end();
        expect(through.status).toBe(1);
        expect(through.stderr).toContain('in MIGRATIONS_DATABASE_URL');

        const overlooked = await CliProcess.escrowgrid(words.split(' '), {
          DATABASE_URL: lenient.url(empty.ownerUrl),
        }).end();
        expect(overlooked.status).toBe(1);
        expect(overlooked.stderr).toContain('give the direct way in MIGRATIONS_DATABASE_URL');
      },
    );

    test('is migrated directly, whatever DATABASE_URL says', async () => {
      const environment = {
        DATABASE_URL: pooler.url(empty.ownerUrl),
        DB_POOLER: 'true',
        MIGRATIONS_DATABASE_URL: empty.ownerUrl,
      };
      expect(await CliProcess.escrowgrid(['migrate', 'up'], environment).end()).toMatchObject({ status: 0 });
      expect(await CliProcess.escrowgrid(['migrate', 'status'], environment).end()).toMatchObject({
        status: 0,
      });
    });
  });

  test('verifies its records through the pooler as well', async () => {
    const url = await newUser(pooler, TIME_OUTS);
    const verified = await CliProcess.escrowgrid(['verify'], { DATABASE_URL: url, DB_POOLER: 'true' }).end();
    expect(verified).toMatchObject({ status: 0 });
  });
});
