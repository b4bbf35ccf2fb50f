import { idSchema, TIME_SCHEMA, VERSION_SCHEMA } from '#http';
import { REGIONS, VERTICALS } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { Institution } from '../domain/institution.js';

export class InstitutionResponse {
  @ApiProperty(idSchema('inst'))
  id: string;

  @ApiProperty({ type: 'string', example: 'Northern Escrow' })
  name: string;

  @ApiProperty({ enum: REGIONS, isArray: true, example: ['US', 'SG'] })
  regions: readonly string[];

  @ApiProperty({ enum: VERTICALS, isArray: true, example: VERTICALS })
  verticals: readonly string[];

  @ApiProperty(VERSION_SCHEMA)
  version: number;

  @ApiProperty(TIME_SCHEMA)
  createdAt: string;

  @ApiProperty(TIME_SCHEMA)
  updatedAt: string;
}

export function toInstitutionResponse(institution: Institution): InstitutionResponse {
  return {
    id: institution.id,
    name: institution.name,
    regions: institution.regions,
    verticals: institution.verticals,
    version: institution.version,
    createdAt: institution.createdAt.toISOString(),
    updatedAt: institution.updatedAt.toISOString(),
  };
}
