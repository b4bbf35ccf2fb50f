import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EmbeddedPostgres, makeStandInCitus, withClient } from '#testing';
import { migrateUp } from '../../../migrations/migrate.js';
import { distributeCommand } from './distribute-command.js';

const STATEMENTS = [
  'SET citus.enable_unsafe_triggers = on',
  `SELECT create_reference_table('public.institutions')`,
  `SELECT create_reference_table('public.api_keys')`,
  `SELECT create_distributed_table('public.asset_templates', 'institution_id', colocate_with => 'none')`,
  ...[
    'assets',
    'audit_events',
    'checkpoints',
    'idempotency_records',
    'institution_policies',
    'positions',
    'ledger_events',
    'position_events',
  ].map(
    (name) =>
      `SELECT create_distributed_table('public.${name}', 'institution_id', colocate_with => 'public.asset_templates')`,
  ),
];
const STEPS = [...STATEMENTS, 'the roles and grants of migrations/roles.sql'];
const planOf = (steps: readonly string[]): string[] => ['The plan:', ...steps.map((step) => `  ${step}`)];
const begun = (steps: readonly string[], until = steps.length): string[] =>
  steps.slice(0, until).map((step, index) => `step ${index + 1} of ${steps.length}: ${step}`);
const END = 'Every table is distributed. Start the service with COMMIT_GROUPING=institution.';

describe('escrowgrid distribute', () => {
  let server: EmbeddedPostgres;
  let directory: string;
  let citus: Awaited<ReturnType<typeof makeStandInCitus>>;
  let made = 0;
  let url: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'distribute-'));
    citus = await makeStandInCitus();
    server = await EmbeddedPostgres.start({
      dataDirectory: join(directory, 'data'),
      temporaryDirectory: directory,
      settings: { fsync: 'off', extension_control_path: `${citus.folder}:$system` },
    });
    await asOwner(server.url('postgres'), 'CREATE DATABASE migrated TEMPLATE template0');
    await migrateUp(server.url('migrated'));
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await citus.remove();
    await rm(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    made += 1;
    await asOwner(server.url('postgres'), `CREATE DATABASE spread_${made} TEMPLATE migrated`);
    url = server.url(`spread_${made}`);
  });
  afterEach(() => asOwner(server.url('postgres'), `DROP DATABASE spread_${made} WITH (FORCE)`));

  async function asOwner(database: string, sql: string): Promise<Record<string, unknown>[]> {
    return withClient(database, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  }

  const calls = async (): Promise<unknown[]> =>
    (await asOwner(url, 'SELECT call FROM stand_in.calls ORDER BY number')).map(({ call }) => call);

  async function distribute(...words: string[]) {
    const seen = {
      status: undefined as number | undefined,
      printed: [] as string[],
      complaints: [] as string[],
    };
    const command = distributeCommand({
      environment: { DATABASE_URL: 'postgresql://127.0.0.1:1/no', MIGRATIONS_DATABASE_URL: url },
      print: (line) => seen.printed.push(line),
      complain: (line) => seen.complaints.push(line),
      exitWith: (status) => (seen.status = status),
    });
    await command.parseAsync(words, { from: 'user' });
    return seen;
  }

  test('prints its plan and changes nothing, unless it is told to', async () => {
    await asOwner(url, 'CREATE EXTENSION citus');
    expect(await distribute('--dry-run')).toEqual({ status: 0, printed: planOf(STEPS), complaints: [] });
    expect(await distribute()).toEqual({
      status: 1,
      printed: planOf(STEPS),
      complaints: ['Nothing was done. Stop the service, then run it again with --yes.'],
    });
    expect(await calls()).toEqual([]);
  });

  test('spreads every table of an institution by it, beside the others, after those it refers to', async () => {
    await asOwner(url, 'CREATE EXTENSION citus');
    expect(await distribute('--yes')).toEqual({
      status: 0,
      printed: [...planOf(STEPS), ...begun(STEPS), END],
      complaints: [],
    });
    expect(await calls()).toEqual([
      'reference institutions',
      'reference api_keys',
      'asset_templates by institution_id beside none',
      ...STATEMENTS.slice(4).map((text) => {
        const name = /public\.(\w+)/.exec(text)?.[1];
        return `${name} by institution_id beside public.asset_templates`;
      }),
    ]);
    const left = await asOwner(
      url,
      `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_dist_partition d WHERE d.logicalrelid = c.oid) ORDER BY 1`,
    );
    expect(
      left.map(({ relname }) => relname).filter((name) => !String(name).startsWith('schema_migration')),
    ).toEqual([]);
  });

  test('has nothing to do the second time', async () => {
    await asOwner(url, 'CREATE EXTENSION citus');
    await distribute('--yes');
    const before = await calls();
    const again = await distribute('--yes');
    expect(again).toEqual({
      status: 0,
      printed: ['Every table is distributed already: nothing to do.'],
      complaints: [],
    });
    expect(await calls()).toEqual(before);
  });

  test('says which step failed and why, and goes on from there when it is run again', async () => {
    await asOwner(url, `CREATE EXTENSION citus; INSERT INTO stand_in.refused VALUES ('positions')`);
    const failed = STATEMENTS.findIndex((text) => text.includes('public.positions'));
    const { status, complaints, printed } = await distribute('--yes');
    expect(status).toBe(1);
    expect(complaints).toEqual([
      `Step ${failed + 1} of ${STEPS.length} failed: ${STEPS[failed]}\nconnection to the remote node failed\nThe steps before it are done, and stay. Run it again to go on.`,
    ]);
    expect(printed).toEqual([...planOf(STEPS), ...begun(STEPS, failed + 1)]);

    await asOwner(url, 'DELETE FROM stand_in.refused');
    const rest = [STEPS[0] ?? '', ...STEPS.slice(failed)];
    expect((await distribute('--yes')).printed).toEqual([...planOf(rest), ...begun(rest), END]);
    expect(await calls()).toHaveLength(STATEMENTS.length - 1);
  });

  test('tells of history whose shards no trigger protects', async () => {
    await asOwner(url, `CREATE EXTENSION citus; INSERT INTO stand_in.bare_shards VALUES ('ledger_events')`);
    const warning = /^Warning: shards of ledger_events have no trigger that refuses changes/;
    expect((await distribute('--yes')).complaints).toEqual([expect.stringMatching(warning)]);
    expect((await distribute('--yes')).complaints).toEqual([expect.stringMatching(warning)]);
  });

  test('refuses a database without the extension', async () => {
    const { status, complaints, printed } = await distribute('--yes');
    expect([status, printed]).toEqual([1, []]);
    expect(complaints).toEqual([expect.stringMatching(/^The extension citus is not in this database/)]);
  });

  test('refuses a database that was never migrated, or that lacks a migration', async () => {
    await asOwner(
      url,
      `CREATE EXTENSION citus; DELETE FROM schema_migrations WHERE name LIKE 'CreateCheckpoints%'`,
    );
    const lacking = await distribute('--yes');
    expect(lacking.status).toBe(1);
    expect(lacking.complaints).toEqual([
      expect.stringMatching(
        /^The database lacks migrations, from CreateCheckpoints\d+ on: run `escrowgrid migrate up`/,
      ),
    ]);
    await asOwner(url, 'DROP TABLE schema_migrations');
    expect((await distribute('--yes')).complaints).toEqual([
      expect.stringMatching(/lacks migrations, from CreateInst/),
    ]);
    expect(await calls()).toEqual([]);
  });

  test('refuses a table that is of no institution, and one that is spread otherwise', async () => {
    await asOwner(url, 'CREATE EXTENSION citus; CREATE TABLE notes (id text PRIMARY KEY)');
    expect((await distribute('--yes')).complaints).toEqual([
      [
        'The tables cannot be distributed:',
        'the unique key notes_pkey of notes does not hold institution_id',
        'notes_pkey of notes was given no name of its own',
      ].join('\n- '),
    ]);
    await asOwner(url, `DROP TABLE notes; SELECT create_distributed_table('institutions', 'id')`);
    expect((await distribute('--yes')).complaints).toEqual([
      'The table institutions is a distributed table already, and should be a reference table.',
    ]);
    expect(await calls()).toHaveLength(1);
  });

  test('does nothing while the database is being migrated', async () => {
    await asOwner(url, 'CREATE EXTENSION citus');
    await withClient(url, async (runner) => {
      await runner.query('SELECT pg_advisory_lock(4842733908451501)');
      expect(await distribute('--yes')).toEqual({
        status: 1,
        printed: [],
        complaints: ['The database is being migrated: try again when that has finished.'],
      });
    });
    expect(await distribute('--yes')).toMatchObject({ status: 0 });
  });

  test('says what to check when the database cannot be reached, or none is named', async () => {
    const { port } = new URL(url);
    url = url.replace(`:${port}/`, ':1/');
    expect((await distribute('--yes')).complaints).toEqual([expect.stringMatching(/Nothing listens there/)]);
    url = url.replace(':1/', `:${port}/`);
  });
});
