import { Allow, contentTagOf, Operation, toWholeListResponse, type ListResponse } from '#http';
import { Reply } from '#kernel';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AssetTemplatesService } from '../asset-templates.service.js';
import { TemplateTypeResponse, toTemplateTypeResponse } from './template-type.response.js';

@ApiTags('template types')
@Controller('v1/template-types')
export class TemplateTypesController {
  constructor(private readonly templates: AssetTemplatesService) {}

  /** All of them on one page: they are few, and part of the program. */
  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listTemplateTypes',
    summary: 'List template types',
    description: 'All of them on one page.',
    listOf: TemplateTypeResponse,
  })
  list(): ListResponse<TemplateTypeResponse> {
    return toWholeListResponse(this.templates.types(), toTemplateTypeResponse);
  }

  @Get(':code')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'readTemplateType',
    summary: 'Read a template type',
    ok: TemplateTypeResponse,
    refuses: ['template_type.unknown'],
  })
  read(@Param('code') code: string): Reply<TemplateTypeResponse> {
    const response = toTemplateTypeResponse(this.templates.requireType(code));
    return Reply.ok(response).tagged(contentTagOf({ ...response }));
  }
}
