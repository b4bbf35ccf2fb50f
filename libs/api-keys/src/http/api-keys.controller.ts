import { CommandRunner } from '#commands';
import { Allow, ApiList, Caller, Context, toListResponse, toPageRequest, type ListResponse } from '#http';
import { Reply, scopeOf, type Principal, type RequestContext } from '#kernel';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys.service.js';
import { CreateApiKeyRequest } from './api-key.requests.js';
import {
  ApiKeyResponse,
  CreatedApiKeyResponse,
  toApiKeyResponse,
  toCreatedApiKeyResponse,
} from './api-key.response.js';
import { ApiKeysQuery } from './api-keys.query.js';

@ApiTags('api-keys')
@Controller('v1/institutions/:institutionId/api-keys')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly commands: CommandRunner,
  ) {}

  @Post()
  @Allow('root', 'admin')
  @ApiCreatedResponse({ type: CreatedApiKeyResponse })
  async create(
    @Context() context: RequestContext,
    @Param('institutionId') institutionId: string,
    @Body() body: CreateApiKeyRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.apiKeys.create(scopeOf(context.principal), institutionId, body),
      (issued) => Reply.created(toCreatedApiKeyResponse(issued)),
    );
  }

  @Get()
  @Allow('root', 'admin')
  @ApiList(ApiKeyResponse)
  async list(
    @Caller() caller: Principal,
    @Param('institutionId') institutionId: string,
    @Query() query: ApiKeysQuery,
  ): Promise<ListResponse<ApiKeyResponse>> {
    const request = toPageRequest(query);
    const filter = { includeRevoked: query.includeRevoked === 'true' };
    const page = await this.apiKeys.list(scopeOf(caller), institutionId, filter, request);
    return toListResponse(page, request, toApiKeyResponse);
  }

  @Post(':keyId/revoke')
  @Allow('root', 'admin')
  @ApiOkResponse({ type: ApiKeyResponse })
  async revoke(
    @Context() context: RequestContext,
    @Param('institutionId') institutionId: string,
    @Param('keyId') id: string,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.apiKeys.revoke(context.principal, institutionId, id),
      (apiKey) => Reply.ok(toApiKeyResponse(apiKey)),
      { queueKey: institutionId },
    );
  }
}
