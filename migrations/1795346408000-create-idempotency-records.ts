import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyRecords1795346408000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE idempotency_records (
        institution_id text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        request_hash text NOT NULL,
        status integer NOT NULL,
        headers jsonb NOT NULL,
        body text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_records_pk PRIMARY KEY (institution_id, key)
      )
    `);
    await queryRunner.query(
      `CREATE INDEX idempotency_records_expires_idx ON idempotency_records (expires_at)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE idempotency_records`);
  }
}
