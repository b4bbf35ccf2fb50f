import { setImmediate as turn } from 'node:timers/promises';
import {
  StoreNotEmpty,
  WholeStore,
  type StoredRow,
  type StoredTable,
  type StoreFilling,
  type StoreReading,
} from '#kernel';
import type { Binding } from '../binding.js';
import { rowRefusal } from '../row-refusal.js';
import { stageInsert } from '../staged-changes.js';
import { describeContent, StoredTables } from '../stored-tables.js';
import { MemoryStore } from './memory-store.js';
import { MemoryUnitOfWork } from './memory-unit-of-work.js';

/** So many rows are given out before others have their turn. */
const ROWS_AT_ONCE = 500;

/** Stored rows are replaced and never changed, so that the list of them is what there was at that moment. */
export class MemoryWholeStore extends WholeStore {
  readonly tables: readonly StoredTable[];
  private readonly stored: StoredTables;

  constructor(private readonly store: MemoryStore) {
    super();
    this.stored = new StoredTables(store.schema);
    this.tables = this.stored.all;
  }

  async open(): Promise<StoreReading> {
    const lists = new Map(this.tables.map((table) => [table, this.rowsOf(table)]));
    const listOf = (table: StoredTable): StoredRow[] => {
      const list = lists.get(table);
      if (list === undefined) throw new Error(`Nothing is read of ${table.name}.`);
      return list;
    };
    return Promise.resolve({
      count: async (table) => Promise.resolve(listOf(table).length),
      rows: (table) => inOrder(table, listOf(table)),
      close: async () => Promise.resolve(lists.clear()),
    });
  }

  async isEmpty(): Promise<boolean> {
    return Promise.resolve(this.tables.every((table) => this.rowsOf(table).length === 0));
  }

  async fill<Result>(write: (filling: StoreFilling) => Promise<Result>): Promise<Result> {
    this.requireEmpty();
    const filled = new MemoryStore(this.store.schema);
    const result = await write(new MemoryFilling(filled, this.stored));
    this.requireEmpty();
    this.store.adopt(filled);
    return result;
  }

  hold(): void {
    this.store.isHeld = true;
  }

  resume(): void {
    this.store.isHeld = false;
  }

  private rowsOf(table: StoredTable): StoredRow[] {
    return [...this.store.tableOf(this.stored.tableOf(table).entity).rows.values()];
  }

  private requireEmpty(): void {
    const filled = this.tables.filter((table) => this.rowsOf(table).length > 0);
    if (filled.length > 0) throw new StoreNotEmpty(describeContent(filled.map(({ name }) => name)));
  }
}

class MemoryFilling implements StoreFilling {
  private readonly unitOfWork: MemoryUnitOfWork;

  constructor(
    private readonly store: MemoryStore,
    private readonly stored: StoredTables,
  ) {
    this.unitOfWork = new MemoryUnitOfWork(store);
  }

  async add(table: StoredTable, rows: readonly StoredRow[]): Promise<void> {
    const { entity } = this.stored.tableOf(table);
    for (const [place, row] of rows.entries()) {
      await this.unitOfWork
        .commit((changes) => stageInsert(changes, entity, row))
        .catch((error: unknown) => {
          throw rowRefusal(error, place) ?? error;
        });
    }
    await turn();
  }

  bind<Port>(binding: Binding<Port>): Port {
    return new binding.memory(this.store);
  }
}

/** Ids are mostly in their order already, as they were made. */
async function* inOrder(
  { primaryKey: { properties } }: StoredTable,
  list: StoredRow[],
): AsyncGenerator<readonly StoredRow[]> {
  list.sort((left, right) => {
    const property = properties.find((name) => left[name] !== right[name]) ?? '';
    return String(left[property]) < String(right[property]) ? -1 : 1;
  });
  for (let start = 0; start < list.length; start += ROWS_AT_ONCE) {
    yield list.slice(start, start + ROWS_AT_ONCE);
    await turn();
  }
}
