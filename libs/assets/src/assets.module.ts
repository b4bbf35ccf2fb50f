import { CommandsModule } from '#commands';
import { InstitutionsModule } from '#institutions';
import { PersistenceModule } from '#persistence';
import { Module } from '@nestjs/common';
import { AssetTemplatesService } from './asset-templates.service.js';
import { AssetsService } from './assets.service.js';
import { AssetRepository } from './domain/asset-repository.js';
import { AssetTemplateRepository } from './domain/asset-template-repository.js';
import { AssetTemplatesController } from './http/asset-templates.controller.js';
import { AssetsController } from './http/assets.controller.js';
import { TemplateTypesController } from './http/template-types.controller.js';
import { MemoryAssetRepository } from './persistence/memory-asset.repository.js';
import { MemoryAssetTemplateRepository } from './persistence/memory-asset-template.repository.js';
import { PostgresAssetRepository } from './persistence/postgres-asset.repository.js';
import { PostgresAssetTemplateRepository } from './persistence/postgres-asset-template.repository.js';

@Module({
  imports: [
    CommandsModule,
    InstitutionsModule,
    PersistenceModule.forFeature([
      {
        port: AssetTemplateRepository,
        postgres: PostgresAssetTemplateRepository,
        memory: MemoryAssetTemplateRepository,
      },
      { port: AssetRepository, postgres: PostgresAssetRepository, memory: MemoryAssetRepository },
    ]),
  ],
  controllers: [TemplateTypesController, AssetTemplatesController, AssetsController],
  providers: [AssetTemplatesService, AssetsService],
  exports: [AssetsService],
})
export class AssetsModule {}
