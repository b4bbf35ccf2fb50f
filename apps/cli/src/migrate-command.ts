import { explainFault } from '#persistence';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  MigrationBusyError,
  MigrationRefusedError,
  MigrationStoppedError,
} from '../../../migrations/migration-faults.js';
import { migrations } from '../../../migrations/migration-list.js';
import { planDown, planUp, type DownSelection } from '../../../migrations/migration-plan.js';
import { migrateDown, migrateUp, migrationState } from '../../../migrations/migrate.js';
import { migrationsTarget, type MigrationsTarget } from '../../../migrations/migrations-target.js';
import { Interrupt } from './interrupt.js';
import { MigrationProgress } from './migration-progress.js';
import { EXIT, jsonOf, linesOf, linesOfPlan, verdictOf } from './migration-report.js';
import type { Screen } from './progress-bar.js';
import type { Terminal } from './terminal.js';

interface RunOptions {
  readonly dryRun?: boolean;
  readonly wait: number;
}

type UpOptions = RunOptions & { readonly to?: string };
type DownOptions = RunOptions & DownSelection & { readonly yes?: boolean };

/** Does its work on a database, and answers the status to exit with. */
type Step = (target: MigrationsTarget) => Promise<number>;

const ENVIRONMENT = `
The database is MIGRATIONS_DATABASE_URL, or else DATABASE_URL, or else what PGHOST, PGDATABASE … say, reached as
DB_SSL_MODE and DB_SSL_ROOT_CERT_FILE say. Each may also be said in CONFIG_FILE, and a secret in the file that its
name with _FILE names, as for the service. It must lead past any pooler. See docs/MIGRATIONS.md.`;

const VERDICTS = `
Exits 0 if the database is up to date, also if newer code has migrated it further; 2 if migrations are pending; 3 if
another runner is at work; 1 on a fault: an applied migration was edited, the database has migrations that this code
does not know and lacks others, or it could not be told.`;

const OUTCOMES = `
Exits 0 if all is done; 3 if another runner, or a lock, was in the way for too long; 130 if stopped by SIGINT or
SIGTERM, which rolls back what is under way; 1 on a fault, or if nothing was done because it could do harm. Whatever it
exits with, it can be run again.`;

/** `migrate status`, `check`, `up` and `down`. */
export function migrateCommand(terminal: Terminal, screen: Screen = process.stderr): Command {
  const migrate = new Command('migrate')
    .description('Brings the database schema up to date, and tells whether it is.')
    .addHelpText('after', ENVIRONMENT);
  migrate
    .command('status')
    .description('list what was applied, when, and what is pending; changes nothing')
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', VERDICTS)
    .action(({ json }: { json?: boolean }) =>
      run((target) => status(target, json === true, terminal), terminal),
    );
  migrate
    .command('check')
    .description('tell by the exit status whether the database is up to date; prints nothing if it is')
    .addHelpText('after', VERDICTS)
    .action(() => run((target) => check(target, terminal), terminal));
  migrate
    .command('up')
    .description('apply what is pending, then the roles and grants; asks nothing')
    .option('--to <name>', 'up to and with this migration only')
    .option('--dry-run', 'print what would be done, and do nothing')
    .addOption(waitOption())
    .addHelpText('after', OUTCOMES)
    .action((options: UpOptions) => run((target) => up(target, options, terminal, screen), terminal));
  migrate
    .command('down')
    .description('take back what was applied, the last first, and lose all data in what it made')
    .addOption(new Option('--to <name>', 'all after this migration').conflicts(['steps', 'all']))
    .addOption(
      new Option('--steps <number>', 'as many migrations; 1 unless said')
        .argParser(wholeNumber)
        .conflicts('all'),
    )
    .option('--all', 'every migration')
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--yes', 'do it')
    .addOption(waitOption())
    .addHelpText('after', OUTCOMES)
    .action((options: DownOptions) => run((target) => down(target, options, terminal, screen), terminal));
  return migrate;
}

async function status({ url, ssl }: MigrationsTarget, asJson: boolean, terminal: Terminal): Promise<number> {
  const state = await migrationState(url, { ssl });
  const verdict = verdictOf(state);
  if (asJson) {
    terminal.print(JSON.stringify(jsonOf(state)));
    return verdict.status;
  }
  for (const line of linesOf(state)) terminal.print(line);
  for (const warning of verdict.warnings) terminal.complain(`Warning: ${warning}`);
  if (verdict.status === EXIT.fault) terminal.complain(verdict.words);
  else terminal.print(verdict.words);
  return verdict.status;
}

async function check({ url, ssl }: MigrationsTarget, terminal: Terminal): Promise<number> {
  const verdict = verdictOf(await migrationState(url, { ssl }));
  for (const warning of verdict.warnings) terminal.complain(`Warning: ${warning}`);
  if (verdict.status !== EXIT.upToDate) terminal.complain(verdict.words);
  return verdict.status;
}

async function up(
  { url, ssl }: MigrationsTarget,
  { to, dryRun, wait }: UpOptions,
  terminal: Terminal,
  screen: Screen,
): Promise<number> {
  if (dryRun === true) {
    for (const line of linesOfPlan(planUp(await migrationState(url, { ssl }), to))) terminal.print(line);
    return EXIT.upToDate;
  }
  const applied = await watched(terminal, screen, (watch) =>
    migrateUp(url, { ssl, to, patienceMs: wait * 1_000, ...watch }),
  );
  if (to !== undefined) terminal.print(`The database is migrated to ${to}.`);
  else terminal.print(`The database ${applied.length === 0 ? 'was up to date already' : 'is up to date'}.`);
  return EXIT.upToDate;
}

async function down(
  { url, ssl }: MigrationsTarget,
  { dryRun, yes, wait, ...selection }: DownOptions,
  terminal: Terminal,
  screen: Screen,
): Promise<number> {
  if (dryRun === true || yes !== true) {
    const plan = planDown(await migrationState(url, { ssl }), selection, migrations);
    for (const line of linesOfPlan(plan)) terminal.print(line);
    if (dryRun === true) return EXIT.upToDate;
    terminal.complain('Nothing was done. What these migrations made is lost with all data in it: say --yes.');
    return EXIT.fault;
  }
  const gone = await watched(terminal, screen, (watch) =>
    migrateDown(url, selection, { ssl, patienceMs: wait * 1_000, ...watch }),
  );
  terminal.print(gone.length === 0 ? 'There was nothing to take back.' : `${gone.length} taken back.`);
  return EXIT.upToDate;
}

/** Shows the progress of a run, and stops it in good order at the first Ctrl-C; a second one ends it as ever. */
async function watched<Result>(
  terminal: Terminal,
  screen: Screen,
  work: (watch: Omit<MigrationProgress, 'begin' | 'end'> & { signal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  using interrupt = new Interrupt();
  const progress = new MigrationProgress(terminal, screen);
  const { planned, began, finished, waiting, warn } = progress;
  progress.begin();
  try {
    return await work({ planned, began, finished, waiting, warn, signal: interrupt.signal });
  } finally {
    progress.end();
  }
}

async function run(step: Step, terminal: Terminal): Promise<void> {
  try {
    terminal.exitWith(await step(migrationsTarget(terminal.environment)));
  } catch (error) {
    terminal.complain(toWords(error));
    terminal.exitWith(statusOf(error));
  }
}

function statusOf(error: unknown): number {
  if (error instanceof MigrationBusyError) return EXIT.busy;
  return error instanceof MigrationStoppedError ? EXIT.interrupted : EXIT.fault;
}

function toWords(error: unknown): string {
  if (error instanceof MigrationRefusedError) return `Nothing was changed. ${error.message}`;
  return explainFault(error);
}

function waitOption(): Option {
  return new Option('--wait <seconds>', 'how long to wait for another runner, and for each lock')
    .argParser(wholeNumber)
    .default(60);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
