import { applyRolesOn, type RolesOptions } from './apply-roles.js';
import {
  MigrationBusyError,
  MigrationFailedError,
  MigrationStoppedError,
  sqlStateOf,
} from './migration-faults.js';
import { migrations } from './migration-list.js';
import {
  planDown,
  planUp,
  type DownSelection,
  type MigrationPlan,
  type PlannedStep,
} from './migration-plan.js';
import { MigrationSession, openClient, type SessionOptions } from './migration-session.js';
import type { MigrationClass } from './migration-sql.js';
import { readMigrationState, type MigrationState } from './migration-state.js';
import { MigrationsTable } from './migrations-table.js';

const UNDEFINED_TABLE = '42P01';

export interface MigrateOptions extends SessionOptions, RolesOptions {
  /** Told what will be done, once nobody else can change it any more. */
  readonly planned?: ((plan: MigrationPlan) => void) | undefined;
  /** Told as each migration begins. */
  readonly began?: ((step: PlannedStep) => void) | undefined;
  /** Told as each migration has been applied, or taken back. */
  readonly finished?: ((step: PlannedStep, seconds: number) => void) | undefined;
  /** What the code knows; every migration there is unless given. */
  readonly known?: readonly MigrationClass[] | undefined;
}

/** What is applied to a database, pending and wrong; changes nothing in it, and waits for nobody. */
export async function migrationState(
  url: string,
  { ssl, known = migrations }: Pick<MigrateOptions, 'ssl' | 'known'> = {},
): Promise<MigrationState> {
  const client = await openClient(url, ssl);
  try {
    return await readMigrationState(client, known);
  } finally {
    await client.end();
  }
}

/**
 * Applies what is pending, up to and with `to` where it is given, then the roles, and answers the names of the
 * migrations it applied. Several runners may start at once: one works, the others wait and find nothing left to do.
 *
 * @throws MigrationRefusedError before anything is changed, if that would do harm
 * @throws MigrationBusyError if others were in the way for too long
 * @throws MigrationStoppedError
 * @throws MigrationFailedError if the database refused a migration; those before it stay applied
 */
export async function migrateUp(
  url: string,
  { to, ...options }: MigrateOptions & { readonly to?: string | undefined } = {},
): Promise<string[]> {
  return MigrationSession.run(url, options, async (session) => {
    const run = new Run(session, options);
    const plan = planUp(await run.state(), to);
    options.planned?.(plan);
    await run.makeTable();
    await run.recordChecksums(plan.unrecorded);
    for (const step of plan.steps) await run.take(step, 'up');
    await run.applyRoles(plan);
    return plan.steps.map(({ name }) => name);
  });
}

/**
 * Takes back what was applied, the last first, and answers the names. What the migrations made is gone then, with all
 * data in it. The roles and their grants stay as they are.
 *
 * @throws the same as {@link migrateUp}
 */
export async function migrateDown(
  url: string,
  selection: DownSelection,
  options: MigrateOptions = {},
): Promise<string[]> {
  return MigrationSession.run(url, options, async (session) => {
    const run = new Run(session, options);
    const plan = planDown(await run.state(), selection, run.known);
    options.planned?.(plan);
    for (const step of plan.steps) await run.take(step, 'down');
    return plan.steps.map(({ name }) => name);
  });
}

/** One run of a runner that has its database to itself. */
class Run {
  readonly known: readonly MigrationClass[];
  private readonly table: MigrationsTable;

  constructor(
    private readonly session: MigrationSession,
    private readonly options: MigrateOptions,
  ) {
    this.known = options.known ?? migrations;
    const { runner, client } = session;
    this.table = new MigrationsTable(runner.dataSource, runner, client);
  }

  state(): Promise<MigrationState> {
    return readMigrationState(this.session.client, this.known);
  }

  async makeTable(): Promise<void> {
    if (await this.table.isComplete()) return;
    await this.session.patiently(() => this.session.inTransaction(() => this.table.make()));
  }

  async recordChecksums(names: readonly string[]): Promise<void> {
    for (const migration of this.known) {
      if (names.includes(migration.name)) await this.table.recordChecksum(migration);
    }
  }

  /** Takes one step, with its record, and keeps nothing of it if it fails; unless it works without a transaction. */
  async take(step: PlannedStep, direction: 'up' | 'down'): Promise<void> {
    const { migration, isTransactional } = step;
    this.options.began?.(step);
    const startedAtMs = performance.now();
    const speaker = this.session.speaker(isTransactional);
    const work = async (): Promise<void> => {
      await new migration()[direction](speaker);
      if (direction === 'up') return this.table.insert(migration);
      await this.table.delete(migration);
      await this.table.dropIfEmpty();
    };
    await this.session
      .patiently(() => (isTransactional ? this.session.inTransaction(work) : work()))
      .catch((error: unknown) => {
        throw faultIn(step, error);
      });
    this.options.finished?.(step, (performance.now() - startedAtMs) / 1_000);
  }

  /** Last of all, since a migration cannot grant to a role that may be absent. */
  async applyRoles({ unknown, isPartial }: MigrationPlan): Promise<void> {
    const { warn } = this.options;
    if (unknown.length > 0) {
      warn?.(
        'the roles and grants were left as they are: those of this code know nothing of what newer code has made',
      );
      return;
    }
    try {
      await this.session.patiently(() => applyRolesOn(this.session.client, warn));
    } catch (error) {
      if (!isPartial || sqlStateOf(error) !== UNDEFINED_TABLE) throw error;
      warn?.('the roles and grants were left as they are: they name tables that pending migrations make');
    }
  }
}

/** What failed, and what is left of it. */
function faultIn({ name, isTransactional }: PlannedStep, error: unknown): Error {
  const rest = isTransactional ? 'was rolled back' : 'may be half-done, and can be run again';
  if (error instanceof MigrationStoppedError) return new MigrationStoppedError(`Stopped: ${name} ${rest}.`);
  if (error instanceof MigrationBusyError) {
    return new MigrationBusyError(`${name} ${rest}. ${error.message}`, { cause: error });
  }
  const { message } = error as Error;
  return new MigrationFailedError(`${name} failed and ${rest}: ${message}`, error);
}
