import { setTimeout as sleep } from 'node:timers/promises';
import type { Encryption } from '#persistence';
import { type DataSource, MigrationExecutor, QueryFailedError, type QueryRunner } from 'typeorm';
import { applyRoles, type RolesOptions } from './apply-roles.js';
import { migrationsDataSource } from './migrations-data-source.js';

/** Any number will do that every runner of every release uses, and nothing else in the database. */
const RUNNER_LOCK_KEY = '4842733908451501';
const RUNNER_POLL_INTERVAL_MS = 200;
const LOCK_NOT_AVAILABLE = '55P03';

export interface MigrateOptions extends RolesOptions {
  /** How long to wait for another runner, and for locks that queries in progress hold. */
  patienceMs?: number;
}

/** Another runner held the database for longer than this one was ready to wait. */
export class MigrationBusyError extends Error {
  constructor() {
    super('Another migration is still running on this database; try again when it has finished.');
    this.name = 'MigrationBusyError';
  }
}

/**
 * Applies every pending migration, then the roles, and answers the names of the migrations it applied.
 * Several runners may start at once: one works, the others wait and find nothing left to do.
 * Without a `url` the driver reads the `PG*` variables.
 */
export async function migrateUp(
  url: string | undefined,
  { patienceMs = 60_000, ...options }: MigrateOptions = {},
): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  const dataSource = await connect(url, options.ssl);
  try {
    const runner = dataSource.createQueryRunner();
    await takeRunnerLock(runner, deadline);
    const applied = await applyPending(dataSource, runner, deadline);
    await applyRoles(url, options);
    return applied;
  } finally {
    // The lock belongs to the session and goes with it.
    await dataSource.destroy();
  }
}

/** The names of the migrations that the database has yet to get; changes nothing in it. */
export async function pendingMigrations(url: string | undefined, ssl?: Encryption): Promise<string[]> {
  const dataSource = await connect(url, ssl);
  try {
    const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
    return pending.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}

/** Quiet unless `DEBUG=typeorm:*` asks: whoever calls tells of failures itself, and TypeORM would print them too. */
function connect(url: string | undefined, ssl: Encryption | undefined): Promise<DataSource> {
  return migrationsDataSource(url, ssl).setOptions({ logger: 'debug' }).initialize();
}

/** Polls, since a session that waits inside PostgreSQL would keep CREATE INDEX CONCURRENTLY waiting for it. */
async function takeRunnerLock(runner: QueryRunner, deadline: number): Promise<void> {
  for (;;) {
    const rows = (await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [RUNNER_LOCK_KEY])) as {
      taken: boolean;
    }[];
    if (rows[0]?.taken) return;
    if (Date.now() >= deadline) throw new MigrationBusyError();
    await sleep(RUNNER_POLL_INTERVAL_MS);
  }
}

/** A migration gives up its place in a table's lock queue at `lock_timeout`, lets the others pass, and comes again. */
async function applyPending(
  dataSource: DataSource,
  runner: QueryRunner,
  deadline: number,
): Promise<string[]> {
  const before = await new MigrationExecutor(dataSource, runner).getPendingMigrations();
  for (;;) {
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    try {
      await executor.executePendingMigrations();
      return before.map((migration) => migration.name);
    } catch (error) {
      if (!isLockTimeout(error) || Date.now() >= deadline) throw error;
      await sleep(RUNNER_POLL_INTERVAL_MS);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return (
    error instanceof QueryFailedError && (error.driverError as { code?: string }).code === LOCK_NOT_AVAILABLE
  );
}
