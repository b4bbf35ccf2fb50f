import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiKeys1795346401000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE api_keys (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        label text NOT NULL,
        role text NOT NULL,
        key_hash text NOT NULL,
        pepper_version text NOT NULL,
        prefix text NOT NULL,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT api_keys_pk PRIMARY KEY (id),
        CONSTRAINT api_keys_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT api_keys_role_check CHECK (role IN ('admin', 'read_only')),
        CONSTRAINT api_keys_version_check CHECK (version >= 1)
      )
    `);
    await queryRunner.query(
      `CREATE INDEX api_keys_institution_created_idx ON api_keys (institution_id, created_at, id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE api_keys`);
  }
}
