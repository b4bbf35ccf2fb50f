import { RowRefused, WholeStore, type StoredRow, type StoredTable, type StoreFilling } from '#kernel';
import type { TrustedKeys } from '#seals';
import { Injectable } from '@nestjs/common';
import { exportedTables, type Extent, type Trailer } from './domain/export-format.js';
import { ExportReading, type ReadRow } from './domain/export-reading.js';
import { ImportFaults } from './domain/import-refused.js';
import type { Progress } from './export.service.js';
import { readLines } from './read-lines.js';
import { TransferOptions } from './transfer-options.js';
import { verifyFilledStore, type Verified } from './verify-filled-store.js';

/** So many rows, or so many bytes, are stored with one statement. */
const MAX_BATCH_ROWS = 500;
const MAX_BATCH_BYTES = 1_048_576;

/** What was imported. */
export interface ImportReport extends Trailer {
  readonly verified: Verified;
}

interface ImportOptions {
  /** Records alone unless given. */
  readonly extent?: Extent;
  readonly progress?: Progress;
  /** Ends it with its reason once all is read; before, whoever gives what is read ends it. */
  readonly signal?: AbortSignal;
}

/** Fills the empty store with an export. */
@Injectable()
export class ImportService {
  private readonly keys: TrustedKeys;

  constructor(
    private readonly store: WholeStore,
    options: TransferOptions,
  ) {
    this.keys = options.trustedKeys;
  }

  /**
   * Judges every line, stores every row, verifies what is stored, and only then lets others see it.
   *
   * @throws ImportRefused when the export is at fault; StoreNotEmpty; StoreUnavailable. Nothing is stored then
   */
  async importFrom(
    source: AsyncIterable<Uint8Array>,
    { extent = 'records', progress, signal }: ImportOptions = {},
  ): Promise<ImportReport> {
    return this.store.fill(async (filling) => {
      const faults = new ImportFaults();
      const reading = new ExportReading(exportedTables(this.store.tables, extent), faults);
      const batch = new Batch(filling, faults, progress);
      for await (const line of readLines(source, faults)) {
        const read = reading.take(line);
        if (read !== undefined) await batch.add(read, line.bytes.length);
      }
      await batch.store();
      const trailer = reading.end();
      faults.refuse();
      const verified = await verifyFilledStore(filling, this.keys, faults, { progress, signal });
      faults.refuse();
      signal?.throwIfAborted();
      return { ...trailer, verified };
    });
  }
}

/** Rows of one table that are stored together. */
class Batch {
  private table: StoredTable | undefined;
  private rows: ReadRow[] = [];
  private bytes = 0;
  private done = 0;

  constructor(
    private readonly filling: StoreFilling,
    private readonly faults: ImportFaults,
    private readonly progress: Progress | undefined,
  ) {}

  async add(read: ReadRow, bytes: number): Promise<void> {
    const isFull = this.rows.length === MAX_BATCH_ROWS || this.bytes + bytes > MAX_BATCH_BYTES;
    if (isFull || read.table !== this.table) await this.store();
    if (read.table !== this.table) {
      this.table = read.table;
      this.done = 0;
      this.progress?.begin(read.table.name, undefined);
    }
    this.rows.push(read);
    this.bytes += bytes;
  }

  /** Once something is at fault, nothing will be kept, so that nothing more is stored. */
  async store(): Promise<void> {
    const { table, rows } = this;
    this.rows = [];
    this.bytes = 0;
    if (table === undefined || rows.length === 0 || !this.faults.isNone) return;
    try {
      await this.filling.add(
        table,
        rows.map(({ row }): StoredRow => row),
      );
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      this.faults.add(rows[error.place]?.line ?? null, `the row of ${table.name} ${error.why}`);
    }
    this.done += rows.length;
    this.progress?.advance(this.done);
  }
}
