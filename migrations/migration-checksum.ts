import { createHash } from 'node:crypto';
import { isTransactional, statementsOf, type MigrationClass } from './migration-sql.js';

/**
 * What a migration does, as lower-case hex SHA-256: of its statements up and down, and of whether a transaction holds
 * them. Comments in the code, its layout, and the tool that compiled it make no difference.
 */
export async function migrationChecksum(migrationClass: MigrationClass): Promise<string> {
  const deeds = {
    transactional: isTransactional(migrationClass),
    up: await statementsOf(migrationClass, 'up'),
    down: await statementsOf(migrationClass, 'down'),
  };
  return createHash('sha256').update(JSON.stringify(deeds)).digest('hex');
}
