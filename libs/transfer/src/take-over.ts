import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { WholeStore } from '#kernel';
import { Injectable } from '@nestjs/common';
import { ExportCheck } from './domain/export-check.js';
import type { Trailer } from './domain/export-format.js';
import { ImportFaults } from './domain/import-refused.js';
import { ExportService } from './export.service.js';
import { ImportService } from './import.service.js';
import { openFile } from './open-file.js';
import { readLines } from './read-lines.js';

/** Hands all that is in memory over to a database that goes on with it, the answers kept for keys as well. */
@Injectable()
export class TakeOver {
  constructor(
    private readonly store: WholeStore,
    private readonly exports: ExportService,
    private readonly imports: ImportService,
  ) {}

  /**
   * Refuses writes from now on, and writes all that there is to a new file, which only its owner can read. Writes are
   * taken again when this throws, and after {@link resume}.
   *
   * @param path of a file that is not there
   */
  async handOver(path: string): Promise<Trailer> {
    this.store.hold();
    try {
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
      return await this.exports.exportTo(file, { extent: 'all' });
    } catch (error) {
      this.resume();
      // One that was there before is not this one's to remove.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(path, { force: true });
      throw error;
    }
  }

  /** Takes writes again, since nobody has taken over. */
  resume(): void {
    this.store.resume();
  }

  /**
   * Fills the store with a file if it is empty, and makes sure that it holds just what the file does.
   *
   * @throws ImportRefused, StoreNotEmpty, StoreUnavailable; Error when something else is stored. The store is not to be
   *   used then in place of the other one
   */
  async takeOver(path: string): Promise<Trailer> {
    if (await this.store.isEmpty()) await this.imports.importFrom(await openFile(path), { extent: 'all' });
    const [stored, given] = [await this.exports.digest('all'), await readTrailer(path)];
    if (stored.sha256 === given.sha256) return stored;
    throw new Error('The database holds something else than what it is to take over: name an empty one.');
  }
}

async function readTrailer(path: string): Promise<Trailer> {
  const faults = new ImportFaults();
  const check = new ExportCheck(faults);
  for await (const line of readLines(await openFile(path), faults)) check.take(line);
  faults.refuse();
  return check.end();
}
