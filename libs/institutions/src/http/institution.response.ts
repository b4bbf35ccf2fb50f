import { REGIONS, VERTICALS } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { Institution } from '../domain/institution.js';

export class InstitutionResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: REGIONS, isArray: true })
  regions: readonly string[];

  @ApiProperty({ enum: VERTICALS, isArray: true })
  verticals: readonly string[];

  @ApiProperty({ type: 'integer' })
  version: number;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
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
