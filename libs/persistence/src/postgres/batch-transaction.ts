import { StaleVersion } from '#kernel';
import type { PoolClient, QueryResult } from 'pg';
import type { StoredRow, Table } from '../table.js';
import { sendTogether, type Query } from './pipeline.js';
import { rowsParameter, type NamedStatement, type Statements } from './statements.js';
import { rowName, type Unit } from './unit.js';

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** One database transaction that carries the units of a batch. */
export class BatchTransaction {
  /** Whether a COMMIT is on its way: from then on a lost connection leaves the fate of the units unknown. */
  commitSent = false;

  constructor(
    private readonly client: PoolClient,
    private readonly statements: Statements,
  ) {}

  /**
   * Commits the units whose guards hold, and returns why the others were left out.
   *
   * @throws the database's error when a statement failed; nothing is stored then
   */
  async run(units: readonly Unit[]): Promise<ReadonlyMap<Unit, StaleVersion>> {
    const guardQueries = this.guardQueries(units);
    if (guardQueries.length === 0) {
      await this.writeAndCommit([BEGIN], units);
      return new Map();
    }
    const answers = await sendTogether(this.client, [BEGIN, ...guardQueries.map(({ query }) => query)]);
    const versions = this.readVersions(guardQueries, answers.slice(1));
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

  /** Locks the rows to be updated and reads the versions that are required: tables in one order, keys sorted. */
  private guardQueries(units: readonly Unit[]): { table: Table; query: Query }[] {
    return this.statements.schema.tables.flatMap((table) => {
      const { lock, readVersions } = this.statements.of(table);
      return [
        ...this.query(lock, distinct(rowsOf(units, 'update', table))),
        ...this.query(readVersions, distinct(rowsOf(units, 'require', table))),
      ].map((query) => ({ table, query }));
    });
  }

  private readVersions(
    queries: readonly { table: Table }[],
    answers: readonly QueryResult[],
  ): Map<string, number> {
    const versions = new Map<string, number>();
    for (const [index, { table }] of queries.entries()) {
      for (const found of (answers[index]?.rows ?? []) as StoredRow[]) {
        const key = Object.fromEntries(table.columns.map((column) => [column.property, found[column.name]]));
        versions.set(rowName(table, key), Number(found.version));
      }
    }
    return versions;
  }

  private async writeAndCommit(first: readonly Query[], units: readonly Unit[]): Promise<void> {
    const { tables } = this.statements.schema;
    const updates = tables.flatMap((table) =>
      this.query(this.statements.of(table).update, rowsOf(units, 'update', table)),
    );
    const inserts = tables.flatMap((table) =>
      this.query(this.statements.of(table).insert, rowsOf(units, 'insert', table)),
    );
    this.commitSent = true;
    const answers = await sendTogether(this.client, [...first, ...updates, ...inserts, 'COMMIT']);
    const tag = answers.at(-1)?.command;
    // A failed transaction answers COMMIT with the tag ROLLBACK and no error.
    if (tag !== 'COMMIT') throw new Error(`The transaction ended with ${tag} instead of COMMIT.`);
  }

  private query(statement: NamedStatement, rows: readonly string[]): Query[] {
    return rows.length === 0 ? [] : [{ ...statement, values: [rowsParameter(rows)] }];
  }
}

function rowsOf(units: readonly Unit[], kind: 'insert' | 'update' | 'require', table: Table): string[] {
  return units.flatMap((unit) => unit.operationsOn(table, kind).map((planned) => planned.rowJson));
}

function distinct(rows: readonly string[]): string[] {
  return [...new Set(rows)];
}

function findStale(unit: Unit, versions: ReadonlyMap<string, number>): StaleVersion | undefined {
  for (const { table, operation } of unit.planned) {
    if (operation.kind === 'insert') continue;
    const expected = operation.kind === 'update' ? Number(operation.row.version) - 1 : operation.version;
    if (versions.get(rowName(table, operation.row)) !== expected) {
      return new StaleVersion(table.name, String(operation.row.id));
    }
  }
  return undefined;
}
