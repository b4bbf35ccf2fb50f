import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePositionEvents1795346405000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE position_events (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        position_id text COLLATE "C" NOT NULL,
        seq integer NOT NULL,
        from_state text,
        to_state text NOT NULL,
        amount numeric(32,8),
        reason text,
        metadata jsonb,
        at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT position_events_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT position_events_seq_key UNIQUE (institution_id, position_id, seq),
        CONSTRAINT position_events_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT position_events_position_fk FOREIGN KEY (position_id, institution_id)
          REFERENCES positions (id, institution_id),
        CONSTRAINT position_events_seq_check CHECK (seq >= 1),
        CONSTRAINT position_events_from_state_check
          CHECK (from_state IN ('CREATED', 'FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED')),
        CONSTRAINT position_events_to_state_check
          CHECK (to_state IN ('CREATED', 'FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED')),
        CONSTRAINT position_events_first_check
          CHECK ((seq = 1) = (from_state IS NULL) AND (seq = 1) = (to_state = 'CREATED')),
        CONSTRAINT position_events_amount_check CHECK (amount > 0 AND amount <> 'NaN')
      )
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE position_events`);
  }
}
