import { beforeAll, describe, expect, test } from '@jest/globals';
import { withClient } from '#testing';
import type { Json } from '../support/answer.js';
import { done, move, openPosition } from '../support/tenant.js';
import { CliProcess } from '../../../cli/test/support/cli-process.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';

/** Every table that keeps what was, and a column of it by which somebody would like to change it. */
const HISTORY: Readonly<Record<string, string>> = {
  position_events: "reason = 'never happened'",
  ledger_events: 'amount = 1',
  audit_events: "client_ip = '192.0.2.1'",
  checkpoints: "merkle_root = repeat('0', 64)",
};
const TABLES = Object.keys(HISTORY);
const DENIED = '42501';

/** Statements that rewrite the history in a table, or would have it rewritten by another way. */
const rewritings = (table: string): string[] => [
  `UPDATE ${table} SET ${HISTORY[table]}`,
  `UPDATE ONLY ${table} SET ${HISTORY[table]} WHERE false`,
  `DELETE FROM ${table}`,
  `DELETE FROM ${table} WHERE false`,
  `TRUNCATE ${table}`,
  `TRUNCATE ${table} CASCADE`,
  `WITH gone AS (DELETE FROM ${table} RETURNING *) SELECT count(*) FROM gone`,
  `MERGE INTO ${table} USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE`,
  `INSERT INTO ${table} SELECT * FROM ${table} ON CONFLICT (id, institution_id) DO UPDATE SET ${HISTORY[table]}`,
  `SELECT * FROM ${table} FOR UPDATE`,
  `BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`,
];

/** What would let a session rewrite history afterwards. */
const preparations = (table: string): string[] => [
  `DROP TABLE ${table}`,
  `ALTER TABLE ${table} RENAME TO other`,
  `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
  `ALTER TABLE ${table} DISABLE TRIGGER ${table}_append_only`,
  `ALTER TABLE ${table} ENABLE REPLICA TRIGGER ${table}_append_only`,
  `ALTER TABLE ${table} OWNER TO CURRENT_USER`,
  `ALTER TABLE ${table} DROP COLUMN created_at`,
  `DROP TRIGGER ${table}_append_only ON ${table}`,
  `CREATE OR REPLACE TRIGGER ${table}_append_only BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_history_change()`,
  `CREATE RULE quiet AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
  `CREATE POLICY mine ON ${table}`,
  `CREATE INDEX mine ON ${table} (id)`,
  `COPY ${table} TO PROGRAM 'cat'`,
  `COPY ${table} TO '/tmp/${table}'`,
  `COPY ${table} FROM PROGRAM 'cat'`,
  `COPY ${table} FROM '/etc/passwd'`,
];

/** Other ways to more than the role has, or to what history stands on. */
const WAYS = [
  'SET ROLE postgres',
  'SET SESSION AUTHORIZATION postgres',
  'SET session_replication_role = replica',
  'ALTER ROLE CURRENT_USER SUPERUSER',
  'ALTER ROLE escrowgrid_app BYPASSRLS',
  'GRANT pg_write_server_files TO CURRENT_USER',
  'GRANT postgres TO CURRENT_USER',
  'CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$',
  'ALTER FUNCTION refuse_history_change() OWNER TO CURRENT_USER',
  'DROP FUNCTION refuse_history_change() CASCADE',
  `CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
  `CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
  'CREATE TEMPORARY TABLE ledger_events (id text)',
  'CREATE TABLE mine (id text)',
  'CREATE SCHEMA mine',
  'DROP SCHEMA public CASCADE',
  'DROP OWNED BY postgres CASCADE',
  'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT ALL ON TABLES TO PUBLIC',
  'CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION refuse_history_change()',
  'CREATE EXTENSION dblink',
  `UPDATE pg_class SET relacl = NULL WHERE relname = 'ledger_events'`,
  `DELETE FROM pg_trigger`,
  `SELECT lo_import('/etc/passwd')`,
  'ALTER SYSTEM SET session_replication_role = replica',
  'INSERT INTO schema_migrations (timestamp, name) VALUES (1, $$x$$)',
  'DELETE FROM schema_migrations',
  'DELETE FROM positions',
  'DELETE FROM institutions',
  'DELETE FROM api_keys',
  'TRUNCATE positions CASCADE',
];

describe('history, with a service that runs on it,', () => {
  const setting = groundOn('postgres');
  const ids: Record<string, string> = {};

  const applicationUrl = (): string => setting.ground.database?.url() ?? '';
  const ownerUrl = (): string => setting.ground.installation.database?.ownerUrl ?? '';
  const asApplication = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    withClient(applicationUrl(), async (session) => (await session.query<Row>(sql, values)).rows);

  /** What became of each statement in one session of the application’s role: `passed`, or the SQLSTATE of its refusal. */
  async function outcomes(
    statements: readonly string[],
  ): Promise<(readonly [sql: string, outcome: string])[]> {
    return withClient(applicationUrl(), async (session) => {
      const ended: (readonly [string, string])[] = [];
      for (const sql of statements) {
        const outcome = await session.query(sql).then(
          () => 'passed',
          ({ code }: { code: string }) => code,
        );
        ended.push([sql, outcome]);
        await session.query('ROLLBACK');
      }
      return ended;
    });
  }
  const denied = (statements: readonly string[]) => statements.map((sql) => [sql, DENIED] as const);

  test('is in every table that the application may add to and not change', async () => {
    const rows = await asApplication<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND has_table_privilege(oid, 'INSERT') AND NOT has_any_column_privilege(oid, 'UPDATE') ORDER BY relname`,
    );
    expect(rows.map(({ name }) => name)).toEqual([...TABLES].sort());
  });

  test.each(TABLES)('is rewritten by no statement of the application’s role in %s', async (table) => {
    const changes = await setting.ground.watch();
    const statements = [...rewritings(table), ...preparations(table)];
    expect(await outcomes(statements)).toEqual(denied(statements));
    expect(await changes()).toEqual(NOTHING);
  });

  test('is not opened by what the application’s role grants itself: PostgreSQL grants nothing, and warns', async () => {
    for (const table of TABLES) {
      await asApplication(`GRANT ALL ON ${table} TO CURRENT_USER, escrowgrid_app, PUBLIC`);
      const rows = await asApplication(
        `SELECT has_table_privilege('${table}', 'UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') AS may`,
      );
      expect(rows).toEqual([{ may: false }]);
    }
  });

  test('is reached by no other way of that role', async () => {
    const changes = await setting.ground.watch();
    expect(await outcomes(WAYS)).toEqual(denied(WAYS));
    expect(await changes()).toEqual(NOTHING);
  });

  test.each(TABLES)('is rewritten by no statement of its owner while %s has its triggers', async (table) => {
    const changes = await setting.ground.watch();
    await withClient(ownerUrl(), async (owner) => {
      // A session that calls itself a replica passes over triggers that were not made to fire always.
      for (const role of ['origin', 'replica', 'local']) {
        await owner.query(`SET session_replication_role = ${role}`);
        for (const sql of rewritings(table).slice(0, 8)) {
          const message = await owner.query(sql).then(
            () => 'passed',
            (error: Error) => error.message,
          );
          expect([role, sql, message]).toEqual([
            role,
            sql,
            expect.stringMatching(new RegExp(`^${table} is append-only`)),
          ]);
        }
      }
    });
    expect(await changes()).toEqual(NOTHING);
  });

  /** What is done to the position `$1`, and from which step on verification says that it does not hold. */
  const tamperings: readonly [
    name: string,
    sql: string,
    firstBrokenSeq: number,
    isByApplication?: boolean,
  ][] = [
    [
      'a changed amount in the ledger',
      `UPDATE ledger_events SET amount = amount - 1 WHERE position_id = $1 AND seq = 3`,
      3,
    ],
    ['a ledger event that was removed', `DELETE FROM ledger_events WHERE position_id = $1 AND seq = 2`, 2],
    ['the last ledger event removed', `DELETE FROM ledger_events WHERE position_id = $1 AND seq = 3`, 3],
    [
      'a changed reason of a step',
      `UPDATE position_events SET reason = 'x' WHERE position_id = $1 AND seq = 2`,
      2,
    ],
    ['a step that was removed', `DELETE FROM position_events WHERE position_id = $1 AND seq = 3`, 3],
    [
      'money moved in the position alone, which the application may',
      `UPDATE positions SET released_amount = released_amount + 1 WHERE id = $1`,
      3,
      true,
    ],
    [
      'a position put back in its state, which the application may',
      `UPDATE positions SET state = 'FUNDED', released_amount = 0, version = 2 WHERE id = $1`,
      3,
      true,
    ],
    [
      'a holder that was changed, which the application may',
      `UPDATE positions SET holder_reference = 'somebody else' WHERE id = $1`,
      1,
      true,
    ],
  ];

  describe('rewritten by who takes the triggers away', () => {
    const verify = async (...words: string[]) =>
      CliProcess.escrowgrid(['verify', '--json', ...words], {
        DATABASE_URL: applicationUrl(),
        DB_POOLER: String(setting.ground.installation.database?.isPooled),
      }).end();

    beforeAll(async () => {
      const { ours } = setting.ground.world;
      for (const [name] of tamperings) {
        const id = await openPosition(ours.admin, ours.assetId, '100.00');
        done(await move(ours.admin, id, 'FUNDED'));
        done(await move(ours.admin, id, 'PARTIALLY_RELEASED', '10.00'));
        ids[name] = id;
      }
      const whole = await verify();
      expect([whole.status, whole.stderr]).toEqual([0, '']);
      await withClient(ownerUrl(), async (owner) => {
        for (const table of TABLES) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
        for (const [name, sql, , isByApplication] of tamperings) {
          const returning = `${sql} RETURNING 1`;
          const changed =
            isByApplication === true
              ? await asApplication(returning, [ids[name]])
              : (await owner.query(returning, [ids[name]])).rows;
          expect(changed).toHaveLength(1);
        }
      });
    });

    test.each(tamperings)('is seen: %s', async (name, _sql, firstBrokenSeq) => {
      const { ours, theirs } = setting.ground.world;
      const path = `/v1/positions/${ids[name]}/ledger/verification`;
      expect(done(await ours.reader.get(path))).toMatchObject({ verified: false, firstBrokenSeq });
      expect((await theirs.admin.get(path)).status).toBe(404);
    });

    test('is told of by the command, each position with where and why', async () => {
      const { status, stdout } = await verify();
      const lines: Json[] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(status).toBe(4);
      expect(lines.at(-1)).toMatchObject({ verified: false, complete: true, broken: tamperings.length });
      const told = new Map(lines.slice(0, -1).map((line) => [line.positionId, line.firstBrokenSeq]));
      expect([...told]).toEqual(expect.arrayContaining(tamperings.map(([name, , seq]) => [ids[name], seq])));
      expect(told.size).toBe(tamperings.length);
    });

    test('does not spoil what others have: theirs is whole', async () => {
      const { theirs } = setting.ground.world;
      const path = `/v1/positions/${theirs.positionId}/ledger/verification`;
      expect(done(await theirs.reader.get(path))).toMatchObject({ verified: true });
      expect((await verify('--institution', theirs.id)).status).toBe(0);
    });
  });

  testWhatWasTold(setting);
});
