import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInstitutionPolicies1795346403000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE institution_policies (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        region text NOT NULL,
        config jsonb,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT institution_policies_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT institution_policies_region_key UNIQUE (institution_id, region),
        CONSTRAINT institution_policies_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT institution_policies_region_check CHECK (region IN ('US', 'EU_UK', 'SG', 'UAE')),
        CONSTRAINT institution_policies_version_check CHECK (version >= 1)
      )
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE institution_policies`);
  }
}
