import type { MigrationInterface, QueryRunner } from 'typeorm';

const HISTORY_TABLES = ['position_events', 'ledger_events', 'audit_events'];

/**
 * The application's role has no right to rewrite history; this stops the owner of the tables as well, so that
 * a hand-typed repair has to drop a trigger first, which is seen.
 */
export class ProtectHistory1795346409000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION refuse_history_change() RETURNS trigger
      LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp
      AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'insufficient_privilege';
      END
      $$
    `);
    for (const table of HISTORY_TABLES) {
      await queryRunner.query(`
        CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()
      `);
      // A session that calls itself a replica passes ordinary triggers.
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of HISTORY_TABLES) {
      await queryRunner.query(`DROP TRIGGER ${table}_append_only ON ${table}`);
    }
    await queryRunner.query(`DROP FUNCTION refuse_history_change()`);
  }
}
