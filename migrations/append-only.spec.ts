import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';

/** What is neither changed under a version nor history: its rows come and go. */
const NEITHER = ['idempotency_records', 'schema_migrations'];

describe('history', () => {
  let database: TestDatabase;
  let superuser: Client;
  const owner = `owner_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    database = await openTestDatabase();
    superuser = new Client({ connectionString: database.ownerUrl });
    await superuser.connect();
    await superuser.query(`CREATE ROLE ${owner}`);
  });
  afterAll(async () => {
    await superuser.query(`DROP ROLE ${owner}`);
    await superuser.end();
    await database.close();
  });

  /** Tables that have no `updated_at`, by which a row that changes is known; each with its first column. */
  async function historyTables(): Promise<[table: string, column: string][]> {
    const { rows } = await superuser.query<{ table: string; column: string }>(
      `SELECT relname AS table, attname AS column FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum = 1 AND relname <> ALL ($1)
         AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'updated_at')
       ORDER BY relname`,
      [NEITHER],
    );
    return rows.map(({ table, column }) => [table, column]);
  }

  /** The statements that anybody gets through with, of all by which history could be rewritten. */
  async function rewritten(setting: string): Promise<string[]> {
    const through: string[] = [];
    for (const [table, column] of await historyTables()) {
      const statements = [
        `UPDATE ${table} SET ${column} = ${column}`,
        `UPDATE ${table} SET ${column} = ${column} WHERE false`,
        `DELETE FROM ${table}`,
        `DELETE FROM ${table} WHERE false`,
        `TRUNCATE ${table}`,
        `TRUNCATE ${table} CASCADE`,
        `WITH gone AS (DELETE FROM ${table} RETURNING *) SELECT FROM gone`,
        `MERGE INTO ${table} USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE`,
      ];
      for (const statement of statements)
        if (await passes(setting, table, statement)) through.push(statement);
    }
    return through;
  }

  /** Runs a statement, and takes it back; false where it met the trigger, and nothing else. */
  async function passes(setting: string, table: string, statement: string): Promise<boolean> {
    await superuser.query('BEGIN');
    try {
      await superuser.query(setting.replaceAll('TABLE', `TABLE ${table}`));
      return await superuser.query(statement).then(
        () => true,
        (error: Error) => {
          expect(error.message).toMatch(
            new RegExp(`^${table} is append-only: (UPDATE|DELETE|TRUNCATE) is refused$`),
          );
          return false;
        },
      );
    } finally {
      await superuser.query('ROLLBACK');
    }
  }

  const AS_SUPERUSER = 'SELECT';
  const AS_REPLICA = 'SET LOCAL session_replication_role = replica';
  const AS_OWNER = `GRANT USAGE ON SCHEMA public TO ${owner}; ALTER TABLE OWNER TO ${owner}; SET LOCAL ROLE ${owner}`;

  test('is in the tables that were made for it', async () => {
    const tables = (await historyTables()).map(([table]) => table);
    expect(tables).toEqual(['audit_events', 'checkpoints', 'ledger_events', 'position_events']);
  });

  test.each([
    ['the superuser', AS_SUPERUSER],
    ['the superuser in a session that calls itself a replica', AS_REPLICA],
    ['the owner of the tables', AS_OWNER],
  ])('is rewritten by no statement of %s', async (_, setting) => {
    expect(await rewritten(setting)).toEqual([]);
  });

  test.each([
    ['a table of history that nobody protected', 'CREATE TABLE stray (id text, created_at timestamptz)'],
    ['a trigger that was dropped', 'DROP TRIGGER ledger_events_append_only ON ledger_events'],
    ['a trigger that passes replicas', 'ALTER TABLE ledger_events ENABLE TRIGGER ledger_events_append_only'],
    ['a trigger that was disabled', 'ALTER TABLE ledger_events DISABLE TRIGGER ledger_events_append_only'],
    [
      'a trigger that lets a TRUNCATE pass',
      `DROP TRIGGER ledger_events_append_only ON ledger_events;
       CREATE TRIGGER ledger_events_append_only BEFORE UPDATE OR DELETE ON ledger_events
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
       ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_events_append_only`,
    ],
  ])('would not pass for safe with %s', async (_, sql) => {
    const altered = await openTestDatabase();
    const before = superuser;
    superuser = new Client({ connectionString: altered.ownerUrl });
    await superuser.connect();
    try {
      await superuser.query(sql);
      expect(await rewritten(AS_REPLICA)).not.toEqual([]);
    } finally {
      await superuser.end();
      superuser = before;
      await altered.close();
    }
  });
});
