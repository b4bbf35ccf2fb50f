import { migrations } from './migration-list.js';

/** The names of all migrations that this code knows, as `schema_migrations` records them, in the order in which they run. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name);
