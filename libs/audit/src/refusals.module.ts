import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from './audit.module.js';
import { RefusalRecorder, RefusalRecorderOptions } from './refusal-recorder.js';

/** By itself, since it works in the background wherever it is, and only the service has anything to refuse. */
@Module({ imports: [AuditModule], providers: [RefusalRecorder], exports: [RefusalRecorder] })
export class RefusalsModule {
  static forRoot(options: RefusalRecorderOptions): DynamicModule {
    return {
      module: RefusalsModule,
      providers: [{ provide: RefusalRecorderOptions, useValue: options }],
    };
  }
}
