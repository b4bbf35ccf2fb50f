import type { Page, PageRequest } from '#kernel';
import { keyText } from '../key-text.js';
import type { Schema } from '../schema.js';
import { compareRows, cutPage, isAfter, type SortOrder } from '../sort-order.js';
import type { EntityClass, StoredRow, Table } from '../table.js';

/** Rows of one table by primary key, each with the texts of its unique keys. */
export class MemoryTable {
  readonly rows = new Map<string, StoredRow>();
  readonly taken = new Map<string, Set<string>>();
  private readonly keysById = new Map<unknown, string>();

  constructor(readonly table: Table) {
    for (const key of table.uniqueKeys) this.taken.set(key.constraint, new Set());
  }

  keyOf(row: StoredRow): string {
    return keyText(row, this.table.primaryKey.properties);
  }

  put(row: StoredRow): void {
    const key = this.keyOf(row);
    const previous = this.rows.get(key);
    for (const unique of this.table.uniqueKeys) {
      if (previous) this.taken.get(unique.constraint)?.delete(keyText(previous, unique.properties));
      this.taken.get(unique.constraint)?.add(keyText(row, unique.properties));
    }
    this.rows.set(key, structuredClone(this.columnsOf(row)));
    this.keysById.set(row.id, key);
  }

  /** A table keeps its columns and nothing else that a row may carry. */
  private columnsOf(row: StoredRow): StoredRow {
    return Object.fromEntries(this.table.columns.map(({ property }) => [property, row[property]]));
  }

  rowOf(id: string): StoredRow | undefined {
    const key = this.keysById.get(id);
    return key === undefined ? undefined : this.rows.get(key);
  }
}

/** The memory backend's tables. Rows are copied in and copied out: nobody ever holds a live one. */
export class MemoryStore {
  private readonly tables: ReadonlyMap<EntityClass, MemoryTable>;

  constructor(readonly schema: Schema) {
    this.tables = new Map(schema.tables.map((table) => [table.entity, new MemoryTable(table)]));
  }

  tableOf(entity: EntityClass): MemoryTable {
    const table = this.tables.get(entity);
    if (table === undefined) throw new Error(`${entity.name} is missing from the list of entities.`);
    return table;
  }

  /** A copy of the row with an id. */
  findById<Row extends { id: string }>(entity: EntityClass<Row>, id: string): Row | undefined {
    return structuredClone(this.tableOf(entity).rowOf(id)) as Row | undefined;
  }

  /** A copy of the first row that matches. */
  find<Row extends object>(entity: EntityClass<Row>, matches: (row: Row) => boolean): Row | undefined {
    for (const row of this.tableOf(entity).rows.values()) {
      if (matches(row as Row)) return structuredClone(row) as Row;
    }
    return undefined;
  }

  /** Copies of all rows that match, in the given order. */
  select<Row extends object>(
    entity: EntityClass<Row>,
    matches: (row: Row) => boolean,
    sort: SortOrder<Row>,
  ): Row[] {
    return this.matching(entity, matches, sort).map((row) => structuredClone(row));
  }

  /** Copies of the rows of one page of all that match. */
  page<Row extends object>(
    entity: EntityClass<Row>,
    matches: (row: Row) => boolean,
    sort: SortOrder<Row>,
    request: PageRequest,
  ): Page<Row> {
    const rows = this.matching(entity, matches, sort);
    if (request.order === 'desc') rows.reverse();
    const { after } = request;
    const rest = after === undefined ? rows : rows.filter((row) => isAfter(row, after, sort, request.order));
    return cutPage(
      rest.slice(0, request.limit + 1).map((row) => structuredClone(row)),
      sort,
      request,
    );
  }

  private matching<Row extends object>(
    entity: EntityClass<Row>,
    matches: (row: Row) => boolean,
    sort: SortOrder<Row>,
  ): Row[] {
    const rows = [...this.tableOf(entity).rows.values()] as Row[];
    return rows.filter(matches).sort((left, right) => compareRows(left, right, sort));
  }
}
