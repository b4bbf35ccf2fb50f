import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAssets1795346402000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE asset_templates (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        vertical text NOT NULL,
        region text NOT NULL,
        config jsonb NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT asset_templates_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT asset_templates_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT asset_templates_vertical_check CHECK (vertical IN ('CONSTRUCTION', 'TRADE_FINANCE')),
        CONSTRAINT asset_templates_region_check CHECK (region IN ('US', 'EU_UK', 'SG', 'UAE')),
        CONSTRAINT asset_templates_version_check CHECK (version >= 1)
      )
    `);
    await queryRunner.query(
      `CREATE INDEX asset_templates_institution_created_idx ON asset_templates (institution_id, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX asset_templates_config_idx ON asset_templates USING gin (config jsonb_path_ops)`,
    );
    await queryRunner.query(`
      CREATE TABLE assets (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        template_id text COLLATE "C" NOT NULL,
        label text NOT NULL,
        metadata jsonb NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT assets_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT assets_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id),
        CONSTRAINT assets_template_fk FOREIGN KEY (template_id, institution_id)
          REFERENCES asset_templates (id, institution_id),
        CONSTRAINT assets_version_check CHECK (version >= 1)
      )
    `);
    await queryRunner.query(
      `CREATE INDEX assets_institution_created_idx ON assets (institution_id, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX assets_template_created_idx ON assets (institution_id, template_id, created_at, id)`,
    );
    await queryRunner.query(`CREATE INDEX assets_metadata_idx ON assets USING gin (metadata jsonb_path_ops)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE assets`);
    await queryRunner.query(`DROP TABLE asset_templates`);
  }
}
