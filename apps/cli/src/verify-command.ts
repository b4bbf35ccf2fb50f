import { loadStoreConfiguration } from '#config';
import { institutionScope, PLATFORM_SCOPE } from '#kernel';
import { explainFault, PersistenceModule } from '#persistence';
import { VerificationModule, VerificationService } from '#positions';
import { SealsOptions, SealsVerificationModule, SealsVerifier } from '#seals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Command } from 'commander';
import { entities } from '../../api/src/entities.js';
import { ExportedCheckpoints } from './exported-checkpoints.js';
import { Interrupt } from './interrupt.js';
import type { Screen } from './progress-bar.js';
import type { Terminal } from './terminal.js';
import { verifyPositions, type PositionsTally } from './verify-positions.js';
import { verifySeals, type SealsTally } from './verify-seals.js';
import { Watch } from './watch.js';

/** What scripts and jobs can tell apart by the exit status; 2 and 3 are taken by `migrate`. */
const EXIT = { verified: 0, fault: 1, broken: 4, interrupted: 130 } as const;

interface Options {
  readonly institution?: string;
  readonly publicKeys?: string;
  readonly checkpoints?: string;
  readonly json?: boolean;
}

/** What one run came to. */
interface Outcome {
  readonly positions: PositionsTally;
  readonly seals: SealsTally;
  readonly isComplete: boolean;
  readonly areSignaturesJudged: boolean;
  readonly seconds: number;
}

@Module({})
class VerifyModule {}

/** `verify`: goes through the records and the checkpoints of a database, and tells which do not hold. */
export function verifyCommand(terminal: Terminal, screen: Screen = process.stderr): Command {
  return new Command('verify')
    .description(
      'Verifies the record of every position (hash chain, events, balances), and every checkpoint with what it seals. Changes nothing.',
    )
    .option('--institution <id>', 'the positions and checkpoints of one institution only')
    .option('--public-keys <file>', 'public keys (PEM) that signatures are believed of')
    .option(
      '--checkpoints <file>',
      'checkpoints exported before, as the API lists them: each must still be there',
    )
    .option('--json', 'print one JSON object for each thing that is broken, and one for the whole at the end')
    .addHelpText(
      'after',
      `
The database is the one of the service: DATABASE_URL, or else what PGHOST, PGDATABASE … say. Reading is all that is
needed of the user, so that a standby will do. Without --public-keys, signatures are judged by SEAL_PUBLIC_KEYS_FILE and
the key of SEAL_SIGNING_KEY_FILE; without any of them, they are not judged.

Exits 0 if all holds, 4 if something is broken, 1 if it could not be told, 130 if stopped before the end.`,
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
  const exported = exportedOf(options);
  const { publicKeys } = options;
  const configuration = loadStoreConfiguration(
    terminal.environment,
    publicKeys === undefined ? {} : { SEAL_PUBLIC_KEYS_FILE: publicKeys, SEAL_SIGNING_KEY_FILE: undefined },
  );
  const { trustedKeys: keys } = new SealsOptions(configuration.seals);
  const context = await NestFactory.createApplicationContext(
    {
      module: VerifyModule,
      imports: [
        PersistenceModule.forRoot(configuration.store, entities),
        VerificationModule,
        SealsVerificationModule,
      ],
    },
    { logger: false, abortOnError: false },
  );
  using interrupt = new Interrupt();
  const watch = new Watch(terminal, screen, options.json === true, interrupt.signal);
  try {
    const startedAtMs = performance.now();
    const { institution } = options;
    const scope = institution === undefined ? PLATFORM_SCOPE : institutionScope(institution);
    const positions = await verifyPositions(context.get(VerificationService), scope, watch);
    const seals = await verifySeals(context.get(SealsVerifier), institution, { keys, exported }, watch);
    if (institution !== undefined && watch.isComplete && isNothing(positions, seals)) {
      throw new Error(`Nothing is stored of the institution ${institution}: is its id right?`);
    }
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const { isComplete } = watch;
    const outcome = { positions, seals, isComplete, areSignaturesJudged: !keys.isEmpty, seconds };
    terminal.print(options.json === true ? JSON.stringify(toJson(outcome)) : summaryOf(outcome));
    if (positions.broken + seals.broken > 0) return EXIT.broken;
    return isComplete ? EXIT.verified : EXIT.interrupted;
  } finally {
    await context.close();
  }
}

/** Read before anything else, so that a wrong file is told of at once. */
function exportedOf({ checkpoints: path, institution }: Options): ExportedCheckpoints | undefined {
  if (path === undefined) return undefined;
  const exported = ExportedCheckpoints.read(path);
  if (institution !== undefined && !exported.institutions.has(institution)) {
    throw new Error(`The file ${path} holds no checkpoints of the institution ${institution}.`);
  }
  return exported;
}

/** Where checkpoints are gone that were exported, something was stored. */
function isNothing({ positions }: PositionsTally, { checkpoints, broken }: SealsTally): boolean {
  return positions + checkpoints + broken === 0;
}

function toJson({ positions, seals, isComplete, areSignaturesJudged, seconds }: Outcome) {
  return {
    verified: isComplete && positions.broken + seals.broken === 0,
    complete: isComplete,
    positions: positions.positions,
    ledgerEvents: positions.ledgerEvents,
    broken: positions.broken,
    checkpoints: seals.checkpoints,
    brokenCheckpoints: seals.broken,
    exported: seals.exported,
    signaturesJudged: areSignaturesJudged,
    seconds: Math.round(seconds * 1_000) / 1_000,
  };
}

function summaryOf({ positions, seals, isComplete, areSignaturesJudged, seconds }: Outcome): string {
  const exported = seals.exported === null ? '' : `, ${seals.exported} as exported`;
  const unjudged = areSignaturesJudged ? '' : ', signatures not judged';
  const counts =
    `${positions.positions} positions checked, ${positions.ledgerEvents} ledger events, ${found(positions.broken)}; ` +
    `${seals.checkpoints} checkpoints, ${found(seals.broken)}${exported}${unjudged}; ` +
    `in ${seconds.toFixed(1)} s.`;
  return isComplete ? counts : `Stopped before the end: ${counts}`;
}

function found(broken: number): string {
  return broken === 0 ? 'none broken' : `${broken} broken`;
}
