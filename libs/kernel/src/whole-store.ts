/** What a value of a column may be beside of its type. */
export interface ColumnRule {
  /** Ends the sentence “The value …”. */
  readonly demand: string;
  /** Asked of values of the column's type that are not null. */
  holds(value: unknown): boolean;
}

/** A column of a table, as a store keeps it. */
export interface StoredColumn {
  /** What its value is called in a row. */
  readonly property: string;
  /** As PostgreSQL names it, such as `text[]`. */
  readonly type: string;
  readonly isNullable: boolean;
  readonly rules: readonly ColumnRule[];
}

/** A table, as a store keeps it. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly StoredColumn[];
  readonly primaryKey: { readonly properties: readonly string[] };
}

/** A row by the names of its properties: moments are `Date`, amounts are decimal text. */
export type StoredRow = Record<string, unknown>;

/** Everything that a store keeps, as of one moment. */
export interface StoreReading {
  count(table: StoredTable): Promise<number>;
  /**
   * All rows of a table by primary key, compared as bytes, some at a time. They are the store's own: nobody changes them.
   *
   * @throws StoreUnavailable
   */
  rows(table: StoredTable): AsyncIterable<readonly StoredRow[]>;
  /** Lets go of the moment; whatever still reads fails. */
  close(): Promise<void>;
}

/** A store that is being filled: nobody else sees any of it yet. */
export interface StoreFilling {
  /**
   * Adds rows. Those that they refer to must be there already.
   *
   * @throws RowRefused naming the first row that cannot be stored
   */
  add(table: StoredTable, rows: readonly StoredRow[]): Promise<void>;
  /** An adapter of a port that reads what was added so far. */
  bind<Port>(binding: { readonly port: abstract new (...given: never[]) => Port }): Port;
}

/** A row that breaks a rule of the store; it stands at a place among those that were given. */
export class RowRefused extends Error {
  constructor(
    readonly place: number,
    /** Ends the sentence “The row …”; repeats nothing that is in it. */
    readonly why: string,
  ) {
    super(`A row ${why}.`);
    this.name = 'RowRefused';
  }
}

/** What was to be filled has something in it, or is being written to by somebody else. */
export class StoreNotEmpty extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreNotEmpty';
  }
}

/** All that a store keeps, read and written as it is kept: for moving it, and by no command. */
export abstract class WholeStore {
  /** Each after those that its rows refer to. */
  abstract readonly tables: readonly StoredTable[];

  /**
   * Begins to read. It keeps nobody from writing, and takes no connection from those who serve; whoever opens it closes
   * it.
   *
   * @throws StoreUnavailable
   */
  abstract open(): Promise<StoreReading>;

  /** Whether there is no row in any table. @throws StoreUnavailable */
  abstract isEmpty(): Promise<boolean>;

  /**
   * Fills the empty store with all that `write` adds, or with nothing when it throws.
   *
   * @throws StoreNotEmpty saying what is there
   * @throws StoreUnavailable
   */
  abstract fill<Result>(write: (filling: StoreFilling) => Promise<Result>): Promise<Result>;

  /**
   * Refuses every commit from now on, as a store that cannot be reached, until {@link resume}: what is read afterwards is
   * the last that there is. Only for a store that one process alone writes to.
   */
  abstract hold(): void;
  abstract resume(): void;
}
