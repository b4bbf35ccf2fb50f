import type { JsonObject } from '#kernel';
import type { AssetTemplate } from './asset-template.js';

/** One instance of a template: a project’s escrow, an invoice programme. */
export interface Asset {
  readonly id: string;
  readonly institutionId: string;
  readonly templateId: string;
  readonly label: string;
  readonly metadata: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewAsset {
  readonly label: string;
  /** Empty, when left out. */
  readonly metadata?: JsonObject;
}

export type AssetPatch = Partial<NewAsset>;

/** Makes an asset under a template, whose institution it belongs to. */
export function makeAsset(template: AssetTemplate, input: NewAsset, made: { id: string; at: Date }): Asset {
  return {
    id: made.id,
    institutionId: template.institutionId,
    templateId: template.id,
    label: input.label,
    metadata: input.metadata ?? {},
    version: 1,
    createdAt: made.at,
    updatedAt: made.at,
  };
}

/** Given metadata replaces what was there as a whole. */
export function patchAsset(asset: Asset, patch: AssetPatch, at: Date): Asset {
  return {
    ...asset,
    label: patch.label ?? asset.label,
    metadata: patch.metadata ?? asset.metadata,
    version: asset.version + 1,
    updatedAt: at,
  };
}
