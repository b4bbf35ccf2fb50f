import { RowRefused, StoreUnavailable, type StoredRow, type StoredTable, type StoreFilling } from '#kernel';
import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { Binding } from '../binding.js';
import { rowRefusal } from '../row-refusal.js';
import type { StoredTables } from '../stored-tables.js';
import { outcomeOf, RefusedStatement } from './sqlstate.js';
import { rowJson, rowsParameter, type Statements } from './statements.js';
import { UncommittedStore } from './uncommitted-store.js';

/** Fills a database within one transaction. */
export class PostgresFilling implements StoreFilling {
  private readonly store: UncommittedStore;

  constructor(
    runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly stored: StoredTables,
    private readonly statements: Statements,
    private readonly patienceMs: number,
  ) {
    this.store = new UncommittedStore(runner, client, statements.schema, patienceMs);
  }

  /** All rows in one statement; only when it fails, one by one, to tell which cannot be stored. */
  async add(table: StoredTable, rows: readonly StoredRow[]): Promise<void> {
    const fault = await this.tryInsert(table, rows);
    if (fault === undefined) return;
    for (const [place, row] of rows.entries()) {
      const own = await this.tryInsert(table, [row]);
      if (own !== undefined) throw refusalOf(own, place);
    }
    throw outcomeOf(fault);
  }

  bind<Port>(binding: Binding<Port>): Port {
    return new binding.postgres(this.store);
  }

  /** What the database said, if it did not store the rows. */
  private async tryInsert(stored: StoredTable, rows: readonly StoredRow[]): Promise<unknown> {
    const { insert } = this.statements.of(this.stored.tableOf(stored));
    await this.send({ text: 'SAVEPOINT rows' });
    try {
      await this.send({ ...insert, values: [rowsParameter(rows.map(rowJson))] });
      await this.send({ text: 'RELEASE SAVEPOINT rows' });
      return undefined;
    } catch (error) {
      await this.send({ text: 'ROLLBACK TO SAVEPOINT rows' }).catch((lost: unknown) => {
        throw outcomeOf(lost);
      });
      return error;
    }
  }

  private async send(query: { readonly text: string; readonly values?: unknown[] }): Promise<void> {
    const timeOut = { query_timeout: this.patienceMs + 2_000 };
    await this.client.query({ ...query, ...timeOut } as { text: string; values?: unknown[] });
  }
}

function refusalOf(error: unknown, place: number): Error {
  const outcome = outcomeOf(error);
  const refusal = rowRefusal(outcome, place);
  if (refusal !== undefined) return refusal;
  if (outcome instanceof RefusedStatement && outcome.sqlState.startsWith('2')) {
    const rule = outcome.constraint === 'unknown' ? `SQLSTATE ${outcome.sqlState}` : outcome.constraint;
    return new RowRefused(place, `breaks a rule of the database (${rule})`);
  }
  return outcome instanceof StoreUnavailable
    ? outcome
    : new RowRefused(place, `cannot be stored: ${outcome.message}`);
}
