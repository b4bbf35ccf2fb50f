import pg, { type Pool, type PoolClient } from 'pg';
import type { Schema } from '../schema.js';
import { UNOBSERVED, type StoreObserver } from '../store-observer.js';
import type { EntityClass } from '../table.js';
import { observed } from './observed.js';
import { isLostConnection, outcomeOf } from './sqlstate.js';

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const FINER_THAN_MILLISECONDS = /\.\d{3}\d*[1-9]/;

/** Reads that all see the store as of one moment: one read-only transaction, which a standby serves too. */
export class Snapshot {
  private constructor(
    private readonly client: PoolClient,
    private readonly schema: Schema,
    private readonly patienceMs: number | undefined,
    private readonly observer: StoreObserver,
    private readonly isOfOther = false,
  ) {}

  /** Reads what a transaction has written that is under way on a connection; closing it leaves the transaction open. */
  static within(client: PoolClient, schema: Schema, patienceMs: number): Snapshot {
    return new Snapshot(client, schema, patienceMs, UNOBSERVED, true);
  }

  /** @param patienceMs how long a statement may run, and how long it may be until the next one */
  static async open(
    pool: Pool,
    schema: Schema,
    patienceMs?: number,
    observer: StoreObserver = UNOBSERVED,
  ): Promise<Snapshot> {
    const waits = ['statement_timeout', 'idle_in_transaction_session_timeout'];
    const settings = patienceMs === undefined ? [] : waits.map((name) => `SET LOCAL ${name} = ${patienceMs}`);
    const begin = [BEGIN, ...settings].join('; ');
    // A pooled connection may have died with the last restart of the server; a second one has not.
    const client = await connect(pool, begin).catch(async (error: unknown) => {
      if (!isLostConnection(error)) throw outcomeOf(error);
      return connect(pool, begin).catch((again: unknown) => {
        throw outcomeOf(again);
      });
    });
    return new Snapshot(client, schema, patienceMs, observer);
  }

  /** The columns of an entity under the names of its properties, for the select list of a statement. */
  columnsOf(entity: EntityClass, alias: string): string {
    const { columns } = this.schema.tableOf(entity);
    return columns.map(({ property, name }) => `${alias}."${name}" AS "${property}"`).join(', ');
  }

  /** Moments come out as they are stored: one that is not of whole milliseconds is no valid date. */
  async rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const timeOut = this.patienceMs === undefined ? {} : { query_timeout: this.patienceMs + 2_000 };
    try {
      const { rows } = await observed(this.observer, 'snapshot', async () =>
        this.client.query<Row>({ text, values: [...values], types: EXACTLY, ...timeOut }),
      );
      return rows;
    } catch (error) {
      throw outcomeOf(error);
    }
  }

  async close(): Promise<void> {
    if (this.isOfOther) return;
    try {
      await this.client.query('ROLLBACK');
      this.client.release();
    } catch {
      // Nothing was written: whatever keeps the transaction from its end, closing the connection ends it.
      this.client.release(true);
    }
  }
}

async function connect(pool: Pool, begin: string): Promise<PoolClient> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The driver rounds moments to milliseconds, and would give out a moment that nobody stored. */
const EXACTLY: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    const parse = pg.types.getTypeParser(oid, format) as (text: string) => unknown;
    if (oid !== pg.types.builtins.TIMESTAMPTZ) return parse;
    return (text: string) => (FINER_THAN_MILLISECONDS.test(text) ? new Date(NaN) : parse(text));
  },
};
