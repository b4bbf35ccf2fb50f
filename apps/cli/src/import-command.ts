import { addAbortSignal, type Readable } from 'node:stream';
import { StoreNotEmpty } from '#kernel';
import { explainFault, StoreProbe } from '#persistence';
import { ImportRefused, ImportService, openFile, type ImportReport } from '#transfer';
import { Command } from 'commander';
import { Interrupt } from './interrupt.js';
import { ProgressBar, type Screen } from './progress-bar.js';
import type { Terminal } from './terminal.js';
import { openTransfer } from './transfer-context.js';

/** What scripts can tell apart by the exit status; 2 and 3 are taken by `migrate`. */
const EXIT = { imported: 0, fault: 1, refused: 4, notEmpty: 5, interrupted: 130 } as const;

/** `import`: fills an empty database with an export. */
export function importCommand(
  terminal: Terminal,
  screen: Screen = process.stderr,
  input: Readable = process.stdin,
): Command {
  return new Command('import')
    .description('Fills an empty, migrated database with an export: with all of it, or with nothing.')
    .argument('<file>', 'an export, as `escrowgrid export` writes it; - is standard input')
    .addHelpText(
      'after',
      `
The database is the one of the service: DATABASE_URL, or else what PGHOST, PGDATABASE … say, with the rights of the
service. No service may be writing to it. Every line is judged before it is stored, and all that was stored is verified
(hash chains, events, amounts, checkpoints) before anybody can see it. Signatures of checkpoints are judged by
SEAL_PUBLIC_KEYS_FILE and the key of SEAL_SIGNING_KEY_FILE, if there are any.

Exits 0 if all is there and verified, 4 if the export is at fault, 5 if the database is not empty or somebody writes to
it, 130 if stopped before the end, 1 on any other fault. Nothing is stored but with 0, nor if it is killed.`,
    )
    .action(async (path: string) => {
      using interrupt = new Interrupt();
      const { signal } = interrupt;
      const progress = new ProgressBar(screen);
      try {
        const report = await run(path, terminal.environment, input, { progress, signal });
        progress.end();
        for (const line of linesOf(report)) terminal.print(line);
        terminal.exitWith(EXIT.imported);
      } catch (error) {
        progress.end();
        // A fault that comes of itself may leave open what is stored.
        if (signal.aborted && (error as Error).name === 'AbortError') {
          terminal.complain('Stopped: nothing was stored.');
          return terminal.exitWith(EXIT.interrupted);
        }
        const isOurs = error instanceof ImportRefused || error instanceof StoreNotEmpty;
        // To whoever runs the database, what it said is the better word.
        terminal.complain(isOurs ? error.message : explainFault((error as Error).cause ?? error));
        if (error instanceof ImportRefused) return terminal.exitWith(EXIT.refused);
        terminal.exitWith(error instanceof StoreNotEmpty ? EXIT.notEmpty : EXIT.fault);
      }
    });
}

async function run(
  path: string,
  environment: NodeJS.ProcessEnv,
  input: Readable,
  { progress, signal }: { readonly progress: ProgressBar; readonly signal: AbortSignal },
): Promise<ImportReport> {
  const transfer = await openTransfer(environment);
  try {
    const pending = await transfer.get(StoreProbe).pendingMigrations();
    if (pending > 0) {
      throw new Error(`The database lacks ${pending} migrations: run \`escrowgrid migrate up\` before.`);
    }
    const source = addAbortSignal(signal, path === '-' ? input : await openFile(path));
    return await transfer.get(ImportService).importFrom(source, { progress, signal });
  } finally {
    await transfer.close();
  }
}

function linesOf({ counts, sha256, verified }: ImportReport): string[] {
  const signatures = verified.areSignaturesJudged ? '' : ', signatures not judged';
  return [
    ...Object.entries(counts).map(([kind, many]) => `${kind}: ${many}`),
    `${verified.positions} positions verified with ${verified.ledgerEvents} ledger events, none broken; ` +
      `${verified.checkpoints} checkpoints, none broken${signatures}.`,
    `All is stored. SHA-256 of what stood before the last line: ${sha256}`,
    'Plans are good once the owner has run ANALYZE, or autovacuum has.',
  ];
}
