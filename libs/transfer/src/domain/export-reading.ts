import { canonicalJson, type StoredRow, type StoredTable } from '#kernel';
import { ExportCheck, type Line, type SaidRow } from './export-check.js';
import { headerOf, type Trailer } from './export-format.js';
import type { ImportFaults } from './import-refused.js';
import { readRow } from './row-reading.js';

/** A row that an export holds. */
export interface ReadRow {
  readonly table: StoredTable;
  readonly row: StoredRow;
  readonly line: number;
}

/**
 * Reads an export line by line, and judges each: its form, its place, its members; at the end, that none is missing or
 * changed. What it finds wrong is added to the faults.
 */
export class ExportReading {
  private readonly check: ExportCheck;
  private readonly tables: ReadonlyMap<string, StoredTable>;
  private readonly names: readonly string[];
  private last: { readonly place: number; readonly key: readonly string[] } | undefined;

  constructor(
    tables: readonly StoredTable[],
    private readonly faults: ImportFaults,
  ) {
    this.check = new ExportCheck(faults);
    this.tables = new Map(tables.map((table) => [table.name, table]));
    this.names = [...this.tables.keys()];
  }

  /** The row of a line; undefined where it is another line, or at fault. */
  take(line: Line): ReadRow | undefined {
    const said = this.check.take(line);
    if (line.number === 1) this.checkHeader();
    return said === undefined ? undefined : this.read(line.number, said);
  }

  /** Says that there are no more lines. @throws ImportRefused when the last one was not the last of an export */
  end(): Trailer {
    return this.check.end();
  }

  private checkHeader(): void {
    const expected = headerOf([...this.tables.values()]);
    if (canonicalJson(this.check.header) === canonicalJson(expected)) return;
    this.faults.end(
      1,
      'the export is of another schema than this program knows: import it with the version that wrote it, and migrate then',
    );
  }

  private read(line: number, { kind, members }: SaidRow): ReadRow | undefined {
    const table = this.tables.get(kind);
    if (table === undefined) throw new Error(`The header lets pass the unknown kind ${kind}.`);
    const { row, faults } = readRow(table, members);
    for (const { member, why } of faults) this.faults.add(line, `${table.name}.${member} ${why}`);
    if (faults.length > 0) return undefined;
    this.checkPlace(line, table, row);
    return { table, row, line };
  }

  /** Rows stand in one order, which shows a row that stands twice as well. */
  private checkPlace(line: number, table: StoredTable, row: StoredRow): void {
    const { last } = this;
    const key = table.primaryKey.properties.map((property) => row[property] as string);
    const place = this.names.indexOf(table.name);
    this.last = { place, key };
    if (last === undefined || place > last.place) return;
    const order = place < last.place ? -1 : compareKeys(key, last.key);
    if (order === 0) this.faults.add(line, 'the row has the key of the row before it');
    if (order < 0) this.faults.add(line, 'the row stands behind one that it belongs before');
  }
}

/** Ids are ASCII, of which the order of characters is the order of bytes. */
function compareKeys(left: readonly string[], right: readonly string[]): number {
  const place = left.findIndex((part, index) => part !== right[index]);
  if (place < 0) return 0;
  return (left[place] ?? '') < (right[place] ?? '') ? -1 : 1;
}
