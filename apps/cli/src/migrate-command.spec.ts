import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, openTestDatabase, type TestDatabase, withClient } from '#testing';
import { migrationNames } from '../../../migrations/migration-names.js';
import { migrateCommand } from './migrate-command.js';

type Screen = PassThrough & { isTTY?: boolean };

const LAST = migrationNames.at(-1) ?? '';
const NEWER = 'CreateMoons1999000000000';
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;

describe('escrowgrid migrate', () => {
  let database: TestDatabase;
  let environment: NodeJS.ProcessEnv;
  let screen: Screen;
  let drawn: string;
  beforeEach(async () => {
    database = await openEmptyDatabase();
    environment = { DATABASE_URL: database.ownerUrl };
    screen = new PassThrough();
    drawn = '';
    screen.on('data', (chunk: Buffer) => (drawn += chunk.toString()));
  });
  afterEach(() => database.close());

  /** Runs `migrate` with words, and tells what a shell would have seen of it. */
  async function migrate(...words: string[]) {
    const seen = {
      status: undefined as number | undefined,
      printed: [] as string[],
      complaints: [] as string[],
    };
    const command = migrateCommand(
      {
        environment,
        print: (line) => seen.printed.push(line),
        complain: (line) => seen.complaints.push(line),
        exitWith: (status) => (seen.status = status),
      },
      screen,
    );
    await command.parseAsync(words, { from: 'user' });
    return seen;
  }

  const says = (sql: string): Promise<unknown> =>
    withClient(database.ownerUrl, async (client) => (await client.query(sql)).rows);
  const edit = (name: string) =>
    says(`UPDATE schema_migrations SET checksum = 'other' WHERE name = '${name}'`);
  const goAhead = () =>
    says(`INSERT INTO schema_migrations (timestamp, name) VALUES (1999000000000, '${NEWER}')`);
  const quiet = { status: 0, printed: [], complaints: [] };

  test('tells what is pending, says what it will do, does it, and then tells that nothing is', async () => {
    const pending = migrationNames.map((name) => `pending  ${name}`);
    expect(await migrate('status')).toEqual({
      ...quiet,
      status: 2,
      printed: [...pending, '12 migrations are pending.'],
    });
    expect(await migrate('check')).toEqual({
      ...quiet,
      status: 2,
      complaints: ['12 migrations are pending.'],
    });

    const plan = [
      'To apply:',
      ...migrationNames.map((name) =>
        /^Index/.test(name) ? `  ${name} (outside a transaction)` : `  ${name}`,
      ),
      'Then: roles and grants.',
    ];
    expect(await migrate('up', '--dry-run')).toEqual({ ...quiet, printed: plan });
    expect((await migrate('check')).status).toBe(2);
    expect(await migrate('up')).toEqual({
      ...quiet,
      printed: [
        ...plan,
        ...migrationNames.map((name) =>
          expect.stringMatching(new RegExp(`^applied ${name} in \\d+\\.\\d\\d s$`)),
        ),
        'The database is up to date.',
      ],
    });
    // Nothing is drawn where there is no terminal.
    expect(drawn).toBe('');

    expect(await migrate('status')).toEqual({
      ...quiet,
      printed: [
        ...migrationNames.map((name) =>
          expect.stringMatching(new RegExp(`^applied  ${name} +${TIME}  checksum as recorded$`)),
        ),
        'The database is up to date.',
      ],
    });
    expect(await migrate('check')).toEqual(quiet);
    expect(await migrate('up')).toEqual({
      ...quiet,
      printed: ['Then: roles and grants.', 'The database was up to date already.'],
    });
  });

  test('applies up to one migration, and takes back to one, on request', async () => {
    const partial = await migrate('up', '--to', 'CreateAssets');
    expect([partial.status, partial.printed.at(-1)]).toEqual([
      0,
      'The database is migrated to CreateAssets.',
    ]);
    expect(partial.complaints).toEqual([expect.stringMatching(/^Warning: the roles and grants were left/)]);
    expect((await migrate('status')).printed.at(-1)).toBe('9 migrations are pending.');
    expect(await migrate('up', '--to', 'CreateMoons')).toEqual({
      ...quiet,
      status: 1,
      complaints: ['Nothing was changed. There is no migration CreateMoons.'],
    });

    await migrate('up');
    const down = ['down', '--to', 'CreateAuditEvents'];
    const plan = ['To take back, with all data in what they made:'];
    plan.push(
      ...migrationNames
        .slice(8)
        .toReversed()
        .map((name) => `  ${name}`),
    );
    expect(await migrate(...down, '--dry-run')).toEqual({ ...quiet, printed: plan });
    expect(await migrate(...down)).toEqual({
      status: 1,
      printed: plan,
      complaints: ['Nothing was done. What these migrations made is lost with all data in it: say --yes.'],
    });
    expect((await migrate('check')).status).toBe(0);
    const done = await migrate(...down, '--yes');
    expect([done.status, done.printed.at(-1), done.complaints]).toEqual([0, '4 taken back.', []]);
    expect(done.printed.at(-2)).toMatch(/^took back CreateIdempotencyRecords\d+ in \d+\.\d\d s$/);
    expect((await migrate('check')).status).toBe(2);
    await migrate('down', '--all', '--yes');
    expect((await migrate('down', '--yes')).printed).toEqual(['There was nothing to take back.']);
  });

  test('calls an edited migration a fault, and neither goes on nor back', async () => {
    await migrate('up');
    await migrate('down', '--yes');
    await edit('CreateAssets1795346402000');
    const complaints = [expect.stringMatching(/^Edited after it was applied: CreateAssets1795346402000\. /)];
    const told = await migrate('status');
    expect([told.status, told.complaints]).toEqual([1, complaints]);
    expect(told.printed[2]).toMatch(/^edited   CreateAssets\d+ .* its text is not the one that was applied$/);
    expect(await migrate('check')).toEqual({ ...quiet, status: 1, complaints });
    for (const words of [['up'], ['up', '--dry-run'], ['down', '--yes'], ['down', '--dry-run']]) {
      const refused = [expect.stringMatching(/^Nothing was changed\. Edited after it was applied/)];
      expect(await migrate(...words)).toEqual({ ...quiet, status: 1, complaints: refused });
    }
  });

  test('finds no fault with a database that is ahead, and goes no way back from there', async () => {
    await migrate('up');
    await goAhead();
    const warning = `Warning: the database is ahead of this code, which does not know ${NEWER}`;
    const told = await migrate('status');
    expect([told.status, told.complaints]).toEqual([0, [warning]]);
    expect(told.printed.slice(-2)).toEqual([
      expect.stringMatching(new RegExp(`^unknown  ${NEWER} +${TIME}  this code does not have it$`)),
      'The database is up to date.',
    ]);
    expect(await migrate('check')).toEqual({ ...quiet, complaints: [warning] });
    const up = await migrate('up');
    expect([up.status, up.printed]).toEqual([0, ['The database was up to date already.']]);
    expect(up.complaints).toEqual([
      expect.stringMatching(/^Warning: the roles and grants were left as they are/),
    ]);
    const down = await migrate('down', '--yes');
    expect([down.status, down.complaints]).toEqual([1, [expect.stringContaining(`applied ${NEWER} knows`)]]);
  });

  test('does not migrate a database that is both ahead and behind', async () => {
    await migrate('up');
    await migrate('down', '--yes');
    await goAhead();
    const fault = `The database has ${NEWER}, which this code does not know, and lacks ${LAST}`;
    for (const words of [['status'], ['check'], ['up']]) {
      const { status, complaints } = await migrate(...words);
      expect([words, status, complaints.at(-1)]).toEqual([words, 1, expect.stringContaining(fault)]);
    }
  });

  test('tells that another is at work, and gives up waiting for it when it is told to', async () => {
    await withClient(database.ownerUrl, async (other) => {
      await other.query('SELECT pg_advisory_lock(4842733908451501)');
      const words = /^The database is being migrated by process \d+, begun \d+ s ago\.$/;
      expect(await migrate('check')).toEqual({
        ...quiet,
        status: 3,
        complaints: [expect.stringMatching(words)],
      });
      expect((await migrate('status')).status).toBe(3);
      expect(await migrate('up', '--wait', '1')).toEqual({
        status: 3,
        printed: [expect.stringMatching(/^waiting for another runner \(process \d+, begun \d+ s ago\)$/)],
        complaints: [
          expect.stringMatching(/^Process \d+ is still migrating this database after 1 s: try again/),
        ],
      });
    });
    expect((await migrate('up')).status).toBe(0);
  });

  test('tells scripts the same as JSON', async () => {
    await migrate('up');
    await migrate('down', '--yes');
    await says('UPDATE schema_migrations SET checksum = NULL, applied_at = NULL');
    const { status, printed, complaints } = await migrate('status', '--json');
    expect([status, printed.length, complaints]).toEqual([2, 1, []]);
    expect(JSON.parse(printed[0] ?? '')).toEqual({
      status: 2,
      applied: migrationNames.slice(0, -1).map((name) => ({ name, state: 'unrecorded', appliedAt: null })),
      pending: [LAST],
      busy: false,
    });
  });

  test('shows on a terminal how far it got and what it waits for', async () => {
    screen.isTTY = true;
    await withClient(database.ownerUrl, async (other) => {
      await other.query('SELECT pg_advisory_lock(4842733908451501)');
      const migrating = migrate('up');
      while (!/connecting \d s, waiting for another runner \(process \d+/.test(drawn)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await other.query('SELECT pg_advisory_unlock(4842733908451501)');
      const { status, printed } = await migrating;
      expect([status, printed[0]]).toEqual([0, 'To apply:']);
    });
    expect(drawn).toMatch(/ 12 of 12 \| roles and grants 0 s/);
  });
});

describe('escrowgrid migrate finds its database', () => {
  let folder: string;
  let database: TestDatabase;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'migrate-command-'));
    database = await openTestDatabase();
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await database.close();
  });

  /** Status and complaints of a command that only looks. */
  async function look(environment: NodeJS.ProcessEnv, words = ['check']): Promise<[number?, string?]> {
    const seen: [number?, string?] = [];
    const command = migrateCommand({
      environment,
      print: () => undefined,
      complain: (line) => (seen[1] = line),
      exitWith: (status) => (seen[0] = status),
    });
    await command.parseAsync(words, { from: 'user' });
    return seen;
  }

  test('where the service does, and where it is meant for migrations', async () => {
    const nowhere = 'postgresql://127.0.0.1:1/x';
    const file = join(folder, 'url');
    writeFileSync(file, database.ownerUrl);
    const config = join(folder, 'config');
    writeFileSync(config, `MIGRATIONS_DATABASE_URL=${database.ownerUrl}\n`);
    for (const environment of [
      { MIGRATIONS_DATABASE_URL: database.ownerUrl, DATABASE_URL: nowhere },
      { MIGRATIONS_DATABASE_URL_FILE: file },
      { DATABASE_URL_FILE: file },
      { CONFIG_FILE: config, MIGRATIONS_DATABASE_URL: nowhere },
    ]) {
      expect(await look(environment)).toEqual([0]);
    }
  });

  test.each([
    [
      'no database is named',
      {},
      /^The configuration has 1 fault:\n {2}- MIGRATIONS_DATABASE_URL: is required/,
    ],
    ['the connection string is none', { DATABASE_URL: 'escrow' }, /must be a URL such as postgresql:/],
    ['nothing listens', { DATABASE_URL: 'postgresql://127.0.0.1:1/x' }, /ECONNREFUSED.*\nNothing listens/],
    ['a name has several addresses', { DATABASE_URL: 'postgresql://localhost:1/x' }, /Nothing listens/],
  ])('or exits 1 and says why when %s', async (_case, environment, complaint) => {
    for (const words of [['status'], ['up'], ['down', '--yes']]) {
      expect(await look(environment, words)).toEqual([1, expect.stringMatching(complaint)]);
    }
  });

  test('or says without SQL that the password is wrong, or that the database is not there', async () => {
    const wrongPassword = new URL(database.ownerUrl);
    wrongPassword.password = 'wrong';
    expect(await look({ DATABASE_URL: wrongPassword.href }, ['up'])).toEqual([
      1,
      expect.stringContaining('not accepted'),
    ]);
    const missing = new URL(database.ownerUrl);
    missing.pathname = '/no_such_database';
    expect(await look({ DATABASE_URL: missing.href })).toEqual([
      1,
      'database "no_such_database" does not exist\nThe database does not exist: create it first.',
    ]);
  });

  test('and says that the user whom the service connects as may look, but not migrate', async () => {
    // Past a pooler that the tests may go through.
    const url = new URL(database.url);
    url.port = new URL(database.ownerUrl).port;
    expect(await look({ DATABASE_URL: url.href })).toEqual([0]);
    await withClient(database.ownerUrl, (owner) => owner.query('DELETE FROM schema_migrations'));
    expect(await look({ DATABASE_URL: url.href }, ['up'])).toEqual([
      1,
      expect.stringContaining('migrations run as the owner of the schema'),
    ]);
  });
});
