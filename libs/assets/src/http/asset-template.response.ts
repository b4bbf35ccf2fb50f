import { REGIONS, VERTICALS, type JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { AssetTemplate } from '../domain/asset-template.js';

export class AssetTemplateResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  institutionId: string;

  @ApiProperty()
  code: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: VERTICALS })
  vertical: string;

  @ApiProperty({ enum: REGIONS })
  region: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  config: JsonObject;

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

export function toAssetTemplateResponse(template: AssetTemplate): AssetTemplateResponse {
  return {
    id: template.id,
    institutionId: template.institutionId,
    code: template.code,
    name: template.name,
    vertical: template.vertical,
    region: template.region,
    config: template.config,
    version: template.version,
    createdAt: template.createdAt.toISOString(),
    updatedAt: template.updatedAt.toISOString(),
  };
}
