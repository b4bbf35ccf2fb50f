import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openEmptyDatabase, openTestDatabase, type TestDatabase, withClient } from '#testing';
import { applyRoles } from './apply-roles.js';
import { migrateUp } from './migrate.js';

const MUTABLE = ['INSERT', 'SELECT', 'UPDATE'];
const HISTORY = ['INSERT', 'SELECT'];

/** What anybody but the owner has, and can. Rights without a name are the application's. */
const EXPECTED = {
  relations: {
    institutions: MUTABLE,
    api_keys: MUTABLE,
    asset_templates: MUTABLE,
    assets: MUTABLE,
    institution_policies: MUTABLE,
    positions: MUTABLE,
    position_events: HISTORY,
    ledger_events: HISTORY,
    audit_events: HISTORY,
    checkpoints: HISTORY,
    idempotency_records: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
    schema_migrations: ['SELECT'],
    schema_migrations_id_seq: [],
  },
  columns: {},
  routines: { 'refuse_history_change() with the rights of its caller, search_path=pg_catalog, pg_temp': [] },
  types: {},
  schemas: { public: ['USAGE'] },
  database: { database: ['CONNECT'] },
  defaults: [],
  settings: ['search_path=public, pg_temp'],
  attributes: ['rolinherit'],
  memberships: [],
};

/** Rights in an ACL of anybody but the owner, as an array of texts. */
const rightsIn = (acl: string, owner: string): string => `ARRAY(
  SELECT CASE grantee WHEN 'escrowgrid_app'::regrole THEN '' WHEN 0 THEN 'PUBLIC ' ELSE grantee::regrole || ' ' END
    || privilege_type || CASE WHEN is_grantable THEN ' and to grant it' ELSE '' END
  FROM aclexplode(${acl}) WHERE grantee <> ${owner} ORDER BY 1)`;

const ours = (namespace: string): string => `${namespace} = 'public'::regnamespace`;

const QUESTIONS = {
  relations: `SELECT relname AS name, ${rightsIn(`coalesce(relacl, acldefault('r', relowner))`, 'relowner')} AS found
    FROM pg_class WHERE ${ours('relnamespace')} AND relkind NOT IN ('i', 'I')`,
  columns: `SELECT relname || '.' || attname AS name, ${rightsIn('attacl', 'relowner')} AS found
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE ${ours('relnamespace')} AND attacl <> '{}'`,
  routines: `SELECT oid::regprocedure || CASE WHEN prosecdef THEN ' with the rights of its owner, '
      ELSE ' with the rights of its caller, ' END || coalesce(array_to_string(proconfig, '; '), 'no settings') AS name,
      ${rightsIn(`coalesce(proacl, acldefault('f', proowner))`, 'proowner')} AS found
    FROM pg_proc WHERE ${ours('pronamespace')}`,
  // Those of tables and arrays go with what they are of.
  types: `SELECT typname AS name, ${rightsIn(`coalesce(typacl, acldefault('T', typowner))`, 'typowner')} AS found
    FROM pg_type LEFT JOIN pg_class ON pg_class.oid = typrelid
    WHERE ${ours('typnamespace')} AND typcategory <> 'A' AND coalesce(relkind, 'c') = 'c'`,
  schemas: `SELECT nspname AS name, ${rightsIn(`coalesce(nspacl, acldefault('n', nspowner))`, 'nspowner')} AS found
    FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
  database: `SELECT 'database' AS name, ${rightsIn(`coalesce(datacl, acldefault('d', datdba))`, 'datdba')} AS found
    FROM pg_database WHERE datname = current_database()`,
};

const LISTS = {
  defaults: `SELECT defaclobjtype::text || ' ' || array_to_string(${rightsIn('defaclacl', 'defaclrole')}, ', ') AS found
    FROM pg_default_acl WHERE ${rightsIn('defaclacl', 'defaclrole')} <> '{}'`,
  settings: `SELECT unnest(setconfig) AS found FROM pg_db_role_setting JOIN pg_database ON setdatabase = pg_database.oid
    WHERE datname = current_database()`,
  attributes: `SELECT key AS found FROM pg_roles, jsonb_each(to_jsonb(pg_roles))
    WHERE rolname = 'escrowgrid_app' AND value = 'true'`,
  memberships: `SELECT roleid::regrole::text AS found FROM pg_auth_members WHERE member = 'escrowgrid_app'::regrole`,
};

/** Everything that the catalogue says of rights, of this database and the role that it shares with others. */
async function catalogue(client: Client): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, sql] of Object.entries(QUESTIONS)) {
    const { rows } = await client.query<{ name: string; found: string[] }>(sql);
    found[name] = Object.fromEntries(rows.map((row) => [row.name, row.found]));
  }
  for (const [name, sql] of Object.entries(LISTS)) {
    const { rows } = await client.query<{ found: string }>(sql);
    found[name] = rows.map((row) => row.found);
  }
  return found;
}

/** What somebody may have added, and the roles take away. */
const LOOSENED = [
  'GRANT UPDATE, DELETE ON ledger_events TO escrowgrid_app',
  'GRANT SELECT ON positions TO escrowgrid_app WITH GRANT OPTION',
  'GRANT SELECT ON api_keys TO PUBLIC',
  'GRANT UPDATE (amount) ON ledger_events TO escrowgrid_app',
  'GRANT SELECT (key_hash) ON api_keys TO PUBLIC',
  'GRANT USAGE ON SEQUENCE schema_migrations_id_seq TO PUBLIC',
  'GRANT EXECUTE ON FUNCTION refuse_history_change() TO PUBLIC',
  'GRANT CREATE ON SCHEMA public TO PUBLIC',
  'GRANT CREATE ON SCHEMA public TO escrowgrid_app',
  'GRANT CONNECT ON DATABASE this TO PUBLIC',
  'GRANT TEMPORARY ON DATABASE this TO escrowgrid_app',
  'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO escrowgrid_app',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO PUBLIC',
  'ALTER DATABASE this RESET search_path',
  'ALTER DATABASE this SET search_path = "$user", public',
];

/** What somebody may forget to think of the roles at. */
const ADDED = [
  'CREATE TABLE stray ()',
  'CREATE VIEW stray AS SELECT * FROM positions',
  'CREATE MATERIALIZED VIEW stray AS SELECT * FROM positions',
  'CREATE SEQUENCE stray',
  `CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  `CREATE PROCEDURE stray() LANGUAGE sql AS 'SELECT 1'`,
  'ALTER FUNCTION refuse_history_change() RESET search_path',
  'ALTER FUNCTION refuse_history_change() SECURITY DEFINER',
  `CREATE TYPE stray AS ENUM ('one')`,
  'CREATE DOMAIN stray AS text',
  'CREATE SCHEMA stray',
  'GRANT pg_read_all_data TO escrowgrid_app',
  'ALTER ROLE escrowgrid_app CREATEDB',
  'GRANT SELECT ON positions TO pg_monitor',
  'REVOKE INSERT ON positions FROM escrowgrid_app',
];

describe('the roles', () => {
  let database: TestDatabase;
  let owner: Client;
  beforeAll(async () => {
    database = await openTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.close();
  });

  const onThisDatabase = (sql: string): string =>
    sql.replace(/\bDATABASE this\b/, `DATABASE ${new URL(database.ownerUrl).pathname.slice(1)}`);

  /** Tries statements, and takes them back. */
  async function trying<Result>(sql: string, work: () => Promise<Result>): Promise<Result> {
    await owner.query('BEGIN');
    try {
      await owner.query(onThisDatabase(sql));
      return await work();
    } finally {
      await owner.query('ROLLBACK');
    }
  }

  test('give the application exactly what it needs, and nobody else anything', async () => {
    expect(await catalogue(owner)).toEqual(EXPECTED);
  });

  test.each([...LOOSENED, ...ADDED])('would not pass for what they are after %s', async (sql) => {
    expect(await trying(sql, async () => catalogue(owner))).not.toEqual(EXPECTED);
  });

  test('are put right again by further runs, also at once, that take away what somebody added', async () => {
    for (const sql of LOOSENED) await owner.query(onThisDatabase(sql));
    await owner.query('REVOKE INSERT ON positions FROM escrowgrid_app');
    await Promise.all(Array.from({ length: 8 }, () => applyRoles(database.ownerUrl)));
    expect(await catalogue(owner)).toEqual(EXPECTED);
  });

  test('keep everybody from what the owner makes later', async () => {
    const later = `CREATE TABLE later (id serial); CREATE TYPE later_kind AS ENUM ('one');
      CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT 1'`;
    expect(await trying(later, async () => catalogue(owner))).toMatchObject({
      relations: { later: [], later_id_seq: [] },
      types: { later_kind: [] },
      routines: { 'later() with the rights of its caller, no settings': [] },
    });
  });

  describe('of an owner who is no superuser', () => {
    let empty: TestDatabase;
    let url: URL;
    let name: string;

    beforeAll(async () => {
      empty = await openEmptyDatabase();
      url = new URL(empty.ownerUrl);
      name = `owner_of${url.pathname.replace('/', '_')}`;
      await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD 'owner' CREATEROLE`);
      url.username = name;
      url.password = 'owner';
    });
    afterAll(async () => {
      await empty.close();
      await owner.query(`DROP ROLE ${name}`);
    });

    const asSuperuser = (sql: string): Promise<unknown> =>
      withClient(empty.ownerUrl, (client) => client.query(sql));
    const catalogueThere = (): Promise<unknown> => withClient(url.href, catalogue);

    test('leave the database to whom it belongs, if that is another, and say what he is to do', async () => {
      await asSuperuser(`ALTER SCHEMA public OWNER TO ${name}`);
      const warnings: string[] = [];
      const options = { warn: (message: string) => void warnings.push(message) };
      expect(await migrateUp(url.href, options)).not.toEqual([]);
      expect(warnings).toEqual([expect.stringMatching(/^the database belongs to postgres, who alone can /)]);
      expect(await catalogueThere()).toEqual({
        ...EXPECTED,
        database: { database: ['PUBLIC CONNECT', 'PUBLIC TEMPORARY'] },
        settings: [],
      });

      await asSuperuser(warnings[0]?.split('have this run as that role: ')[1] ?? '');
      await applyRoles(url.href, options);
      expect(warnings).toHaveLength(1);
      expect(await catalogueThere()).toEqual({
        ...EXPECTED,
        database: { database: ['CONNECT', `${name} CONNECT`] },
      });
    });

    test('are whole where the database is his', async () => {
      await asSuperuser(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${name}`);
      const warnings: string[] = [];
      await applyRoles(url.href, { warn: (message) => void warnings.push(message) });
      expect(warnings).toEqual([]);
      expect(await catalogueThere()).toEqual(EXPECTED);
    });
  });
});
