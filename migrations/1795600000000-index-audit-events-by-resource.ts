import type { MigrationInterface, QueryRunner } from 'typeorm';

/** So that what was done with one thing is found without a search of the whole trail, which only grows. */
export class IndexAuditEventsByResource1795600000000 implements MigrationInterface {
  /** Outside a transaction the index can be built while the trail is written to. */
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    // One that was left behind half-built would be of no use, and in the way.
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS audit_events_resource_occurred_idx`);
    await queryRunner.query(`
      -- squawk-ignore ban-concurrent-index-creation-in-transaction
      CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_events_resource_occurred_idx
        ON audit_events (institution_id, resource_id, occurred_at, id)
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX audit_events_resource_occurred_idx`);
  }
}
