import { InstitutionsModule } from '#institutions';
import { Module, type DynamicModule } from '@nestjs/common';
import { CheckpointsController } from './http/checkpoints.controller.js';
import { SealRounds } from './seal-rounds.js';
import { Sealer } from './sealer.js';
import { SealsOptions } from './seals-options.js';
import { SealsService } from './seals.service.js';
import { SealsVerificationModule } from './seals-verification.module.js';

@Module({
  imports: [InstitutionsModule, SealsVerificationModule],
  controllers: [CheckpointsController],
  providers: [Sealer, SealRounds, SealsService],
  exports: [SealRounds],
})
export class SealsModule {
  static forRoot(options: ConstructorParameters<typeof SealsOptions>[0]): DynamicModule {
    return {
      module: SealsModule,
      providers: [{ provide: SealsOptions, useValue: new SealsOptions(options) }],
    };
  }
}
