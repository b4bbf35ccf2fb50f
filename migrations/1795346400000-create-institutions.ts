import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInstitutions1795346400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE institutions (
        id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        regions text[] NOT NULL,
        verticals text[] NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT institutions_pk PRIMARY KEY (id),
        CONSTRAINT institutions_regions_check CHECK (regions <@ ARRAY['US', 'EU_UK', 'SG', 'UAE']),
        CONSTRAINT institutions_verticals_check CHECK (verticals <@ ARRAY['CONSTRUCTION', 'TRADE_FINANCE']),
        CONSTRAINT institutions_version_check CHECK (version >= 1)
      )
    `);
    await queryRunner.query(`CREATE INDEX institutions_created_idx ON institutions (created_at, id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE institutions`);
  }
}
