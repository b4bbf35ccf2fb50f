import { FREE_SCHEMA } from '#http';
import { VERTICALS, type JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { TemplateType } from '../domain/template-type.js';
import { TEMPLATE_CODES, TEMPLATE_TYPES } from '../domain/template-types.js';

export class TemplateTypeResponse {
  @ApiProperty({ enum: TEMPLATE_CODES })
  code: string;

  @ApiProperty({ enum: VERTICALS })
  vertical: string;

  @ApiProperty({
    ...FREE_SCHEMA,
    description: 'JSON Schema (2020-12) of `config`.',
    example: TEMPLATE_TYPES[0]?.schema,
  })
  schema: JsonObject;
}

export function toTemplateTypeResponse({ code, vertical, schema }: TemplateType): TemplateTypeResponse {
  return { code, vertical, schema };
}
