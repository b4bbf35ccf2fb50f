import { explainFault } from '#persistence';
import { Command } from 'commander';
import { migrationsUrl } from '../../../migrations/data-source.js';
import { MigrationBusyError, migrateUp, pendingMigrations } from '../../../migrations/migrate.js';

import type { Terminal } from './terminal.js';

/** What scripts and jobs can tell apart by the exit status. */
const EXIT = { upToDate: 0, fault: 1, pending: 2, busy: 3 } as const;

/** Does its work on the database of `url`, and answers the status to exit with. */
type Step = (url: string | undefined, terminal: Terminal) => Promise<number>;

/** `migrate up` and `migrate status`, on the database that the environment names. */
export function migrateCommand(terminal: Terminal): Command {
  const migrate = new Command('migrate')
    .description('Brings the database schema up to date.')
    .addHelpText(
      'after',
      '\nThe database is MIGRATIONS_DATABASE_URL, or else DATABASE_URL, or else what PGHOST, PGDATABASE … say.',
    );
  migrate
    .command('up')
    .description('apply every pending migration, then the roles and grants: exits 3 if another run is busy')
    .action(() => run(up, terminal));
  migrate
    .command('status')
    .description('list pending migrations: exits 0 if there are none, 2 if there are some, 1 on a fault')
    .action(() => run(status, terminal));
  return migrate;
}

async function up(url: string | undefined, terminal: Terminal): Promise<number> {
  const applied = await migrateUp(url);
  for (const name of applied) terminal.print(`applied ${name}`);
  terminal.print(
    applied.length === 0 ? 'The database was up to date already.' : 'The database is up to date.',
  );
  return EXIT.upToDate;
}

async function status(url: string | undefined, terminal: Terminal): Promise<number> {
  const pending = await pendingMigrations(url);
  for (const name of pending) terminal.print(`pending ${name}`);
  if (pending.length > 0) return EXIT.pending;
  terminal.print('The database is up to date.');
  return EXIT.upToDate;
}

async function run(step: Step, terminal: Terminal): Promise<void> {
  try {
    terminal.exitWith(await step(requireDatabase(terminal.environment), terminal));
  } catch (error) {
    terminal.complain(explainFault(error));
    terminal.exitWith(error instanceof MigrationBusyError ? EXIT.busy : EXIT.fault);
  }
}

/** The driver would otherwise try a local database named like the user, which nobody meant. */
function requireDatabase(environment: NodeJS.ProcessEnv): string | undefined {
  const url = migrationsUrl(environment);
  if (url === undefined && !environment.PGHOST && !environment.PGDATABASE) {
    throw new Error(
      'No database is named: set MIGRATIONS_DATABASE_URL or DATABASE_URL (or PGHOST and PGDATABASE).',
    );
  }
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) {
    throw new Error('The connection string is no URL such as postgresql://user:password@host:5432/database.');
  }
  return url;
}
