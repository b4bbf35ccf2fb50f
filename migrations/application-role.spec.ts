import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';

const DENIED = '42501';

describe('a session of the application', () => {
  let database: TestDatabase;
  let session: Client;
  beforeAll(async () => {
    database = await openTestDatabase();
    session = new Client({ connectionString: database.url });
    await session.connect();
  });
  afterAll(async () => {
    await session.end();
    await database.close();
  });

  async function rows(sql: string): Promise<unknown[]> {
    return (await session.query(sql)).rows as unknown[];
  }

  test('looks for names in one schema, and last of all among temporary tables', async () => {
    expect(await rows('SHOW search_path')).toEqual([{ search_path: 'public, pg_temp' }]);
    // As a pooler does between two clients.
    await session.query('DISCARD ALL');
    expect(await rows('SHOW search_path')).toEqual([{ search_path: 'public, pg_temp' }]);
  });

  test('can create nothing in any schema, nor a schema, nor a temporary table', async () => {
    expect(
      await rows(`SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')
        AND nspname !~ '^pg_(toast_)?temp_'`),
    ).toEqual([]);
    expect(
      await rows(`SELECT has_database_privilege(current_database(), 'CREATE') AS create,
        has_database_privilege(current_database(), 'TEMPORARY') AS temporary`),
    ).toEqual([{ create: false, temporary: false }]);
  });

  test('is a member of the application’s role, and of no other', async () => {
    expect(
      await rows(`SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(oid, 'MEMBER')`),
    ).toEqual([{ rolname: 'escrowgrid_app' }]);
  });

  test('owns nothing', async () => {
    expect(
      await rows(`SELECT relname FROM pg_class WHERE relowner <> 10 AND pg_has_role(relowner, 'MEMBER')`),
    ).toEqual([]);
  });

  test.each([
    'CREATE TABLE public.stray ()',
    'CREATE TEMPORARY TABLE positions (id text)',
    'CREATE SCHEMA stray',
    `CREATE FUNCTION public.stray() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    'CREATE EXTENSION pg_trgm',
    'CREATE ROLE stray',
    'CREATE DATABASE stray',
    'SET ROLE postgres',
    'SET SESSION AUTHORIZATION postgres',
    'SET session_replication_role = replica',
    'GRANT escrowgrid_app TO pg_monitor',
    'ALTER TABLE ledger_events DISABLE TRIGGER ALL',
    'ALTER TABLE ledger_events DISABLE TRIGGER ledger_events_append_only',
    'DROP TRIGGER ledger_events_append_only ON ledger_events',
    `CREATE TRIGGER stray BEFORE INSERT ON positions FOR EACH ROW EXECUTE FUNCTION refuse_history_change()`,
    'ALTER TABLE positions DROP CONSTRAINT positions_moved_amount_check',
    'ALTER FUNCTION refuse_history_change() RESET search_path',
    'CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$',
    'DROP TABLE ledger_events',
    'ALTER DATABASE postgres SET search_path = public',
    'ALTER SYSTEM SET fsync = off',
    'INSERT INTO schema_migrations (timestamp, name) VALUES (1, $$x$$)',
    `SELECT nextval('schema_migrations_id_seq')`,
    'SELECT * FROM pg_authid',
    'SELECT * FROM pg_shadow',
    `SELECT pg_read_file('/etc/passwd')`,
    `COPY positions TO '/tmp/positions'`,
    `COPY positions TO PROGRAM 'cat'`,
    'SELECT pg_reload_conf()',
  ])('is refused %s', async (statement) => {
    const refusal = await session.query(statement).then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    expect(refusal).toBe(DENIED);
  });
});
