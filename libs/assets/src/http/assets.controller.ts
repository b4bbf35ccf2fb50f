import { CommandRunner } from '#commands';
import {
  Allow,
  Caller,
  Context,
  filterOf,
  Operation,
  toListResponse,
  toPageRequest,
  type ListResponse,
} from '#http';
import { Reply, scopeOf, type Principal, type RequestContext, requireScope } from '#kernel';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AssetsService } from '../assets.service.js';
import { AssetsQuery, CreateAssetRequest, PatchAssetRequest } from './asset.requests.js';
import { AssetResponse, toAssetResponse } from './asset.response.js';

@ApiTags('assets')
@Controller('v1/assets')
export class AssetsController {
  constructor(
    private readonly assets: AssetsService,
    private readonly commands: CommandRunner,
  ) {}

  @Post()
  @Allow('root', 'admin')
  @Operation({
    id: 'createAsset',
    summary: 'Create an asset',
    created: AssetResponse,
    refuses: ['template.unknown', 'institution.unknown'],
  })
  async create(@Context() context: RequestContext, @Body() body: CreateAssetRequest): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.assets.make(scopeOf(context.principal), body, body),
      (asset) => Reply.created(toAssetResponse(asset), `/v1/assets/${asset.id}`),
    );
  }

  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listAssets',
    summary: 'List assets',
    listOf: AssetResponse,
    refuses: ['institution.unknown'],
  })
  async list(@Caller() caller: Principal, @Query() query: AssetsQuery): Promise<ListResponse<AssetResponse>> {
    const request = toPageRequest(query, 'ast');
    const page = await this.assets.list(
      requireScope(scopeOf(caller), query.institutionId),
      filterOf(query),
      request,
    );
    return toListResponse(page, request, toAssetResponse);
  }

  @Get(':assetId')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'readAsset',
    summary: 'Read an asset',
    ok: AssetResponse,
    refuses: ['asset.unknown'],
  })
  async read(@Caller() caller: Principal, @Param('assetId') id: string): Promise<AssetResponse> {
    return toAssetResponse(await this.assets.require(scopeOf(caller), id));
  }

  @Patch(':assetId')
  @Allow('root', 'admin')
  @Operation({
    id: 'updateAsset',
    summary: 'Change an asset',
    ok: AssetResponse,
    refuses: ['asset.unknown'],
    example: { answer: { label: 'Harbour bridge, lot 7', version: 2 } },
  })
  async patch(
    @Context() context: RequestContext,
    @Param('assetId') id: string,
    @Body() body: PatchAssetRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.assets.patch(scopeOf(context.principal), id, body, context.precondition),
      (asset) => Reply.ok(toAssetResponse(asset)),
      { queueKey: id },
    );
  }
}
