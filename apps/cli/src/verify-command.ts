import { loadConfiguration, type Configuration } from '#config';
import { institutionScope, PLATFORM_SCOPE, type Scope } from '#kernel';
import { explainFault, PersistenceModule } from '#persistence';
import { VerificationModule, VerificationService, type VerifiedPosition } from '#positions';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { entities } from '../../api/src/entities.js';
import type { Terminal } from './terminal.js';

/** What scripts and jobs can tell apart by the exit status; 2 and 3 are taken by `migrate`. */
const EXIT = { verified: 0, fault: 1, broken: 4, interrupted: 130 } as const;

/** Positions between two updates of the bar, which guesses the time left from the last hundred of them. */
const BAR_STEP = 100;

/** Where the progress is drawn, if it is a terminal. */
type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean };

interface Options {
  readonly institution?: string;
  readonly json?: boolean;
}

/** What one run came to. */
interface Tally {
  positions: number;
  ledgerEvents: number;
  broken: number;
  isComplete: boolean;
}

@Module({})
class VerifyModule {}

/** `verify`: goes through the record of every position of a database, and tells which do not hold. */
export function verifyCommand(terminal: Terminal, screen: Screen = process.stderr): Command {
  return new Command('verify')
    .description('Verifies the record of every position: hash chain, events, balances. Changes nothing.')
    .option('--institution <id>', 'the positions of one institution only')
    .option('--json', 'print one JSON object for each broken position, and one for the whole at the end')
    .addHelpText(
      'after',
      `
The database is the one of the service: DATABASE_URL, or else what PGHOST, PGDATABASE … say. Reading is all that is
needed of the user, so that a standby will do.

Exits 0 if every record holds, 4 if one is broken, 1 if it could not be told, 130 if stopped before the end.`,
    )
    .action(async (options: Options) => {
      try {
        terminal.exitWith(await verify(options, terminal, screen));
      } catch (error) {
        // To whoever runs the database, what it said is the better word.
        terminal.complain(explainFault((error as Error).cause ?? error));
        terminal.exitWith(EXIT.fault);
      }
    });
}

async function verify(options: Options, terminal: Terminal, screen: Screen): Promise<number> {
  const scope = options.institution === undefined ? PLATFORM_SCOPE : institutionScope(options.institution);
  const context = await NestFactory.createApplicationContext(
    {
      module: VerifyModule,
      imports: [PersistenceModule.forRoot(storeOf(terminal.environment), entities), VerificationModule],
    },
    { logger: false, abortOnError: false },
  );
  try {
    const startedAtMs = performance.now();
    const tally = await goThrough(context.get(VerificationService), scope, options, terminal, screen);
    if (tally.positions === 0 && tally.isComplete && options.institution !== undefined) {
      throw new Error(`Nothing is stored of the institution ${options.institution}: is its id right?`);
    }
    terminal.print(summaryOf(tally, (performance.now() - startedAtMs) / 1_000, options));
    if (tally.broken > 0) return EXIT.broken;
    return tally.isComplete ? EXIT.verified : EXIT.interrupted;
  } finally {
    await context.close();
  }
}

/** Until the end or the first Ctrl-C; a second one ends the process as ever. */
async function goThrough(
  verification: VerificationService,
  scope: Scope,
  options: Options,
  terminal: Terminal,
  screen: Screen,
): Promise<Tally> {
  const tally: Tally = { positions: 0, ledgerEvents: 0, broken: 0, isComplete: true };
  const stop = (): void => void (tally.isComplete = false);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const bar = screen.isTTY ? await startBar(verification, scope, screen) : undefined;
  try {
    for await (const position of verification.verifyAll(scope)) {
      if (!tally.isComplete) break;
      tally.positions += 1;
      tally.ledgerEvents += position.length;
      if (tally.positions % BAR_STEP === 0) bar?.update(tally.positions);
      if (position.verified) continue;
      tally.broken += 1;
      // The line takes the place of the bar, which is drawn anew below it.
      bar?.stop();
      terminal.print(lineOf(position, options));
      bar?.start(bar.getTotal(), tally.positions);
    }
  } finally {
    bar?.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  return tally;
}

async function startBar(verification: VerificationService, scope: Scope, screen: Screen): Promise<SingleBar> {
  const bar = new SingleBar(
    {
      stream: screen,
      format: '{bar} {percentage}% | {value} of {total} positions | {eta_formatted} left',
      clearOnComplete: true,
      etaBuffer: 100,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(await verification.count(scope), 0);
  return bar;
}

function lineOf(
  { institutionId, positionId, firstBrokenSeq, why }: VerifiedPosition,
  { json }: Options,
): string {
  return json
    ? JSON.stringify({ institutionId, positionId, firstBrokenSeq, why })
    : `broken: ${institutionId} ${positionId} at step ${firstBrokenSeq}: ${why}`;
}

function summaryOf(tally: Tally, seconds: number, { json }: Options): string {
  const { positions, ledgerEvents, broken, isComplete } = tally;
  const positionsPerSecond = Math.round(positions / seconds);
  if (json) {
    return JSON.stringify({
      verified: isComplete && broken === 0,
      complete: isComplete,
      positions,
      ledgerEvents,
      broken,
      seconds: Math.round(seconds * 1_000) / 1_000,
      positionsPerSecond,
    });
  }
  const found = broken === 0 ? 'none broken' : `${broken} broken`;
  const speed = `${seconds.toFixed(1)} s, ${positionsPerSecond} positions a second`;
  const counts = `${positions} positions checked, ${ledgerEvents} ledger events, ${found}, in ${speed}.`;
  return isComplete ? counts : `Stopped before the end: ${counts}`;
}

/** The service's own reading of where its database is; of its other settings none is needed here. */
function storeOf(environment: NodeJS.ProcessEnv): Configuration['store'] {
  const settings = Object.entries(environment).filter(([name]) => /^(DATABASE_URL|PG|DB_)/.test(name));
  return loadConfiguration({
    ...Object.fromEntries(settings),
    STORE_BACKEND: 'postgres',
    API_KEY_PEPPER: 'not-used',
  }).store;
}
