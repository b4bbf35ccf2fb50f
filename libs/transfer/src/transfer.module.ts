import { Module, type DynamicModule } from '@nestjs/common';
import { ExportService } from './export.service.js';
import { FillAtStart } from './fill-at-start.js';
import { ExportController } from './http/export.controller.js';
import { ImportService } from './import.service.js';
import { TakeOver } from './take-over.js';
import { TransferOptions } from './transfer-options.js';

@Module({ controllers: [ExportController], providers: [ExportService, ImportService, TakeOver, FillAtStart] })
export class TransferModule {
  static forRoot(options: ConstructorParameters<typeof TransferOptions>[0]): DynamicModule {
    return {
      module: TransferModule,
      providers: [{ provide: TransferOptions, useValue: new TransferOptions(options) }],
      exports: [ExportService, ImportService, TakeOver],
    };
  }
}
