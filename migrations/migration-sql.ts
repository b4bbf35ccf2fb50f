import type { MigrationInterface, QueryRunner } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

export type Direction = 'up' | 'down';

/** One statement of a migration, with what it sends along. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a migration sends to the database on its way, without sending it; whatever it asks, nothing is found. */
export async function statementsOf(
  migrationClass: MigrationClass,
  direction: Direction,
): Promise<Statement[]> {
  const statements: Statement[] = [];
  const recorder = {
    query: (sql: string, parameters: readonly unknown[] = []) => {
      statements.push({ sql: sql.trim(), parameters });
      return Promise.resolve([]);
    },
  };
  await new migrationClass()[direction](recorder as unknown as QueryRunner);
  return statements;
}

/** The statements that a migration runs on its way up, each ended by a semicolon, without running them. */
export async function migrationSql(migrationClass: MigrationClass): Promise<string> {
  const statements = await statementsOf(migrationClass, 'up');
  return statements.map(({ sql }) => `${sql};\n`).join('\n');
}

/** Whether a migration goes up in a transaction: unless it says otherwise. */
export function isTransactional(migrationClass: MigrationClass): boolean {
  return new migrationClass().transaction ?? true;
}
