import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '#testing';
import { migrateCommand } from './migrate-command.js';

/** Runs `migrate` with `words`, and tells what a shell would have seen of it. */
async function migrate(words: string[], environment: NodeJS.ProcessEnv) {
  const seen = {
    status: undefined as number | undefined,
    printed: [] as string[],
    complaints: [] as string[],
  };
  const command = migrateCommand({
    environment,
    print: (line) => seen.printed.push(line),
    complain: (line) => seen.complaints.push(line),
    exitWith: (status) => (seen.status = status),
  });
  await command.parseAsync(words, { from: 'user' });
  return seen;
}

describe('escrowgrid migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openEmptyDatabase();
  });
  afterAll(() => database.close());

  test('tells what is pending, applies it, and then tells that nothing is', async () => {
    const environment = { DATABASE_URL: database.ownerUrl };
    const before = await migrate(['status'], environment);
    expect(before.status).toBe(2);
    expect(before.printed[0]).toMatch(/^pending CreateInstitutions\d+$/);

    const up = await migrate(['up'], environment);
    expect(up.status).toBe(0);
    expect(up.printed).toEqual([
      ...before.printed.map((line) => line.replace('pending', 'applied')),
      'The database is up to date.',
    ]);

    const after = await migrate(['status'], environment);
    expect(after).toEqual({ status: 0, printed: ['The database is up to date.'], complaints: [] });
    const again = await migrate(['up'], environment);
    expect(again.printed).toEqual(['The database was up to date already.']);
  });

  test('prefers the connection that is meant for migrations', async () => {
    const environment = {
      MIGRATIONS_DATABASE_URL: database.ownerUrl,
      DATABASE_URL: 'postgresql://127.0.0.1:1/x',
    };
    expect((await migrate(['status'], environment)).complaints).toEqual([]);
  });

  test.each([
    ['no database is named', {}, /^No database is named: set MIGRATIONS_DATABASE_URL/],
    ['the connection string is none', { DATABASE_URL: 'escrow' }, /is no URL such as postgresql:/],
    ['the port is out of range', { DATABASE_URL: 'postgresql://127.0.0.1:99999/x' }, /Invalid URL/],
    ['nothing listens', { DATABASE_URL: 'postgresql://127.0.0.1:1/x' }, /ECONNREFUSED.*\nNothing listens/],
    ['a name has several addresses', { DATABASE_URL: 'postgresql://localhost:1/x' }, /Nothing listens/],
  ])('exits 1 and says why when %s', async (_case, environment, complaint) => {
    const { status, complaints } = await migrate(['status'], environment);
    expect(status).toBe(1);
    expect(complaints).toEqual([expect.stringMatching(complaint)]);
  });

  test('says without SQL that the password is wrong, or that the database is not there', async () => {
    const wrongPassword = new URL(database.ownerUrl);
    wrongPassword.password = 'wrong';
    const refused = await migrate(['up'], { DATABASE_URL: wrongPassword.href });
    expect(refused).toEqual({
      status: 1,
      printed: [],
      complaints: [expect.stringContaining('not accepted')],
    });

    const missing = new URL(database.ownerUrl);
    missing.pathname = '/no_such_database';
    const absent = await migrate(['status'], { DATABASE_URL: missing.href });
    expect(absent.complaints).toEqual([
      'database "no_such_database" does not exist\nThe database does not exist: create it first.',
    ]);
  });

  test('says that the user whom the service connects as may not migrate', async () => {
    // Makes the user, who belongs to the server and not to one database.
    await (await openTestDatabase()).close();
    const empty = await openEmptyDatabase();
    try {
      const { status, complaints } = await migrate(['up'], { DATABASE_URL: empty.url });
      expect(status).toBe(1);
      expect(complaints).toEqual([expect.stringContaining('migrations run as the owner of the schema')]);
    } finally {
      await empty.close();
    }
  });
});
