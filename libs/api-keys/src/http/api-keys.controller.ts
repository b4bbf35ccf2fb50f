import { CommandRunner } from '#commands';
import { Allow, Caller, Context, Operation, toListResponse, toPageRequest, type ListResponse } from '#http';
import { Reply, scopeOf, type Principal, type RequestContext } from '#kernel';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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
  @Operation({
    id: 'createApiKey',
    summary: 'Create an API key',
    description:
      'The key itself is shown this once: also the same request under the same `Idempotency-Key` is answered without it.',
    created: CreatedApiKeyResponse,
    refuses: ['institution.unknown', 'api_key.expiry_past'],
  })
  async create(
    @Context() context: RequestContext,
    @Param('institutionId') institutionId: string,
    @Body() body: CreateApiKeyRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.apiKeys.create(scopeOf(context.principal), institutionId, body),
      (issued) => {
        const response = toCreatedApiKeyResponse(issued);
        return Reply.created(response).keeping({ ...response, apiKey: null });
      },
    );
  }

  @Get()
  @Allow('root', 'admin')
  @Operation({
    id: 'listApiKeys',
    summary: 'List API keys',
    description: 'Those that are active, unless told; never the keys themselves.',
    listOf: ApiKeyResponse,
    refuses: ['institution.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Param('institutionId') institutionId: string,
    @Query() query: ApiKeysQuery,
  ): Promise<ListResponse<ApiKeyResponse>> {
    const request = toPageRequest(query, 'ak');
    const filter = { includeRevoked: query.includeRevoked === 'true' };
    const page = await this.apiKeys.list(scopeOf(caller), institutionId, filter, request);
    return toListResponse(page, request, toApiKeyResponse);
  }

  @Post(':keyId/revoke')
  @Allow('root', 'admin')
  @Operation({
    id: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'At once and for good. A key that is revoked already stays as it is.',
    ok: ApiKeyResponse,
    refuses: ['institution.unknown', 'api_key.unknown', 'api_key.last_admin'],
    example: { answer: { revokedAt: '2026-02-28T12:00:00.000Z' } },
  })
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
