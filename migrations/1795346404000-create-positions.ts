import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePositions1795346404000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE positions (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        asset_id text COLLATE "C" NOT NULL,
        holder_reference text NOT NULL,
        currency text NOT NULL,
        amount numeric(32,8) NOT NULL,
        released_amount numeric(32,8) NOT NULL,
        refunded_amount numeric(32,8) NOT NULL,
        state text NOT NULL,
        external_reference text,
        ledger_head text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT positions_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT positions_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT positions_asset_fk FOREIGN KEY (asset_id, institution_id) REFERENCES assets (id, institution_id),
        CONSTRAINT positions_state_check
          CHECK (state IN ('CREATED', 'FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED')),
        CONSTRAINT positions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT positions_amount_check CHECK (amount > 0 AND amount <> 'NaN'),
        CONSTRAINT positions_released_amount_check CHECK (released_amount >= 0),
        CONSTRAINT positions_refunded_amount_check CHECK (refunded_amount >= 0),
        CONSTRAINT positions_moved_amount_check CHECK (released_amount + refunded_amount <= amount),
        CONSTRAINT positions_state_amounts_check CHECK (
          CASE state
            WHEN 'CREATED' THEN released_amount = 0 AND refunded_amount = 0
            WHEN 'FUNDED' THEN released_amount = 0 AND refunded_amount = 0
            WHEN 'PARTIALLY_RELEASED'
              THEN released_amount > 0 AND released_amount < amount AND refunded_amount = 0
            WHEN 'RELEASED' THEN released_amount = amount AND refunded_amount = 0
            ELSE (released_amount = 0 AND refunded_amount = 0)
              OR (refunded_amount > 0 AND released_amount + refunded_amount = amount)
          END
        ),
        CONSTRAINT positions_ledger_head_check CHECK (ledger_head ~ '^[0-9a-f]{64}$'),
        CONSTRAINT positions_version_check CHECK (version >= 1)
      )
    `);
    await queryRunner.query(
      `CREATE INDEX positions_institution_created_idx ON positions (institution_id, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX positions_asset_created_idx ON positions (institution_id, asset_id, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX positions_holder_created_idx ON positions (institution_id, holder_reference, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX positions_state_created_idx ON positions (institution_id, state, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX positions_external_created_idx ON positions (institution_id, external_reference, created_at, id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE positions`);
  }
}
