import { MAX_DECISION_AGE_MS } from '#kernel';
import { keyText } from '../key-text.js';
import type { Schema } from '../schema.js';
import type { Operation } from '../staged-changes.js';
import type { CommitGrouping } from '../store-options.js';
import { INSTITUTION, type StoredRow, type Table } from '../table.js';
import { rowJson, versionJson } from './statements.js';

/** An operation with the table it touches. */
export interface PlannedOperation {
  readonly table: Table;
  readonly operation: Operation;
  /** The version that the stored row must have; zero for a new one. */
  readonly version: number;
  /** The row as it was staged: what its maker changes afterwards is not stored. */
  readonly rowJson: string;
  /** The key of the row and the version that it must have; empty for a new one. */
  readonly versionJson: string;
  /** The first part of the row's key. */
  readonly key: string;
  /** Whose row it is; empty in a table that is of no institution. */
  readonly institutionId: string;
}

/** One caller's commit on its way through a batch. */
export class Unit {
  readonly planned: readonly PlannedOperation[];
  /** The rows whose version must hold, and of these the rows that are written. */
  readonly guarded: ReadonlySet<string>;
  readonly updated: ReadonlySet<string>;
  /** Whose rows alone the unit writes; undefined where they are of several institutions, or of none. */
  readonly institutionId: string | undefined;
  /** Whether a COMMIT was sent for this unit whose answer was lost. */
  fateUnknown = false;

  readonly settled: Promise<void>;
  readonly succeed: () => void;
  readonly fail: (reason: Error) => void;

  /** @param decidedAtMs when the decision was begun, by `Date.now()` */
  constructor(
    operations: readonly Operation[],
    schema: Schema,
    readonly decidedAtMs: number = Date.now(),
  ) {
    this.planned = operations.map((operation) => plan(operation, schema.tableOf(operation.entity)));
    this.guarded = new Set(this.rowNames(['update', 'require']));
    this.updated = new Set(this.rowNames(['update']));
    this.institutionId = institutionOf(this.planned.filter(({ operation }) => operation.kind !== 'require'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.settled = promise;
    this.succeed = resolve;
    this.fail = reject;
  }

  /** Whether the decision is too old to be sent. */
  isExpired(): boolean {
    return Date.now() - this.decidedAtMs > MAX_DECISION_AGE_MS;
  }

  /** Whether the unit writes a row that was there before. */
  changes(tableName: string, id: string): boolean {
    return this.planned.some(
      ({ table, operation }) =>
        operation.kind === 'update' && table.name === tableName && operation.row.id === id,
    );
  }

  /** A row that exists if and only if this unit was committed, since its id was made for it. */
  get marker(): PlannedOperation | undefined {
    return this.planned.findLast(({ table, operation }) => operation.kind === 'insert' && table.hasOwnIds);
  }

  private rowNames(kinds: readonly Operation['kind'][]): string[] {
    return this.planned
      .filter(({ operation }) => kinds.includes(operation.kind))
      .map(({ table, operation }) => rowName(table, operation.row));
  }
}

function plan(operation: Operation, table: Table): PlannedOperation {
  const { kind, row } = operation;
  const key = String(row[table.primaryKey.properties[0] ?? '']);
  const institutionId = table.isOfInstitutions ? String(row[INSTITUTION]) : '';
  const known = { table, operation, key, institutionId };
  if (kind === 'insert') return { ...known, version: 0, rowJson: rowJson(row), versionJson: '' };
  const version = kind === 'update' ? Number(row.version) - 1 : operation.version;
  return {
    ...known,
    version,
    rowJson: kind === 'update' ? rowJson(row) : '',
    versionJson: versionJson(table, row, version),
  };
}

function institutionOf(written: readonly PlannedOperation[]): string | undefined {
  const first = written[0]?.institutionId;
  const isAll = written.every(({ institutionId }) => institutionId === first);
  return isAll && first !== '' ? first : undefined;
}

/** A name for one row, unique over all tables. */
export function rowName(table: Table, row: StoredRow): string {
  return table.name + keyText(row, table.primaryKey.properties);
}

/**
 * Takes the units that can share a transaction, at least one. A unit that touches a row which an earlier unit of the
 * batch updates waits for the next batch: two updates of one row in one statement would both report success. What waits
 * keeps its place: no later unit overtakes it on a row that either of them changes.
 *
 * Grouped by institution, a batch is the first unit's with others of its institution, and none with one that is of
 * several. Whoever waits comes first in the end, so that nobody waits for ever.
 */
export function takeBatch(queue: Unit[], limit: number, grouping: CommitGrouping = 'none'): Unit[] {
  const batch: Unit[] = [];
  const waiting: Unit[] = [];
  const updated = new Set<string>();
  const awaited = new Set<string>();
  let examined = 0;
  for (const unit of queue) {
    if (batch.length === limit) break;
    examined += 1;
    const mustWait =
      (batch[0] !== undefined && grouping === 'institution' && !areOfOne(batch[0], unit)) ||
      !updated.isDisjointFrom(unit.guarded) ||
      !awaited.isDisjointFrom(unit.updated);
    (mustWait ? waiting : batch).push(unit);
    for (const row of unit.updated) updated.add(row);
    if (mustWait) for (const row of unit.guarded) awaited.add(row);
  }
  queue.splice(0, examined, ...waiting);
  return batch;
}

function areOfOne(first: Unit, other: Unit): boolean {
  return first.institutionId !== undefined && first.institutionId === other.institutionId;
}
