import type { Client } from 'pg';
import { applyRolesOn } from './apply-roles.js';
import { NotDistributable, planDistribution, type DistributionPlan } from './distribution-plan.js';
import { MigrationBusyError } from './migration-faults.js';
import { migrations } from './migration-list.js';
import { openClient } from './migration-session.js';
import { readMigrationState } from './migration-state.js';
import type { MigrationsTarget } from './migrations-target.js';
import { requireDirectConnection } from './require-direct-connection.js';
import { tryRunnerLock } from './runner-lock.js';

/** The last step, in the words of the plan. */
const GRANTING = 'the roles and grants of migrations/roles.sql';

/** `%s` is the shard's table. */
const COUNT_TRIGGERS = `SELECT count(*) FROM pg_trigger WHERE tgrelid = '%s'::regclass AND NOT tgisinternal AND tgenabled <> 'D'`;

/** A step that the database refused; those before it stay. */
export class FailedStep extends Error {
  override readonly name = 'FailedStep';

  constructor(
    readonly step: string,
    readonly number: number,
    readonly total: number,
    cause: unknown,
  ) {
    super(`Step ${number} of ${total} failed: ${step}`, { cause });
  }
}

/** What is told of the work while it is under way. */
export interface DistributionProgress {
  readonly begin: (step: string, number: number, total: number) => void;
  readonly warn: (message: string) => void;
}

/** A database that is to be spread over the nodes of a Citus cluster, as the owner of the schema reaches it. */
export class Distribution {
  private constructor(
    private readonly client: Client,
    private readonly plan: DistributionPlan,
  ) {}

  /**
   * Looks at a database; changes nothing. Nobody migrates it until this is closed.
   *
   * @throws NotDistributable, PooledConnectionError, MigrationBusyError
   */
  static async open({ url, ssl }: MigrationsTarget): Promise<Distribution> {
    const client = await openClient(url, ssl);
    try {
      await requireDirectConnection(client);
      if (!(await tryRunnerLock(client))) {
        throw new MigrationBusyError('The database is being migrated: try again when that has finished.');
      }
      await requireExtension(client);
      await requireMigrated(client);
      return new Distribution(client, await planDistribution(client));
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** What is still to be done; nothing, where everything is distributed. */
  get steps(): readonly string[] {
    const { statements } = this.plan;
    // A table gets its rights on all nodes when they are granted, not when it is distributed.
    return statements.length === 0 ? [] : [...statements, GRANTING];
  }

  /**
   * Carries out the plan. Each step is kept by itself: after a failure, what is left can be planned and carried out
   * again.
   *
   * @throws FailedStep
   */
  async run({ begin, warn }: DistributionProgress): Promise<void> {
    const { steps } = this;
    for (const [index, step] of steps.entries()) {
      begin(step, index + 1, steps.length);
      try {
        await (step === GRANTING ? applyRolesOn(this.client, warn) : this.client.query(step));
      } catch (error) {
        throw new FailedStep(step, index + 1, steps.length, error);
      }
    }
  }

  /** The tables of which some shard lacks a trigger, so that there the rights of the roles alone protect history. */
  async unprotectedTables(): Promise<string[]> {
    const unprotected: string[] = [];
    for (const name of this.plan.triggered) {
      const { rowCount } = await this.client.query(
        `SELECT FROM run_command_on_shards($1, $2) WHERE NOT success OR result = '0'`,
        [`public.${name}`, COUNT_TRIGGERS],
      );
      if (rowCount !== 0) unprotected.push(name);
    }
    return unprotected;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

async function requireExtension(client: Client): Promise<void> {
  const { rowCount } = await client.query(`SELECT FROM pg_extension WHERE extname = 'citus'`);
  if (rowCount === 0) {
    throw new NotDistributable(
      'The extension citus is not in this database: add it to shared_preload_libraries, restart, and run CREATE EXTENSION citus, on every node.',
    );
  }
}

async function requireMigrated(client: Client): Promise<void> {
  const [first] = (await readMigrationState(client, migrations)).pending;
  if (first !== undefined) {
    throw new NotDistributable(
      `The database lacks migrations, from ${first.name} on: run \`escrowgrid migrate up\` first.`,
    );
  }
}
