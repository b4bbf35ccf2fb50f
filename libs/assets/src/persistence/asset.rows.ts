import type { Asset } from '../domain/asset.js';
import type { AssetEntity } from './asset.entity.js';

export const ASSET_ORDER = ['createdAt', 'id'] as const;

export function toRow(asset: Asset): AssetEntity {
  return { ...asset };
}

export function fromRow(row: AssetEntity): Asset {
  return { ...row };
}
