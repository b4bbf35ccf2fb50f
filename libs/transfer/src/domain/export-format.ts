import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject, type StoredRow, type StoredTable } from '#kernel';
import { toJson } from './row-json.js';

export const FORMAT = 'escrowgrid-export';
export const FORMAT_VERSION = 1;

const KEPT_ANSWERS = 'idempotency_records';

/**
 * What an export holds: records alone, or also the answers that are kept for commands with a key, without which whoever
 * goes on in the store's place would do again what a client sends again.
 */
export type Extent = 'records' | 'all';

/** The tables that an export holds, in its order. */
export function exportedTables(tables: readonly StoredTable[], extent: Extent): readonly StoredTable[] {
  return tables.filter(({ name }) => extent === 'all' || name !== KEPT_ANSWERS);
}

/** How many rows there are of each kind, by the name of the kind. */
export type Counts = Readonly<Record<string, number>>;

/** What the last line of an export says of those before it. */
export interface Trailer {
  readonly counts: Counts;
  /** Of the bytes of all lines before, each with its line feed. */
  readonly sha256: string;
}

/** What the first line of an export says, which depends on the schema alone. */
export function headerOf(tables: readonly StoredTable[]): JsonObject {
  return {
    format: FORMAT,
    kinds: tables.map(({ name, columns }) => ({
      members: columns.map(({ property }) => property).sort(),
      name,
    })),
    version: FORMAT_VERSION,
  };
}

/** Writes the lines of an export: header, rows, trailer. */
export class ExportText {
  private readonly digest = createHash('sha256');
  private readonly counts: Record<string, number>;

  constructor(private readonly tables: readonly StoredTable[]) {
    this.counts = Object.fromEntries(tables.map(({ name }) => [name, 0]));
  }

  header(): string {
    return this.add(`${canonicalJson(headerOf(this.tables))}\n`);
  }

  rows(table: StoredTable, rows: readonly StoredRow[]): string {
    this.counts[table.name] = (this.counts[table.name] ?? 0) + rows.length;
    const lines = rows.map((row) => `${canonicalJson({ kind: table.name, row: toJson(table, row) })}\n`);
    return this.add(lines.join(''));
  }

  /** Nothing more can be written after it. */
  trailer(): Trailer & { readonly text: string } {
    const trailer = { counts: this.counts, sha256: this.digest.digest('hex') };
    return { ...trailer, text: `${canonicalJson(trailer)}\n` };
  }

  private add(text: string): string {
    this.digest.update(text);
    return text;
  }
}
