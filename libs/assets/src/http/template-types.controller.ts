import { Allow, ApiList, toWholeListResponse, type ListResponse } from '#http';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AssetTemplatesService } from '../asset-templates.service.js';
import { TemplateTypeResponse, toTemplateTypeResponse } from './template-type.response.js';

@ApiTags('template types')
@Controller('v1/template-types')
export class TemplateTypesController {
  constructor(private readonly templates: AssetTemplatesService) {}

  /** All of them on one page: they are few, and part of the program. */
  @Get()
  @Allow('root', 'admin', 'read_only')
  @ApiList(TemplateTypeResponse)
  list(): ListResponse<TemplateTypeResponse> {
    return toWholeListResponse(this.templates.types(), toTemplateTypeResponse);
  }

  @Get(':code')
  @Allow('root', 'admin', 'read_only')
  @ApiOkResponse({ type: TemplateTypeResponse })
  read(@Param('code') code: string): TemplateTypeResponse {
    return toTemplateTypeResponse(this.templates.requireType(code));
  }
}
