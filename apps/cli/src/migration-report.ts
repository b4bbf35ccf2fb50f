import { faultOf, type MigrationPlan } from '../../../migrations/migration-plan.js';
import { namesOf, type Likeness, type MigrationState } from '../../../migrations/migration-state.js';

/** What scripts and jobs can tell apart by the exit status. */
export const EXIT = { upToDate: 0, fault: 1, pending: 2, busy: 3, interrupted: 130 } as const;

/** What a database is like, as a whole. */
export interface Verdict {
  readonly status: number;
  readonly words: string;
  /** What is no fault, but strange. */
  readonly warnings: readonly string[];
}

const LIKENESS: Record<Likeness, { readonly state: string; readonly note: string }> = {
  intact: { state: 'applied', note: 'checksum as recorded' },
  unrecorded: { state: 'applied', note: 'checksum not recorded' },
  edited: { state: 'edited', note: 'its text is not the one that was applied' },
  unknown: { state: 'unknown', note: 'this code does not have it' },
};

/** One line for each migration that was applied or is pending. */
export function linesOf({ applied, pending }: MigrationState): string[] {
  const width = Math.max(...[...applied, ...pending].map(({ name }) => name.length));
  return [
    ...applied.map(({ name, likeness, appliedAt }) => {
      const { state, note } = LIKENESS[likeness];
      return `${state.padEnd(7)}  ${name.padEnd(width)}  ${timeOf(appliedAt)}  ${note}`;
    }),
    ...pending.map(({ name }) => `pending  ${name}`),
  ];
}

/** Faults go before a runner at work, and that before what is pending: it is about to change. */
export function verdictOf(state: MigrationState): Verdict {
  const warnings = warningsOf(state);
  const fault = faultOf(state);
  if (fault !== undefined) return { status: EXIT.fault, words: fault, warnings };
  const { runner, pending } = state;
  if (runner !== undefined) {
    return { status: EXIT.busy, words: `The database is being migrated by ${whoIs(runner)}.`, warnings };
  }
  if (pending.length > 0) {
    return { status: EXIT.pending, words: `${counted(pending.length)} pending.`, warnings };
  }
  return { status: EXIT.upToDate, words: 'The database is up to date.', warnings };
}

/** The same for scripts. */
export function jsonOf(state: MigrationState): object {
  return {
    status: verdictOf(state).status,
    applied: state.applied.map(({ name, likeness, appliedAt }) => ({
      name,
      state: likeness,
      appliedAt: appliedAt?.toISOString() ?? null,
    })),
    pending: state.pending.map(({ name }) => name),
    busy: state.runner !== undefined,
  };
}

/** A session, by what PostgreSQL calls it and how long it has lasted. */
export function whoIs(session: { processId?: number | undefined; seconds?: number | undefined }): string {
  if (session.processId === undefined) return 'another session';
  const { processId, seconds } = session;
  return `process ${processId}${seconds === undefined ? '' : `, begun ${seconds} s ago`}`;
}

function counted(count: number): string {
  return count === 1 ? '1 migration is' : `${count} migrations are`;
}

function warningsOf(state: MigrationState): string[] {
  const unknown = namesOf(state, 'unknown');
  if (unknown.length === 0) return [];
  return [`the database is ahead of this code, which does not know ${unknown.join(', ')}`];
}

function timeOf(time: Date | undefined): string {
  return time === undefined
    ? 'time not recorded      '
    : `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** What a run is going to do, in the order in which it will. */
export function linesOfPlan({ direction, steps, unrecorded, unknown, isPartial }: MigrationPlan): string[] {
  const isUp = direction === 'up';
  const lines = steps.map(
    ({ name, isTransactional }) => `  ${name}${isTransactional ? '' : ' (outside a transaction)'}`,
  );
  if (lines.length > 0) lines.unshift(isUp ? 'To apply:' : 'To take back, with all data in what they made:');
  if (unrecorded.length > 0)
    lines.push(`To record: ${unrecorded.length} checksum${unrecorded.length === 1 ? '' : 's'}.`);
  if (isUp && unknown.length === 0) {
    lines.push(`Then: roles and grants${isPartial ? ', if the tables that they name are there' : ''}.`);
  }
  return lines;
}
