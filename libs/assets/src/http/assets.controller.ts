import { CommandRunner } from '#commands';
import {
  Allow,
  ApiList,
  Caller,
  Context,
  filterOf,
  toListResponse,
  toPageRequest,
  type ListResponse,
} from '#http';
import { Reply, scopeOf, type Principal, type RequestContext, requireScope } from '#kernel';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
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
  @ApiCreatedResponse({ type: AssetResponse })
  async create(@Context() context: RequestContext, @Body() body: CreateAssetRequest): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.assets.make(scopeOf(context.principal), body, body),
      (asset) => Reply.created(toAssetResponse(asset)),
    );
  }

  @Get()
  @Allow('root', 'admin', 'read_only')
  @ApiList(AssetResponse)
  async list(@Caller() caller: Principal, @Query() query: AssetsQuery): Promise<ListResponse<AssetResponse>> {
    const request = toPageRequest(query);
    const page = await this.assets.list(
      requireScope(scopeOf(caller), query.institutionId),
      filterOf(query),
      request,
    );
    return toListResponse(page, request, toAssetResponse);
  }

  @Get(':assetId')
  @Allow('root', 'admin', 'read_only')
  @ApiOkResponse({ type: AssetResponse })
  async read(@Caller() caller: Principal, @Param('assetId') id: string): Promise<AssetResponse> {
    return toAssetResponse(await this.assets.require(scopeOf(caller), id));
  }

  @Patch(':assetId')
  @Allow('root', 'admin')
  @ApiOkResponse({ type: AssetResponse })
  async patch(
    @Context() context: RequestContext,
    @Param('assetId') id: string,
    @Body() body: PatchAssetRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.assets.patch(scopeOf(context.principal), id, body),
      (asset) => Reply.ok(toAssetResponse(asset)),
      { queueKey: id },
    );
  }
}
