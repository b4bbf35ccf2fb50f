import type { Pool } from 'pg';
import type { StoredRow, Table } from '../table.js';
import { isConnectionFault, outcomeOf } from './sqlstate.js';

/** Everything an id can consist of; what holds other characters is the id of nothing and is not looked up. */
const ID_TEXT = /^[a-z0-9_]{1,96}$/;
const MAX_GROUP_IDS = 256;

interface Waiting {
  readonly id: string;
  readonly resolve: (row: StoredRow | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** Look-ups of one table's rows by id: those that arrive while one is under way are answered by one query. */
export class PointReads {
  private readonly statement: { readonly name: string; readonly text: string };
  private waiting: Waiting[] = [];
  private reading = false;

  constructor(
    private readonly pool: Pool,
    private readonly table: Table,
  ) {
    const columns = table.columns.map((column) => `"${column.name}"`).join(', ');
    this.statement = {
      name: `find_${table.name}`,
      text: `SELECT ${columns} FROM "${table.name}" WHERE "id" = ANY($1::text[])`,
    };
  }

  /** The row with an id, in the shape of its entity. */
  async find(id: string): Promise<StoredRow | undefined> {
    if (!ID_TEXT.test(id)) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<StoredRow | undefined>();
    this.waiting.push({ id, resolve, reject });
    if (!this.reading) void this.readAll();
    return promise;
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.waiting.length > 0) await this.answer(this.waiting.splice(0, MAX_GROUP_IDS));
    this.reading = false;
  }

  private async answer(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.read([...new Set(group.map(({ id }) => id))]);
      // Those who ask for the same row at once must not see each other change it.
      for (const { id, resolve } of group) resolve(structuredClone(rows.get(id)));
    } catch (error) {
      for (const { reject } of group) reject(outcomeOf(error));
    }
  }

  private async read(ids: readonly string[]): Promise<ReadonlyMap<string, StoredRow>> {
    const query = { ...this.statement, values: [ids] };
    // A pooled connection may have died with the last restart of the server; a second one has not.
    const answer = await this.pool.query<StoredRow>(query).catch(async (error: unknown) => {
      if (!isConnectionFault(error)) throw error;
      return this.pool.query<StoredRow>(query);
    });
    return new Map(answer.rows.map((row) => [String(row.id), this.toEntityShape(row)]));
  }

  private toEntityShape(row: StoredRow): StoredRow {
    return Object.fromEntries(this.table.columns.map(({ property, name }) => [property, row[name]]));
  }
}
