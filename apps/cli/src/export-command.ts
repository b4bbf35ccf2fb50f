import type { Writable } from 'node:stream';
import { explainFault } from '#persistence';
import { ExportService, type Trailer } from '#transfer';
import { Command } from 'commander';
import { writeWhole } from './exported-file.js';
import { Interrupt } from './interrupt.js';
import { ProgressBar, type Screen } from './progress-bar.js';
import { exportFromService } from './service-export.js';
import { exportUrlOf } from './service-url.js';
import type { Terminal } from './terminal.js';
import { openTransfer } from './transfer-context.js';

const EXIT = { exported: 0, fault: 1, interrupted: 130 } as const;

interface Options {
  readonly from?: string;
  readonly plainHttp?: boolean;
  readonly output?: string;
}

/** What an export runs with. */
interface Surroundings {
  readonly progress: ProgressBar;
  readonly signal: AbortSignal;
}

/** `export`: writes all that is stored into a file, as of one moment. */
export function exportCommand(
  terminal: Terminal,
  screen: Screen = process.stderr,
  output: Writable = process.stdout,
): Command {
  return new Command('export')
    .description('Writes everything that is stored into a file of JSON lines, as of one moment.')
    .option('--from <url>', 'a service that runs, on either backend, instead of the database')
    .option('--plain-http', 'send the root key to another host by http, through a network that is trusted')
    .option('--output <file>', 'where to write; - is standard output (default: escrowgrid-<time>.ndjson)')
    .addHelpText(
      'after',
      `
The database is the one of the service: DATABASE_URL, or else what PGHOST, PGDATABASE … say. Reading is all that is
needed of the user, so that a standby will do. With --from, the root key is read where the service reads it:
ROOT_API_KEY, ROOT_API_KEY_FILE, CONFIG_FILE. It is sent by http: to this machine alone, unless --plain-http is given.
The file holds the hashes of keys, and is made readable by its owner alone. It gets its name when it is whole.
docs/MIGRATING.md describes what it holds, and how \`escrowgrid import\` takes it.

Exits 0 if all was written, 130 if stopped before the end, 1 on any fault.`,
    )
    .action(async (options: Options) => {
      using interrupt = new Interrupt();
      const { signal } = interrupt;
      const progress = new ProgressBar(screen);
      try {
        await run(options, terminal, output, { progress, signal });
        terminal.exitWith(EXIT.exported);
      } catch (error) {
        progress.end();
        // To whoever runs the database, what it said is the better word.
        terminal.complain(
          signal.aborted ? 'Stopped: nothing was kept.' : explainFault((error as Error).cause ?? error),
        );
        terminal.exitWith(signal.aborted ? EXIT.interrupted : EXIT.fault);
      }
    });
}

async function run(
  { from, plainHttp = false, output: path = defaultPath() }: Options,
  terminal: Terminal,
  output: Writable,
  surroundings: Surroundings,
): Promise<void> {
  const url = from === undefined ? undefined : exportUrlOf(from, plainHttp);
  const write = async (writable: Writable): Promise<Trailer> =>
    url === undefined
      ? exportFromDatabase(terminal.environment, writable, surroundings)
      : exportFromService(url, terminal.environment, writable, surroundings);
  const { counts, sha256 } = await (path === '-' ? write(output) : writeWhole(path, write));
  surroundings.progress.end();
  if (path === '-') return;
  const rows = Object.values(counts).reduce((sum, many) => sum + many, 0);
  terminal.print(`${path}: ${rows} rows, SHA-256 of what stands before its last line ${sha256}`);
}

async function exportFromDatabase(
  environment: NodeJS.ProcessEnv,
  writable: Writable,
  surroundings: Surroundings,
): Promise<Trailer> {
  const transfer = await openTransfer(environment);
  try {
    return await transfer.get(ExportService).exportTo(writable, surroundings);
  } finally {
    await transfer.close();
  }
}

function defaultPath(): string {
  return `escrowgrid-${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z.ndjson`;
}
