import { MAX_CLOCK_OFFSET_MS, MAX_DECISION_AGE_MS, StaleVersion } from '#kernel';
import { DatabaseError, type PoolClient, type QueryResult } from 'pg';
import type { Operation } from '../staged-changes.js';
import type { StoredRow, Table } from '../table.js';
import { sendTogether, type Query } from './pipeline.js';
import {
  REQUIRE_RECENT,
  ROWS_CHANGED,
  rowsParameter,
  type NamedStatement,
  type Statements,
  type TableStatements,
} from './statements.js';
import { rowName, type PlannedOperation, type Unit } from './unit.js';

/** By the database's clock, from which this process's may differ. */
const MAX_AGE_AT_COMMIT_MS = MAX_DECISION_AGE_MS + MAX_CLOCK_OFFSET_MS;

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** One database transaction that carries the units of a batch. */
export class BatchTransaction {
  /** The units whose COMMIT is on its way: a connection that is lost from then on leaves their fate unknown. */
  committing: readonly Unit[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly statements: Statements,
  ) {}

  /**
   * Commits the units whose guards hold, and returns why the others were left out.
   *
   * All of it is sent in one write, and fails as a whole when a guard does not hold. Guards nearly always hold; only
   * when one does not, a second transaction asks which.
   *
   * @throws the database's error when a statement failed, {@link DECISION_EXPIRED} when one came too late; nothing is
   *   stored then
   */
  async run(units: readonly Unit[]): Promise<ReadonlyMap<Unit, StaleVersion>> {
    const guards = this.guards(units, 'lockUnchanged', 'requireUnchanged').map(({ query }) => query);
    try {
      await this.writeAndCommit([BEGIN, ...guards], units);
      return new Map();
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== ROWS_CHANGED) throw error;
      this.committing = [];
      return this.runWithoutStale(units);
    }
  }

  private async runWithoutStale(units: readonly Unit[]): Promise<ReadonlyMap<Unit, StaleVersion>> {
    const guards = this.guards(units, 'lock', 'readVersions');
    const answers = await sendTogether(this.client, [BEGIN, ...guards.map(({ query }) => query)]);
    const versions = readVersions(guards, answers.slice(1));
    const stale = new Map<Unit, StaleVersion>();
    for (const unit of units) {
      const reason = findStale(unit, versions);
      if (reason) stale.set(unit, reason);
    }
    const holding = units.filter((unit) => !stale.has(unit));
    if (holding.length === 0) await sendTogether(this.client, ['ROLLBACK']);
    else await this.writeAndCommit([], holding);
    return stale;
  }

  /** Locks the rows to be updated and looks at the versions required: tables in one order, keys sorted. */
  private guards(
    units: readonly Unit[],
    locking: keyof TableStatements,
    reading: keyof TableStatements,
  ): { table: Table; query: Query }[] {
    const operations = byTable(units);
    return this.statements.schema.tables.flatMap((table) => {
      const statements = this.statements.of(table);
      const { update, require } = operations.get(table) ?? NO_OPERATIONS;
      return [
        ...this.shares(update).map((share) => guardQuery(statements[locking], share)),
        ...this.shares(require).map((share) => guardQuery(statements[reading], share)),
      ].map((query) => ({ table, query }));
    });
  }

  private async writeAndCommit(first: readonly Query[], units: readonly Unit[]): Promise<void> {
    const operations = byTable(units);
    const { tables } = this.statements.schema;
    const updates = tables.flatMap((table) =>
      this.shares((operations.get(table) ?? NO_OPERATIONS).update).map((share) =>
        updateQuery(this.statements.of(table).update, share),
      ),
    );
    const inserts = tables.flatMap((table) =>
      insertQuery(this.statements.of(table).insert, (operations.get(table) ?? NO_OPERATIONS).insert),
    );
    this.committing = units;
    const writes = [...first, ...updates, ...inserts];
    const answers = await sendTogether(this.client, [...writes, recencyQuery(units), 'COMMIT']);
    const tag = answers.at(-1)?.command;
    // A failed transaction answers COMMIT with the tag ROLLBACK and no error.
    if (tag !== 'COMMIT') throw new Error(`The transaction ended with ${tag} instead of COMMIT.`);
  }

  /** What goes with one statement of a table: all of it, or where it matters whose the rows are, each one's by itself. */
  private shares(planned: readonly PlannedOperation[]): Share[] {
    const [first] = planned;
    if (first === undefined) return [];
    if (this.statements.grouping === 'none' || first.institutionId === '')
      return [{ planned, institution: [] }];
    const owned = Map.groupBy(planned, ({ institutionId }) => institutionId);
    return [...owned.keys()]
      .sort()
      .map((institutionId) => ({ planned: owned.get(institutionId) ?? [], institution: [institutionId] }));
  }
}

interface Share {
  readonly planned: readonly PlannedOperation[];
  /** Whose they all are, for a statement that wants to be told; empty for one that does not. */
  readonly institution: readonly string[];
}

type Operations = Readonly<Record<Operation['kind'], PlannedOperation[]>>;

const NO_OPERATIONS: Operations = { insert: [], update: [], require: [] };

/** The operations of all units by the table that they touch. */
function byTable(units: readonly Unit[]): ReadonlyMap<Table, Operations> {
  const tables = new Map<Table, Operations>();
  for (const planned of units.flatMap((unit) => unit.planned)) {
    const operations = tables.get(planned.table) ?? { insert: [], update: [], require: [] };
    operations[planned.operation.kind].push(planned);
    tables.set(planned.table, operations);
  }
  return tables;
}

/**
 * After all writes, so that a transaction that passes is seen under way by whoever asks before: what a network held up
 * is refused however late it arrives.
 */
function recencyQuery(units: readonly Unit[]): Query {
  const oldestMs = Math.min(...units.map(({ decidedAtMs }) => decidedAtMs));
  const latest = new Date(oldestMs + MAX_AGE_AT_COMMIT_MS);
  return { ...REQUIRE_RECENT, values: [latest] };
}

function insertQuery(statement: NamedStatement, planned: readonly PlannedOperation[]): Query[] {
  if (planned.length === 0) return [];
  return [{ ...statement, values: [rowsParameter(inKeyOrder(planned).map(({ rowJson }) => rowJson))] }];
}

/** Keys that two processes may insert at once are inserted in one order, so that the two do not wait for each other. */
function inKeyOrder(planned: readonly PlannedOperation[]): readonly PlannedOperation[] {
  if (planned[0]?.table.hasOwnIds === true) return planned;
  const named = planned.map((one) => ({ one, name: rowName(one.table, one.operation.row) }));
  return named.sort((left, right) => (left.name < right.name ? -1 : 1)).map(({ one }) => one);
}

function updateQuery(statement: NamedStatement, { planned, institution }: Share): Query {
  const rows = planned.map(({ rowJson }) => rowJson);
  return { ...statement, values: [rowsParameter(rows), planned.map(({ key }) => key), ...institution] };
}

function guardQuery(statement: NamedStatement, { planned, institution }: Share): Query {
  // Commands that rest on one row ask for it once.
  const versions = new Set(planned.map(({ versionJson }) => versionJson));
  const keys = new Set(planned.map(({ key }) => key));
  return { ...statement, values: [rowsParameter([...versions]), [...keys], ...institution] };
}

function readVersions(
  queries: readonly { table: Table }[],
  answers: readonly QueryResult[],
): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const [index, { table }] of queries.entries()) {
    for (const found of (answers[index]?.rows ?? []) as StoredRow[]) {
      const key = Object.fromEntries(table.columns.map((column) => [column.property, found[column.name]]));
      versions.set(rowName(table, key), Number(found.version));
    }
  }
  return versions;
}

function findStale(unit: Unit, versions: ReadonlyMap<string, number>): StaleVersion | undefined {
  for (const { table, operation, version } of unit.planned) {
    if (operation.kind === 'insert') continue;
    if (versions.get(rowName(table, operation.row)) !== version) {
      return new StaleVersion(table.name, String(operation.row.id));
    }
  }
  return undefined;
}
