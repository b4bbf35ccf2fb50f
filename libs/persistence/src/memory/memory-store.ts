import type { Page, PageRequest } from '#kernel';
import { keyText } from '../key-text.js';
import type { Schema } from '../schema.js';
import { compareRows, cutPage, isAfter, type SortOrder } from '../sort-order.js';
import {
  referenceTo,
  type EntityClass,
  type Family,
  type Reference,
  type StoredRow,
  type Table,
} from '../table.js';

type RowsByKey = Map<string, StoredRow>;

/** Rows of one table by primary key, the texts of its unique keys, and its rows by what they refer to. */
export class MemoryTable {
  readonly rows: RowsByKey = new Map();
  readonly taken = new Map<string, Set<string>>();
  private readonly keysById = new Map<unknown, string>();
  private readonly referring = new Map<Reference, Map<string, RowsByKey>>();

  constructor(readonly table: Table) {
    for (const key of table.uniqueKeys) this.taken.set(key.constraint, new Set());
    for (const reference of table.references) this.referring.set(reference, new Map());
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
    const stored = structuredClone(this.columnsOf(row));
    this.rows.set(key, stored);
    this.keysById.set(row.id, key);
    for (const [reference, byTarget] of this.referring) {
      if (previous) byTarget.get(keyText(previous, reference.properties))?.delete(key);
      const target = keyText(stored, reference.properties);
      const rows = byTarget.get(target) ?? new Map<string, StoredRow>();
      byTarget.set(target, rows.set(key, stored));
    }
  }

  /** Puts a changed row, but for the columns that are kept. */
  update(row: StoredRow): void {
    const stored = this.rows.get(this.keyOf(row));
    const kept = this.table.columns.filter(({ isKept }) => isKept).map(({ property }) => property);
    this.put({ ...row, ...Object.fromEntries(kept.map((property) => [property, stored?.[property]])) });
  }

  remove(row: StoredRow): void {
    const key = this.keyOf(row);
    const stored = this.rows.get(key);
    if (stored === undefined) return;
    for (const unique of this.table.uniqueKeys) {
      this.taken.get(unique.constraint)?.delete(keyText(stored, unique.properties));
    }
    for (const [reference, byTarget] of this.referring) {
      byTarget.get(keyText(stored, reference.properties))?.delete(key);
    }
    this.rows.delete(key);
    this.keysById.delete(stored.id);
  }

  /** The rows that refer to a row of another table. */
  rowsThatRefer(reference: Reference, row: StoredRow): StoredRow[] {
    const target = keyText(row, reference.targetProperties);
    return [...(this.referring.get(reference)?.get(target)?.values() ?? [])];
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
  /** Whether no commit is taken, since the store is about to be taken over. */
  isHeld = false;
  private tables: ReadonlyMap<EntityClass, MemoryTable>;

  constructor(readonly schema: Schema) {
    this.tables = new Map(schema.tables.map((table) => [table.entity, new MemoryTable(table)]));
  }

  /** Takes all that another store of the same schema keeps in place of its own; nobody may use the other one after. */
  adopt(other: MemoryStore): void {
    this.tables = other.tables;
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

  /** A copy of the row with a primary key. */
  findByKey<Row extends object>(entity: EntityClass<Row>, key: Partial<Row>): Row | undefined {
    const table = this.tableOf(entity);
    return structuredClone(table.rows.get(table.keyOf(key as StoredRow))) as Row | undefined;
  }

  /** Puts a row in the place of the stored one, whole: no command does so, and its key stays what it is. */
  replace<Row extends object>(entity: EntityClass<Row>, row: Row): void {
    this.tableOf(entity).put(row as StoredRow);
  }

  /** Removes a row: no command does so, and no row may refer to it. */
  remove<Row extends object>(entity: EntityClass<Row>, row: Row): void {
    this.tableOf(entity).remove(row as StoredRow);
  }

  /** Copies of the row with an id and of those rows of another entity that refer to it, sorted by one property. */
  findFamily<Row extends { id: string }, Child extends object>(
    entity: EntityClass<Row>,
    id: string,
    children: EntityClass<Child>,
    sort: keyof Child & string,
  ): Family<Row, Child> | undefined {
    const { table } = this.tableOf(entity);
    const row = this.tableOf(entity).rowOf(id);
    if (row === undefined) return undefined;
    const memory = this.tableOf(children);
    const rows = memory.rowsThatRefer(referenceTo(table, memory.table), row) as Child[];
    rows.sort((left, right) => compareRows(left, right, [sort]));
    return structuredClone({ row: row as Row, children: rows });
  }

  /** A copy of the first row that matches. */
  find<Row extends object>(entity: EntityClass<Row>, matches: (row: Row) => boolean): Row | undefined {
    for (const row of this.tableOf(entity).rows.values()) {
      if (matches(row as Row)) return structuredClone(row) as Row;
    }
    return undefined;
  }

  /** Shows every row, in no order and without a copy of it: it is neither to be kept nor to be changed. */
  lookAtEach<Row extends object>(entity: EntityClass<Row>, look: (row: Readonly<Row>) => void): void {
    for (const row of this.tableOf(entity).rows.values()) look(row as Row);
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
    const page = cutPage(
      rest.slice(0, request.limit + 1).map((row) => structuredClone(row)),
      sort,
      request,
    );
    return request.withTotal === true ? { ...page, total: rows.length } : page;
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
