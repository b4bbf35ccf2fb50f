import { explainFault } from '#persistence';
import { Command } from 'commander';
import { MigrationBusyError, migrateUp, pendingMigrations } from '../../../migrations/migrate.js';
import { migrationsTarget, type MigrationsTarget } from '../../../migrations/migrations-target.js';

import type { Terminal } from './terminal.js';

/** What scripts and jobs can tell apart by the exit status. */
const EXIT = { upToDate: 0, fault: 1, pending: 2, busy: 3 } as const;

/** Does its work on a database, and answers the status to exit with. */
type Step = (target: MigrationsTarget, terminal: Terminal) => Promise<number>;

/** `migrate up` and `migrate status`, on the database that the environment names. */
export function migrateCommand(terminal: Terminal): Command {
  const migrate = new Command('migrate')
    .description('Brings the database schema up to date.')
    .addHelpText(
      'after',
      '\nThe database is MIGRATIONS_DATABASE_URL, or else DATABASE_URL, or else what PGHOST, PGDATABASE … say,\nreached as DB_SSL_MODE and DB_SSL_ROOT_CERT_FILE say.',
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

async function up({ url, ssl }: MigrationsTarget, terminal: Terminal): Promise<number> {
  const warn = (message: string): void => terminal.complain(`Warning: ${message}`);
  const applied = await migrateUp(url, { ssl, warn });
  for (const name of applied) terminal.print(`applied ${name}`);
  terminal.print(
    applied.length === 0 ? 'The database was up to date already.' : 'The database is up to date.',
  );
  return EXIT.upToDate;
}

async function status({ url, ssl }: MigrationsTarget, terminal: Terminal): Promise<number> {
  const pending = await pendingMigrations(url, ssl);
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
function requireDatabase(environment: NodeJS.ProcessEnv): MigrationsTarget {
  const target = migrationsTarget(environment);
  const { url } = target;
  if (url === undefined && !environment.PGHOST && !environment.PGDATABASE) {
    throw new Error(
      'No database is named: set MIGRATIONS_DATABASE_URL or DATABASE_URL (or PGHOST and PGDATABASE).',
    );
  }
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) {
    throw new Error('The connection string is no URL such as postgresql://user:password@host:5432/database.');
  }
  return target;
}
