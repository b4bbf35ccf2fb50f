import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAuditEvents1795346407000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_events (
        id text COLLATE "C" NOT NULL,
        institution_id text COLLATE "C" NOT NULL,
        occurred_at timestamptz NOT NULL,
        api_key_id text COLLATE "C",
        method text NOT NULL,
        path text NOT NULL,
        action text NOT NULL,
        outcome text NOT NULL,
        resource_type text,
        resource_id text COLLATE "C",
        status_code integer NOT NULL,
        request_id text NOT NULL,
        client_ip text,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT audit_events_pk PRIMARY KEY (id, institution_id),
        CONSTRAINT audit_events_action_check CHECK (
          action IN (
            'INSTITUTION_CREATED', 'INSTITUTION_UPDATED',
            'API_KEY_CREATED', 'API_KEY_REVOKED', 'API_KEY_ROTATED',
            'POLICY_PUT', 'POLICY_DELETED',
            'ASSET_TEMPLATE_CREATED', 'ASSET_CREATED', 'ASSET_UPDATED',
            'POSITION_CREATED', 'POSITION_TRANSITIONED',
            'AUTH_FAILED', 'AUTH_FORBIDDEN', 'VALIDATION_FAILED', 'CONFLICT', 'RULE_REFUSED'
          )
        ),
        CONSTRAINT audit_events_outcome_check CHECK (outcome IN ('SUCCESS', 'REFUSED'))
      )
    `);
    await queryRunner.query(
      `CREATE INDEX audit_events_institution_occurred_idx ON audit_events (institution_id, occurred_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX audit_events_api_key_occurred_idx ON audit_events (institution_id, api_key_id, occurred_at, id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE audit_events`);
  }
}
