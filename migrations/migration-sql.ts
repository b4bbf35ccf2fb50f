import type { MigrationInterface, QueryRunner } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

/** The statements that a migration runs on its way up, each ended by a semicolon, without running them. */
export async function migrationSql(migrationClass: MigrationClass): Promise<string> {
  const statements: string[] = [];
  const recorder = {
    query: (sql: string) => {
      statements.push(`${sql.trim()};\n`);
      return Promise.resolve([]);
    },
  };
  await new migrationClass().up(recorder as unknown as QueryRunner);
  return statements.join('\n');
}
