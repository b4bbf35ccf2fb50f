import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, openTestDatabase, type TestDatabase, withClient } from '#testing';
import { applyRoles } from './apply-roles.js';
import { migrateUp } from './migrate.js';

const MUTABLE = ['INSERT', 'SELECT', 'UPDATE'];
const HISTORY = ['INSERT', 'SELECT'];

const EXPECTED_GRANTS = {
  institutions: MUTABLE,
  api_keys: MUTABLE,
  asset_templates: MUTABLE,
  assets: MUTABLE,
  institution_policies: MUTABLE,
  positions: MUTABLE,
  position_events: HISTORY,
  ledger_events: HISTORY,
  audit_events: HISTORY,
  idempotency_records: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
  schema_migrations: ['SELECT'],
  schema_migrations_id_seq: [],
};

describe('the roles', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  async function rows<Row>(sql: string): Promise<Row[]> {
    return withClient(database.ownerUrl, async (client) => (await client.query(sql)).rows as Row[]);
  }

  /** For every relation of the schema, what anybody but its owner may do with it. */
  async function grants(): Promise<Record<string, string[]>> {
    const found = await rows<{ relation: string; grants: string[] }>(`
      SELECT relname AS relation, coalesce(array_agg(
          CASE WHEN grantee = 'escrowgrid_app'::regrole THEN '' ELSE grantee::regrole || ' ' END || privilege_type
          ORDER BY privilege_type) FILTER (WHERE grantee <> relowner), '{}') AS grants
      FROM pg_class LEFT JOIN LATERAL aclexplode(relacl) ON true
      WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I')
      GROUP BY relname`);
    return Object.fromEntries(found.map((row) => [row.relation, row.grants]));
  }

  test('give the application exactly what it needs of each table, and nobody else anything', async () => {
    expect(await grants()).toEqual(EXPECTED_GRANTS);
    expect(
      await rows(`SELECT FROM pg_attribute WHERE attrelid::regclass::text = ANY (
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace) AND attacl IS NOT NULL`),
    ).toEqual([]);
  });

  test('let the application use the schema without creating in it, and the public do neither', async () => {
    expect(
      await rows(`
        SELECT grantee::regrole::text AS role, privilege_type AS privilege
        FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND grantee <> nspowner`),
    ).toEqual([{ role: 'escrowgrid_app', privilege: 'USAGE' }]);
    expect(
      await rows(`
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
          AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee <> proowner))`),
    ).toEqual([]);
  });

  test('keep the application from logging in as the role itself, and from every administrative right', async () => {
    expect(
      await rows(`
        SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication
        FROM pg_roles WHERE rolname = 'escrowgrid_app'`),
    ).toEqual([
      {
        rolcanlogin: false,
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolbypassrls: false,
        rolreplication: false,
      },
    ]);
  });

  test('are put right again by further runs, also at once, that take away what somebody added', async () => {
    await rows(`
      GRANT UPDATE, DELETE ON ledger_events TO escrowgrid_app;
      GRANT SELECT ON api_keys TO PUBLIC;
      REVOKE INSERT ON positions FROM escrowgrid_app`);
    await Promise.all(Array.from({ length: 8 }, () => applyRoles(database.ownerUrl)));
    expect(await grants()).toEqual(EXPECTED_GRANTS);
  });

  test('are set by an owner who is no superuser', async () => {
    const empty = await openEmptyDatabase();
    const owner = new URL(empty.ownerUrl);
    const name = `owner_of${owner.pathname.replace('/', '_')}`;
    try {
      await withClient(empty.ownerUrl, (client) =>
        client.query(`
          CREATE ROLE ${name} LOGIN PASSWORD 'owner' CREATEROLE;
          ALTER DATABASE ${owner.pathname.slice(1)} OWNER TO ${name}`),
      );
      owner.username = name;
      owner.password = 'owner';
      expect(await migrateUp(owner.href)).not.toEqual([]);
      expect(await applyRoles(owner.href)).toBeUndefined();
    } finally {
      await empty.close();
      await rows(`DROP ROLE IF EXISTS ${name}`);
    }
  });
});
