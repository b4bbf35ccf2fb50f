import { FREE_SCHEMA, idSchema, TIME_SCHEMA, VERSION_SCHEMA } from '#http';
import { REGIONS, VERTICALS, type JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { TEMPLATE_CODES } from '../domain/template-types.js';
import type { AssetTemplate } from '../domain/asset-template.js';
import { EXAMPLE_CONFIG } from './asset-template.requests.js';

export class AssetTemplateResponse {
  @ApiProperty(idSchema('tmpl'))
  id: string;

  @ApiProperty(idSchema('inst'))
  institutionId: string;

  @ApiProperty({ enum: TEMPLATE_CODES })
  code: string;

  @ApiProperty({ type: 'string', example: 'Project escrow' })
  name: string;

  @ApiProperty({ enum: VERTICALS })
  vertical: string;

  @ApiProperty({ enum: REGIONS })
  region: string;

  @ApiProperty({ ...FREE_SCHEMA, example: EXAMPLE_CONFIG })
  config: JsonObject;

  @ApiProperty(VERSION_SCHEMA)
  version: number;

  @ApiProperty(TIME_SCHEMA)
  createdAt: string;

  @ApiProperty(TIME_SCHEMA)
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
