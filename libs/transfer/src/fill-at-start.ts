import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ImportService } from './import.service.js';
import { openFile } from './open-file.js';
import { TakeOver } from './take-over.js';
import { TransferOptions } from './transfer-options.js';

/** Fills the store before anything is served, and before anything is sealed. */
@Injectable()
export class FillAtStart implements OnModuleInit {
  private readonly logger = new Logger(FillAtStart.name);

  constructor(
    private readonly imports: ImportService,
    private readonly takeOver: TakeOver,
    private readonly options: TransferOptions,
  ) {}

  /** @throws ImportRefused, and whatever else keeps the store from being filled: the service does not start then */
  async onModuleInit(): Promise<void> {
    const { importFile, takeOverFile } = this.options;
    if (takeOverFile !== undefined) {
      await this.takeOver.takeOver(takeOverFile);
      this.logger.warn('The database holds all that was kept in memory, and takes over.');
    }
    if (importFile === undefined) return;
    const { verified } = await this.imports.importFrom(await openFile(importFile));
    this.logger.warn(
      `The memory was filled from IMPORT_FILE: ${verified.positions} positions were verified.`,
    );
  }
}
