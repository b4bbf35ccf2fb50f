import { FREE_SCHEMA, idSchema, TIME_SCHEMA, VERSION_SCHEMA } from '#http';
import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { Asset } from '../domain/asset.js';

export class AssetResponse {
  @ApiProperty(idSchema('ast'))
  id: string;

  @ApiProperty(idSchema('inst'))
  institutionId: string;

  @ApiProperty(idSchema('tmpl'))
  templateId: string;

  @ApiProperty({ type: 'string', example: 'Harbour bridge' })
  label: string;

  @ApiProperty({ ...FREE_SCHEMA, example: { lot: '7' } })
  metadata: JsonObject;

  @ApiProperty(VERSION_SCHEMA)
  version: number;

  @ApiProperty(TIME_SCHEMA)
  createdAt: string;

  @ApiProperty(TIME_SCHEMA)
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
