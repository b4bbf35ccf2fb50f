import { newId } from '#kernel';
import type { Asset } from './domain/asset.js';
import { AssetRepository } from './domain/asset-repository.js';
import type { AssetTemplate } from './domain/asset-template.js';
import { AssetTemplateRepository } from './domain/asset-template-repository.js';
import { MemoryAssetRepository } from './persistence/memory-asset.repository.js';
import { MemoryAssetTemplateRepository } from './persistence/memory-asset-template.repository.js';
import { PostgresAssetRepository } from './persistence/postgres-asset.repository.js';
import { PostgresAssetTemplateRepository } from './persistence/postgres-asset-template.repository.js';

export { AssetEntity } from './persistence/asset.entity.js';
export { AssetTemplateEntity } from './persistence/asset-template.entity.js';

/** Let the suites of other rooms store the templates and assets that their rows belong to. */
export const assetTemplateBinding = {
  port: AssetTemplateRepository,
  postgres: PostgresAssetTemplateRepository,
  memory: MemoryAssetTemplateRepository,
};
export const assetBinding = {
  port: AssetRepository,
  postgres: PostgresAssetRepository,
  memory: MemoryAssetRepository,
};

export function anAssetTemplate(overrides: Partial<AssetTemplate> = {}): AssetTemplate {
  const at = new Date('2026-01-01T00:00:00.000Z');
  return {
    id: newId('tmpl'),
    institutionId: newId('inst'),
    code: 'CONSTR_ESCROW',
    name: 'Project escrow',
    vertical: 'CONSTRUCTION',
    region: 'US',
    config: { currency: 'USD', region: 'US' },
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...overrides,
  };
}

/** An asset with the institution and id of no stored template: a suite that stores it gives those of one. */
export function anAsset(overrides: Partial<Asset> = {}): Asset {
  const at = new Date('2026-01-01T00:00:00.000Z');
  return {
    id: newId('ast'),
    institutionId: newId('inst'),
    templateId: newId('tmpl'),
    label: 'Harbour bridge',
    metadata: {},
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...overrides,
  };
}
