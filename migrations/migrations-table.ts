import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import type { ClientBase } from 'pg';
import { migrationChecksum } from './migration-checksum.js';
import type { MigrationClass } from './migration-sql.js';
import { MIGRATIONS_TABLE_NAME } from './migrations-data-source.js';

/** Lets TypeORM make the table that its command line works with. */
class TableMaker extends MigrationExecutor {
  make(runner: QueryRunner): Promise<void> {
    return this.createMigrationsTableIfNotExist(runner);
  }
}

/**
 * The record of what was applied: TypeORM's table, with two columns that its command line leaves alone. What that
 * applies gets its time by default and no checksum; what it takes back is gone with all that was known of it.
 */
export class MigrationsTable {
  constructor(
    private readonly dataSource: DataSource,
    private readonly runner: QueryRunner,
    private readonly client: ClientBase,
  ) {}

  /** Whether the table is there with all its columns. */
  async isComplete(): Promise<boolean> {
    const { rows } = await this.client.query<{ complete: boolean }>(
      `SELECT count(*) = 2 AS complete FROM pg_attribute
       WHERE attrelid = to_regclass($1) AND attname IN ('checksum', 'applied_at') AND NOT attisdropped`,
      [MIGRATIONS_TABLE_NAME],
    );
    return rows[0]?.complete === true;
  }

  async make(): Promise<void> {
    await new TableMaker(this.dataSource, this.runner).make(this.runner);
    // The default comes by itself, so that rows which are there already do not get the time of now.
    await this.client.query(`
      ALTER TABLE ${MIGRATIONS_TABLE_NAME}
        ADD COLUMN IF NOT EXISTS checksum text, ADD COLUMN IF NOT EXISTS applied_at timestamptz;
      ALTER TABLE ${MIGRATIONS_TABLE_NAME} ALTER COLUMN applied_at SET DEFAULT now()`);
  }

  /** Records a migration as applied. */
  async insert(migration: MigrationClass): Promise<void> {
    await this.client.query(
      `INSERT INTO ${MIGRATIONS_TABLE_NAME} (timestamp, name, checksum) VALUES ($1, $2, $3)`,
      [migration.name.slice(-13), migration.name, await migrationChecksum(migration)],
    );
  }

  async delete(migration: MigrationClass): Promise<void> {
    await this.client.query(`DELETE FROM ${MIGRATIONS_TABLE_NAME} WHERE name = $1`, [migration.name]);
  }

  /** Records the checksum of a migration that was applied without one. */
  async recordChecksum(migration: MigrationClass): Promise<void> {
    await this.client.query(
      `UPDATE ${MIGRATIONS_TABLE_NAME} SET checksum = $2 WHERE name = $1 AND checksum IS NULL`,
      [migration.name, await migrationChecksum(migration)],
    );
  }

  /** Removes the table once nothing is recorded in it. */
  async dropIfEmpty(): Promise<void> {
    const { rows } = await this.client.query(`SELECT FROM ${MIGRATIONS_TABLE_NAME} LIMIT 1`);
    if (rows.length === 0) await this.client.query(`DROP TABLE ${MIGRATIONS_TABLE_NAME}`);
  }
}
