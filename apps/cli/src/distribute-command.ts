import { explainFault } from '#persistence';
import { Command } from 'commander';
import { Distribution, FailedStep } from '../../../migrations/distribute.js';
import { migrationsTarget } from '../../../migrations/migrations-target.js';
import type { Terminal } from './terminal.js';

const EXIT = { done: 0, fault: 1 } as const;

interface Options {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `distribute`: spreads a migrated database over the nodes of a Citus cluster, by institution. */
export function distributeCommand(terminal: Terminal): Command {
  return new Command('distribute')
    .description(
      'Spreads the tables of a migrated database over the nodes of its Citus cluster, by institution. See docs/CITUS.md.',
    )
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--yes', 'do it: stop the service before')
    .addHelpText(
      'after',
      `
The database is MIGRATIONS_DATABASE_URL, or else DATABASE_URL, or else what PGHOST, PGDATABASE … say: the coordinator,
as the owner of the schema, past any pooler. Can be run again: what is done already is left as it is.

Exits 0 if all is done, or with --dry-run, and 1 on a fault, or if there is something to do and --yes was not given.`,
    )
    .action(async (options: Options) => {
      try {
        terminal.exitWith(await distribute(options, terminal));
      } catch (error) {
        terminal.complain(toWords(error));
        terminal.exitWith(EXIT.fault);
      }
    });
}

async function distribute({ dryRun, yes }: Options, terminal: Terminal): Promise<number> {
  const distribution = await Distribution.open(migrationsTarget(terminal.environment));
  try {
    const { steps } = distribution;
    if (steps.length > 0) {
      terminal.print('The plan:');
      for (const step of steps) terminal.print(`  ${step}`);
      if (dryRun === true) return EXIT.done;
      if (yes !== true) {
        terminal.complain('Nothing was done. Stop the service, then run it again with --yes.');
        return EXIT.fault;
      }
      await distribution.run({
        begin: (step, number, total) => terminal.print(`step ${number} of ${total}: ${step}`),
        warn: (message) => terminal.complain(`Warning: ${message}`),
      });
    }
    await warnOfTriggers(distribution, terminal);
    terminal.print(
      steps.length > 0
        ? 'Every table is distributed. Start the service with COMMIT_GROUPING=institution.'
        : 'Every table is distributed already: nothing to do.',
    );
    return EXIT.done;
  } finally {
    await distribution.close();
  }
}

async function warnOfTriggers(distribution: Distribution, terminal: Terminal): Promise<void> {
  for (const name of await distribution.unprotectedTables()) {
    terminal.complain(
      `Warning: shards of ${name} have no trigger that refuses changes: there, the rights of the roles alone protect history (docs/CITUS.md).`,
    );
  }
}

function toWords(error: unknown): string {
  if (!(error instanceof FailedStep)) return explainFault(error);
  const before =
    error.number === 1
      ? 'Nothing was changed.'
      : `The steps before it are done, and stay. Run it again to go on.`;
  return `${error.message}\n${explainFault(error.cause)}\n${before}`;
}
