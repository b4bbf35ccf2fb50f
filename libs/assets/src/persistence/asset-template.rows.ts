import type { Region, Vertical } from '#kernel';
import type { AssetTemplate } from '../domain/asset-template.js';
import type { TemplateConfig } from '../domain/template-config.js';
import type { AssetTemplateEntity } from './asset-template.entity.js';

export const ASSET_TEMPLATE_ORDER = ['createdAt', 'id'] as const;

export function toRow(template: AssetTemplate): AssetTemplateEntity {
  return { ...template };
}

export function fromRow(row: AssetTemplateEntity): AssetTemplate {
  return {
    ...row,
    vertical: row.vertical as Vertical,
    region: row.region as Region,
    config: row.config as TemplateConfig,
  };
}
