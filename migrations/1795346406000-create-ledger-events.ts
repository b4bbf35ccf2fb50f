import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLedgerEvents1795346406000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ledger_events (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        position_id text COLLATE "C" NOT NULL,
        seq integer NOT NULL,
        kind text NOT NULL,
        previous_state text,
        new_state text NOT NULL,
        debit_account text,
        credit_account text,
        amount numeric(32,8),
        currency text NOT NULL,
        payload jsonb NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL,
        at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT ledger_events_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT ledger_events_seq_key UNIQUE (institution_id, position_id, seq),
        CONSTRAINT ledger_events_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT ledger_events_position_fk FOREIGN KEY (position_id, institution_id)
          REFERENCES positions (id, institution_id),
        CONSTRAINT ledger_events_seq_check CHECK (seq >= 1),
        CONSTRAINT ledger_events_kind_check CHECK (kind IN ('POSITION_CREATED', 'POSITION_STATE_CHANGED')),
        CONSTRAINT ledger_events_previous_state_check
          CHECK (previous_state IN ('CREATED', 'FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED')),
        CONSTRAINT ledger_events_new_state_check
          CHECK (new_state IN ('CREATED', 'FUNDED', 'PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED')),
        CONSTRAINT ledger_events_first_check CHECK (
          (seq = 1) = (kind = 'POSITION_CREATED')
          AND (seq = 1) = (previous_state IS NULL)
          AND (seq = 1) = (new_state = 'CREATED')
        ),
        CONSTRAINT ledger_events_debit_account_check
          CHECK (debit_account IN ('depositor', 'escrow', 'beneficiary')),
        CONSTRAINT ledger_events_credit_account_check
          CHECK (credit_account IN ('depositor', 'escrow', 'beneficiary')),
        CONSTRAINT ledger_events_amount_check CHECK (amount > 0 AND amount <> 'NaN'),
        CONSTRAINT ledger_events_transfer_check
          CHECK (num_nulls(debit_account, credit_account, amount) IN (0, 3)),
        CONSTRAINT ledger_events_two_accounts_check CHECK (debit_account <> credit_account),
        CONSTRAINT ledger_events_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ledger_events_previous_hash_check CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
        CONSTRAINT ledger_events_hash_check CHECK (hash ~ '^[0-9a-f]{64}$')
      )
    `);
    await queryRunner.query(
      `CREATE INDEX ledger_events_institution_created_idx ON ledger_events (institution_id, created_at, id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE ledger_events`);
  }
}
