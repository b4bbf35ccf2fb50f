import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { Asset } from '../domain/asset.js';

export class AssetResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  institutionId: string;

  @ApiProperty()
  templateId: string;

  @ApiProperty()
  label: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  metadata: JsonObject;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

export function toAssetResponse(asset: Asset): AssetResponse {
  return {
    id: asset.id,
    institutionId: asset.institutionId,
    templateId: asset.templateId,
    label: asset.label,
    metadata: asset.metadata,
    version: asset.version,
    createdAt: asset.createdAt.toISOString(),
    updatedAt: asset.updatedAt.toISOString(),
  };
}
