import type { MigrationInterface, QueryRunner } from 'typeorm';

/** No foreign keys: the platform's own audit events are sealed as well. */
export class CreateCheckpoints1796000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE checkpoints (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        number integer NOT NULL,
        range_after timestamptz,
        range_until timestamptz NOT NULL,
        ledger_event_count integer NOT NULL,
        audit_event_count integer NOT NULL,
        merkle_root text NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL,
        key_id text NOT NULL,
        signature text NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT checkpoints_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT checkpoints_number_key UNIQUE (institution_id, number),
        CONSTRAINT checkpoints_number_check CHECK (number >= 1),
        CONSTRAINT checkpoints_range_check CHECK ((number = 1) = (range_after IS NULL) AND range_after < range_until),
        CONSTRAINT checkpoints_counts_check CHECK (ledger_event_count >= 0 AND audit_event_count >= 0),
        CONSTRAINT checkpoints_hashes_check CHECK (
          merkle_root ~ '^[0-9a-f]{64}$' AND previous_hash ~ '^[0-9a-f]{64}$' AND hash ~ '^[0-9a-f]{64}$'
        )
      )
    `);
    await queryRunner.query(`
      CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()
    `);
    await queryRunner.query(`ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE checkpoints`);
  }
}
