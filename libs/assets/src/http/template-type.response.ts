import { VERTICALS, type JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import type { TemplateType } from '../domain/template-type.js';

export class TemplateTypeResponse {
  @ApiProperty()
  code: string;

  @ApiProperty({ enum: VERTICALS })
  vertical: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'JSON Schema (2020-12) of `config`.',
  })
  schema: JsonObject;
}

export function toTemplateTypeResponse({ code, vertical, schema }: TemplateType): TemplateTypeResponse {
  return { code, vertical, schema };
}
