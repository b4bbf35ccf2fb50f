import { CommandRunner } from '#commands';
import { Allow, Caller, Context, Operation, toListResponse, toPageRequest, type ListResponse } from '#http';
import { Reply, scopeOf, type Principal, type RequestContext } from '#kernel';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiKeysService } from '../api-keys.service.js';
import { CreateApiKeyRequest, RotateApiKeyRequest } from './api-key.requests.js';
import type { IssuedApiKey } from '../domain/api-key.js';
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
      replyWithKey,
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

  @Post(':keyId/rotate')
  @Allow('root', 'admin')
  @ApiBody({ type: RotateApiKeyRequest, required: false })
  @Operation({
    id: 'rotateApiKey',
    summary: 'Rotate an API key',
    description:
      'Makes a new key of the same label and role, which is shown this once, and ends the old one at once or after an overlap. A key that expires is followed by one that is valid for as long as it was. Whoever rotates the key that the request is sent with should leave an overlap: an answer that is lost cannot be asked for with a key that has ended.',
    created: CreatedApiKeyResponse,
    refuses: ['institution.unknown', 'api_key.unknown', 'api_key.not_active', 'api_key.rotated_before'],
  })
  async rotate(
    @Context() context: RequestContext,
    @Param('institutionId') institutionId: string,
    @Param('keyId') id: string,
    @Body() { overlapSeconds = 0 }: RotateApiKeyRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.apiKeys.rotate(scopeOf(context.principal), institutionId, id, { overlapSeconds }),
      replyWithKey,
      { queueKey: institutionId },
    );
  }
}

/** The answer that shows a key, and is kept without it. */
function replyWithKey(issued: IssuedApiKey): Reply<CreatedApiKeyResponse> {
  const response = toCreatedApiKeyResponse(issued);
  return Reply.created(response).keeping({ ...response, apiKey: null });
}
