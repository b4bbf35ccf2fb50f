export { ExportCheck } from './domain/export-check.js';
export type { Trailer } from './domain/export-format.js';
export { ImportFaults, ImportRefused } from './domain/import-refused.js';
export { ExportService, type Progress } from './export.service.js';
export { ImportService, type ImportReport } from './import.service.js';
export { openFile } from './open-file.js';
export { readLines } from './read-lines.js';
export { TakeOver } from './take-over.js';
export { TransferModule } from './transfer.module.js';
