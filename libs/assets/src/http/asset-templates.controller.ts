import { CommandRunner } from '#commands';
import {
  Allow,
  Caller,
  Context,
  filterOf,
  Operation,
  requestFaults,
  toListResponse,
  toPageRequest,
  type ListResponse,
} from '#http';
import { Reply, scopeOf, type Principal, type RequestContext, requireScope } from '#kernel';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AssetTemplatesService } from '../asset-templates.service.js';
import { AssetTemplatesQuery, CreateAssetTemplateRequest } from './asset-template.requests.js';
import { AssetTemplateResponse, toAssetTemplateResponse } from './asset-template.response.js';

@ApiTags('asset templates')
@Controller('v1/asset-templates')
export class AssetTemplatesController {
  constructor(
    private readonly templates: AssetTemplatesService,
    private readonly commands: CommandRunner,
  ) {}

  @Post()
  @Allow('root', 'admin')
  @Operation({
    id: 'createAssetTemplate',
    summary: 'Create an asset template',
    created: AssetTemplateResponse,
    refuses: [
      'institution.unknown',
      'template.invalid_config',
      'template.wrong_vertical',
      'template.vertical_not_served',
      'template.region_not_served',
    ],
  })
  async create(@Context() context: RequestContext, @Body() body: CreateAssetTemplateRequest): Promise<Reply> {
    const { institutionId: named, ...input } = body;
    const institutionId = requireInstitutionId(context.principal, named);
    return this.commands.run(
      context,
      async () => this.templates.define(scopeOf(context.principal), institutionId, input),
      (template) => Reply.created(toAssetTemplateResponse(template), `/v1/asset-templates/${template.id}`),
    );
  }

  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listAssetTemplates',
    summary: 'List asset templates',
    listOf: AssetTemplateResponse,
    refuses: ['institution.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: AssetTemplatesQuery,
  ): Promise<ListResponse<AssetTemplateResponse>> {
    const request = toPageRequest(query, 'tmpl');
    const page = await this.templates.list(
      requireScope(scopeOf(caller), query.institutionId),
      filterOf(query),
      request,
    );
    return toListResponse(page, request, toAssetTemplateResponse);
  }

  @Get(':templateId')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'readAssetTemplate',
    summary: 'Read an asset template',
    ok: AssetTemplateResponse,
    refuses: ['template.unknown'],
  })
  async read(@Caller() caller: Principal, @Param('templateId') id: string): Promise<AssetTemplateResponse> {
    return toAssetTemplateResponse(await this.templates.require(scopeOf(caller), id));
  }
}

/** A template has no parent that its institution could follow from, and the root key has none either. */
function requireInstitutionId(caller: Principal, named: string | undefined): string {
  if (named !== undefined) return named;
  if (caller.role !== 'root') return caller.institutionId;
  throw requestFaults['request.invalid'].because('The request has invalid fields.', {
    errors: [{ pointer: '/institutionId', code: 'field.required', detail: 'Is required of the root key.' }],
  });
}
