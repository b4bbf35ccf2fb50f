import type { Pool } from 'pg';
import { keyText } from '../key-text.js';
import type { StoredRow, Table } from '../table.js';
import { isConnectionFault, outcomeOf } from './sqlstate.js';

/** Everything a key can consist of; what holds other characters is the key of nothing and is not looked up. */
const KEY_PART = /^[A-Za-z0-9_]{1,96}$/;
const MAX_GROUP_KEYS = 256;

interface Waiting {
  readonly key: readonly string[];
  readonly resolve: (row: StoredRow | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** Look-ups of one table's rows by one key: those that arrive while one is under way are answered by one query. */
export class PointReads {
  private readonly statement: { readonly name: string; readonly text: string };
  private waiting: Waiting[] = [];
  private reading = false;

  /** @param properties a unique key of the table, all of whose columns are text */
  constructor(
    private readonly pool: Pool,
    private readonly table: Table,
    private readonly properties: readonly string[] = ['id'],
  ) {
    this.statement = buildStatement(table, properties);
  }

  /** The row with a key, in the shape of its entity. */
  async find(...key: readonly string[]): Promise<StoredRow | undefined> {
    if (!key.every((part) => KEY_PART.test(part))) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<StoredRow | undefined>();
    this.waiting.push({ key, resolve, reject });
    if (!this.reading) void this.readAll();
    return promise;
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.waiting.length > 0) await this.answer(this.waiting.splice(0, MAX_GROUP_KEYS));
    this.reading = false;
  }

  private async answer(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.read(group);
      const given = new Set<StoredRow>();
      for (const { key, resolve } of group) {
        const row = rows.get(JSON.stringify(key));
        // Those who ask for the same row at once must not see each other change it.
        resolve(row && given.has(row) ? structuredClone(row) : row);
        if (row) given.add(row);
      }
    } catch (error) {
      for (const { reject } of group) reject(outcomeOf(error));
    }
  }

  private async read(group: readonly Waiting[]): Promise<ReadonlyMap<string, StoredRow>> {
    const keys = [...new Map(group.map(({ key }) => [JSON.stringify(key), key])).values()];
    const query = {
      ...this.statement,
      values: this.properties.map((_, part) => keys.map((key) => key[part])),
    };
    // A pooled connection may have died with the last restart of the server; a second one has not.
    const answer = await this.pool.query<StoredRow>(query).catch(async (error: unknown) => {
      if (!isConnectionFault(error)) throw error;
      return this.pool.query<StoredRow>(query);
    });
    const rows = answer.rows.map((row) => this.toEntityShape(row));
    return new Map(rows.map((row) => [keyText(row, this.properties), row]));
  }

  private toEntityShape(row: StoredRow): StoredRow {
    return Object.fromEntries(this.table.columns.map(({ property, name }) => [property, row[name]]));
  }
}

function buildStatement(table: Table, properties: readonly string[]): { name: string; text: string } {
  const nameOf = (property: string): string => {
    const column = table.columns.find((candidate) => candidate.property === property);
    if (column === undefined) throw new Error(`${table.name} has no column for ${property}.`);
    return column.name;
  };
  const names = properties.map(nameOf);
  const columns = table.columns.map((column) => `"${column.name}"`).join(', ');
  const parameters = names.map((_, index) => `$${index + 1}::text[]`).join(', ');
  return {
    name: `find_${table.name}_by_${names.join('_')}`,
    text:
      `SELECT ${columns} FROM "${table.name}" ` +
      `WHERE (${names.map((name) => `"${name}"`).join(', ')}) IN (SELECT * FROM unnest(${parameters}))`,
  };
}
