import { MigrationRefusedError } from './migration-faults.js';
import { isTransactional, type Direction, type MigrationClass } from './migration-sql.js';
import { namesOf, type MigrationState } from './migration-state.js';

export interface PlannedStep {
  readonly name: string;
  readonly migration: MigrationClass;
  readonly isTransactional: boolean;
}

/** What a run is going to do, in this order. */
export interface MigrationPlan {
  readonly direction: Direction;
  readonly steps: readonly PlannedStep[];
  /** Migrations whose checksum is recorded at last. */
  readonly unrecorded: readonly string[];
  /** Applied by other code: the database is ahead of this one. */
  readonly unknown: readonly string[];
  /** Whether migrations are left to apply when all is done. */
  readonly isPartial: boolean;
}

/** What may be said of how far to go down; the last migration alone unless something is. */
export interface DownSelection {
  /** The last migration to stay. */
  readonly to?: string | undefined;
  readonly steps?: number | undefined;
  readonly all?: boolean | undefined;
}

/**
 * Plans to apply what is pending, up to and with `to` where it is given.
 *
 * @throws MigrationRefusedError
 */
export function planUp(state: MigrationState, to?: string): MigrationPlan {
  const fault = faultOf(state);
  if (fault !== undefined) throw new MigrationRefusedError(fault);
  const count = to === undefined ? state.pending.length : placeOf(to, state) + 1;
  const steps = state.pending.slice(0, count).map((migration) => stepOf(migration, 'up'));
  return {
    direction: 'up',
    steps,
    unrecorded: namesOf(state, 'unrecorded'),
    unknown: namesOf(state, 'unknown'),
    isPartial: steps.length < state.pending.length,
  };
}

/**
 * Plans to take back what was applied, the last first.
 *
 * @throws MigrationRefusedError
 */
export function planDown(
  state: MigrationState,
  { to, steps, all }: DownSelection,
  known: readonly MigrationClass[],
): MigrationPlan {
  const unknown = namesOf(state, 'unknown');
  if (unknown.length > 0) {
    throw new MigrationRefusedError(
      `Only the code that applied ${unknown.join(', ')} knows how to take it back, and what came before it.`,
    );
  }
  const fault = faultOf(state);
  if (fault !== undefined) throw new MigrationRefusedError(fault);
  const names = state.applied.map(({ name }) => name);
  const stay =
    to === undefined ? names.length - (all === true ? Infinity : (steps ?? 1)) : lastToStay(to, names);
  const gone = new Set(names.slice(Math.max(0, stay)));
  const taken = known.filter(({ name }) => gone.has(name));
  const inOrder = taken.toSorted((one, other) => names.indexOf(other.name) - names.indexOf(one.name));
  return {
    direction: 'down',
    steps: inOrder.map((migration) => stepOf(migration, 'down')),
    unrecorded: [],
    unknown,
    isPartial: true,
  };
}

/** Why nothing may be changed, or be relied on; undefined where all is well, or only behind or ahead. */
export function faultOf(state: MigrationState): string | undefined {
  const edited = namesOf(state, 'edited');
  if (edited.length > 0) {
    return (
      `Edited after ${edited.length === 1 ? 'it was' : 'they were'} applied: ${edited.join(', ')}. What the database has ` +
      'is not what this code describes: put the old text back, and write what is new as a new migration.'
    );
  }
  const unknown = namesOf(state, 'unknown');
  if (unknown.length > 0 && state.pending.length > 0) {
    return (
      `The database has ${unknown.join(', ')}, which this code does not know, and lacks ` +
      `${state.pending.map(({ name }) => name).join(', ')}: migrate with code that knows them all.`
    );
  }
  return undefined;
}

/** Down goes in a transaction always, as under the TypeORM command line. */
function stepOf(migration: MigrationClass, direction: Direction): PlannedStep {
  const { name } = migration;
  return { name, migration, isTransactional: direction === 'down' || isTransactional(migration) };
}

/** The place of a migration among the pending ones; -1 where it was applied. */
function placeOf(wanted: string, { applied, pending }: MigrationState): number {
  const place = pending.findIndex(({ name }) => isNamed(name, wanted));
  if (place < 0 && !applied.some(({ name }) => isNamed(name, wanted))) {
    throw new MigrationRefusedError(`There is no migration ${wanted}.`);
  }
  return place;
}

function lastToStay(wanted: string, names: readonly string[]): number {
  const place = names.findIndex((name) => isNamed(name, wanted));
  if (place < 0) throw new MigrationRefusedError(`No migration ${wanted} was applied.`);
  return place + 1;
}

/** With its time or without. */
function isNamed(name: string, wanted: string): boolean {
  return name === wanted || name.replace(/\d{13}$/, '') === wanted;
}
