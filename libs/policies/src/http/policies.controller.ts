import { CommandRunner } from '#commands';
import {
  Allow,
  Caller,
  Context,
  Operation,
  PageQuery,
  toListResponse,
  toPageRequest,
  type ListResponse,
} from '#http';
import { Reply, scopeOf, type Principal, type RequestContext } from '#kernel';
import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PoliciesService } from '../policies.service.js';
import { PolicyResponse, toPolicyResponse } from './policy.response.js';
import { PutPolicyRequest } from './put-policy.request.js';

@ApiTags('policies')
@Controller('v1/institutions/:institutionId/policies')
export class PoliciesController {
  constructor(
    private readonly policies: PoliciesService,
    private readonly commands: CommandRunner,
  ) {}

  @Put(':region')
  @Allow('root', 'admin')
  @Operation({
    id: 'putPolicy',
    summary: 'Set the policy of a region',
    description: 'Replaces the rules as a whole. Answers 201 where the region had none, 200 otherwise.',
    ok: PolicyResponse,
    created: PolicyResponse,
    refuses: ['institution.unknown', 'policy.unknown_region', 'policy.bounds_reversed'],
  })
  async put(
    @Context() context: RequestContext,
    @Param('institutionId') institutionId: string,
    @Param('region') region: string,
    @Body() { position }: PutPolicyRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () =>
        this.policies.put(scopeOf(context.principal), institutionId, region, position, context.precondition),
      ({ policy, isNew }) => {
        const response = toPolicyResponse(policy);
        return isNew ? Reply.created(response) : Reply.ok(response);
      },
      { queueKey: `${institutionId} ${region}` },
    );
  }

  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listPolicies',
    summary: 'List policies',
    listOf: PolicyResponse,
    refuses: ['institution.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Param('institutionId') institutionId: string,
    @Query() query: PageQuery,
  ): Promise<ListResponse<PolicyResponse>> {
    const request = toPageRequest(query, 'pol');
    const page = await this.policies.list(scopeOf(caller), institutionId, request);
    return toListResponse(page, request, toPolicyResponse);
  }

  @Get(':region')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'readPolicy',
    summary: 'Read the policy of a region',
    ok: PolicyResponse,
    refuses: ['institution.unknown', 'policy.unknown_region', 'policy.unknown'],
  })
  async read(
    @Caller() caller: Principal,
    @Param('institutionId') institutionId: string,
    @Param('region') region: string,
  ): Promise<PolicyResponse> {
    return toPolicyResponse(await this.policies.require(scopeOf(caller), institutionId, region));
  }

  @Delete(':region')
  @Allow('root', 'admin')
  @Operation({
    id: 'removePolicy',
    summary: 'Remove the policy of a region',
    noContent: true,
    refuses: ['institution.unknown', 'policy.unknown_region', 'policy.unknown'],
  })
  async remove(
    @Context() context: RequestContext,
    @Param('institutionId') institutionId: string,
    @Param('region') region: string,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () =>
        this.policies.remove(scopeOf(context.principal), institutionId, region, context.precondition),
      () => Reply.noContent(),
      { queueKey: `${institutionId} ${region}` },
    );
  }
}
