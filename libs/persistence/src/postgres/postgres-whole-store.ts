import {
  StoreNotEmpty,
  WholeStore,
  type StoredRow,
  type StoredTable,
  type StoreFilling,
  type StoreReading,
} from '#kernel';
import pg, { type Pool, type PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { Schema } from '../schema.js';
import { describeContent, StoredTables } from '../stored-tables.js';
import { poolOf } from './pool.js';
import { PostgresFilling } from './postgres-filling.js';
import { Snapshot } from './snapshot.js';
import { outcomeOf } from './sqlstate.js';
import type { Statements } from './statements.js';

const ROWS_AT_ONCE = 500;
/** For each of many statements, and for the time between two: whoever takes what is read may be slow. */
const PATIENCE_MS = 600_000;

export class PostgresWholeStore extends WholeStore {
  readonly tables: readonly StoredTable[];
  private readonly stored: StoredTables;
  private readonly schema: Schema;

  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {
    super();
    this.schema = statements.schema;
    this.stored = new StoredTables(this.schema);
    this.tables = this.stored.all;
  }

  async open(): Promise<StoreReading> {
    // A connection that is kept for minutes would be missed by those who serve requests.
    const own = new pg.Pool({ ...poolOf(this.dataSource).options, max: 1 });
    own.on('error', () => undefined);
    const snapshot = await this.openSnapshot(own).catch(async (error: unknown) => {
      await own.end();
      throw error;
    });
    return {
      count: async (table) => {
        const [counted] = await snapshot.rows<{ many: string }>(
          `SELECT count(*) AS many FROM "${table.name}"`,
          [],
        );
        return Number(counted?.many);
      },
      rows: (table) => this.rowsOf(snapshot, table),
      close: async () => {
        await snapshot.close();
        await own.end();
      },
    };
  }

  /** The moment of a transaction is that of its first statement. */
  private async openSnapshot(pool: Pool): Promise<Snapshot> {
    const snapshot = await Snapshot.open(pool, this.schema, PATIENCE_MS);
    await snapshot.rows('SELECT 1', []).catch(async (error: unknown) => {
      await snapshot.close();
      throw error;
    });
    return snapshot;
  }

  async isEmpty(): Promise<boolean> {
    return (await this.filledTables(poolOf(this.dataSource))).length === 0;
  }

  async fill<Result>(write: (filling: StoreFilling) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    const client = await (runner.connect() as Promise<PoolClient>).catch((error: unknown) => {
      throw outcomeOf(error);
    });
    try {
      await this.begin(client);
      const result = await write(
        new PostgresFilling(runner, client, this.stored, this.statements, PATIENCE_MS),
      );
      await this.commit(client);
      await runner.release();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').then(
        async () => runner.release(),
        // Whatever keeps the transaction from its end, closing the connection ends it.
        () => (runner.isReleased ? undefined : client.release(true)),
      );
      throw error;
    }
  }

  hold(): void {
    throw new Error('A database that others may write to cannot be held.');
  }

  resume(): void {
    throw new Error('A database is never held.');
  }

  /** Locks all that commands change, so that neither another filling nor a service writes meanwhile. */
  private async begin(client: PoolClient): Promise<void> {
    const waits = ['statement_timeout', 'idle_in_transaction_session_timeout'];
    const changing = this.schema.tables.filter(({ columns }) =>
      columns.some(({ property }) => property === 'version'),
    );
    try {
      await client.query(
        [
          'BEGIN ISOLATION LEVEL READ COMMITTED',
          ...waits.map((name) => `SET LOCAL ${name} = ${PATIENCE_MS}`),
          ...changing.map(({ name }) => `LOCK TABLE "${name}" IN SHARE ROW EXCLUSIVE MODE NOWAIT`),
        ].join('; '),
      );
    } catch (error) {
      if ((error as pg.DatabaseError).code === '55P03') {
        throw new StoreNotEmpty('Somebody else is writing to it: is a service or another import at work?');
      }
      throw outcomeOf(error);
    }
    const filled = await this.filledTables(client);
    if (filled.length > 0) throw new StoreNotEmpty(describeContent(filled));
  }

  private async commit(client: PoolClient): Promise<void> {
    const answer = await client
      .query({ text: 'COMMIT', query_timeout: PATIENCE_MS } as pg.QueryConfig)
      .catch((error: unknown) => {
        throw outcomeOf(error);
      });
    // A failed transaction answers COMMIT with the tag ROLLBACK and no error.
    if (answer.command !== 'COMMIT') throw new Error(`The transaction ended with ${answer.command}.`);
  }

  private async filledTables(asked: Pick<Pool | PoolClient, 'query'>): Promise<string[]> {
    const questions = this.tables.map(
      ({ name }) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM "${name}")`,
    );
    try {
      const { rows } = await asked.query<{ name: string }>(questions.join(' UNION ALL '));
      return rows.map(({ name }) => name);
    } catch (error) {
      throw outcomeOf(error);
    }
  }

  private async *rowsOf(snapshot: Snapshot, stored: StoredTable): AsyncGenerator<readonly StoredRow[]> {
    const { entity, name, columns, primaryKey } = this.stored.tableOf(stored);
    const { properties } = primaryKey;
    const keys = properties.map(
      (property) => columns.find((column) => column.property === property)?.name ?? '',
    );
    const key = keys.map((column) => `t."${column}"`).join(', ');
    const parameters = keys.map((_, place) => `$${place + 1}`).join(', ');
    const text =
      `SELECT ${snapshot.columnsOf(entity, 't')} FROM "${name}" t WHERE (${key}) > (${parameters}) ` +
      `ORDER BY ${key} LIMIT ${ROWS_AT_ONCE}`;
    // Keys are texts, and none is empty.
    let after: unknown[] = keys.map(() => '');
    for (;;) {
      const rows = await snapshot.rows<StoredRow>(text, after);
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS_AT_ONCE) return;
      after = properties.map((property) => last[property]);
    }
  }
}
