import { StoreUnavailable, WholeStore, type StoreReading, type StoredTable } from '#kernel';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportFaults } from './domain/export-faults.js';
import { exportedTables, ExportText, type Extent, type Trailer } from './domain/export-format.js';
import { ExportStream } from './export-stream.js';

/** For how long a taker may take nothing; what it reads from is kept for it meanwhile. */
const STALL_MS = 60_000;

/** Is told how far long work has come. */
export interface Progress {
  /** @param total how many there will be; undefined where that is not known */
  begin(kind: string, total: number | undefined): void;
  /** @param done how many of the kind there were so far */
  advance(done: number): void;
}

export interface ExportOptions {
  /** Records alone unless given. */
  readonly extent?: Extent;
  readonly progress?: Progress;
  readonly stallMs?: number;
  /** Is given the last line when it has been read. */
  readonly onTrailer?: (trailer: Trailer) => void;
}

/** Writes out all that is stored, as of one moment. */
@Injectable()
export class ExportService implements OnModuleDestroy {
  private current: Readable | 'opening' | undefined;

  constructor(private readonly store: WholeStore) {}

  /** An export would keep a process that is to end from its end. */
  onModuleDestroy(): void {
    if (typeof this.current === 'object') {
      this.current.destroy(new StoreUnavailable('The service stops.'));
    }
  }

  /**
   * The text of an export, which begins when this resolves. It must be taken to its end, or destroyed.
   *
   * @throws DomainError `export.under_way`: each keeps a moment of the store, for as long as its taker likes
   * @throws StoreUnavailable
   */
  async open(options: ExportOptions = {}): Promise<Readable> {
    if (this.current !== undefined) {
      throw exportFaults['export.under_way'].because('Another export is under way.');
    }
    this.current = 'opening';
    try {
      const reading = await this.store.open();
      const text = this.textOf(reading, options);
      const letGo = async (): Promise<void> => reading.close().finally(() => (this.current = undefined));
      this.current = new ExportStream(text, letGo, options.stallMs ?? STALL_MS);
      return this.current;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }

  /**
   * Writes an export and ends the writable.
   *
   * @throws StoreUnavailable, and whatever the writable fails with; what was written then is not whole, and says so by
   *   having no last line
   */
  async exportTo(
    writable: Writable,
    options: ExportOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<Trailer> {
    let trailer: Trailer | undefined;
    const text = await this.open({ ...options, onTrailer: (last) => (trailer = last) });
    await pipeline(text, writable, { signal: options.signal });
    if (trailer === undefined) throw new Error('An export has ended without its last line.');
    return trailer;
  }

  /** What the last line of an export of this moment would be. */
  async digest(extent: Extent = 'records'): Promise<Trailer> {
    let trailer: Trailer | undefined;
    const text = await this.open({ extent, onTrailer: (last) => (trailer = last) });
    await text.forEach(() => undefined);
    if (trailer === undefined) throw new Error('An export has ended without its last line.');
    return trailer;
  }

  private async *textOf(
    reading: StoreReading,
    { extent = 'records', progress, onTrailer }: ExportOptions,
  ): AsyncGenerator<string> {
    const tables = exportedTables(this.store.tables, extent);
    const text = new ExportText(tables);
    yield text.header();
    for (const table of tables) yield* this.rowsOf(table, reading, text, progress);
    const { text: last, ...trailer } = text.trailer();
    onTrailer?.(trailer);
    yield last;
  }

  private async *rowsOf(
    table: StoredTable,
    reading: StoreReading,
    text: ExportText,
    progress: Progress | undefined,
  ): AsyncGenerator<string> {
    if (progress !== undefined) progress.begin(table.name, await reading.count(table));
    let done = 0;
    for await (const rows of reading.rows(table)) {
      yield text.rows(table, rows);
      done += rows.length;
      progress?.advance(done);
    }
  }
}
