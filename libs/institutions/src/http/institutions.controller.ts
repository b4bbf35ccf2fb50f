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
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { InstitutionsService } from '../institutions.service.js';
import { CreateInstitutionRequest, PatchInstitutionRequest } from './institution.requests.js';
import { InstitutionResponse, toInstitutionResponse } from './institution.response.js';

@ApiTags('institutions')
@Controller('v1/institutions')
export class InstitutionsController {
  constructor(
    private readonly institutions: InstitutionsService,
    private readonly commands: CommandRunner,
  ) {}

  @Post()
  @Allow('root')
  @Operation({
    id: 'createInstitution',
    summary: 'Create an institution',
    created: InstitutionResponse,
  })
  async create(@Context() context: RequestContext, @Body() body: CreateInstitutionRequest): Promise<Reply> {
    return this.commands.run(
      context,
      async () => Promise.resolve(this.institutions.found(body)),
      (institution) =>
        Reply.created(toInstitutionResponse(institution), `/v1/institutions/${institution.id}`),
    );
  }

  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listInstitutions',
    summary: 'List institutions',
    description: 'All of them with the root key; otherwise the one of the key.',
    listOf: InstitutionResponse,
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: PageQuery,
  ): Promise<ListResponse<InstitutionResponse>> {
    const request = toPageRequest(query, 'inst');
    return toListResponse(
      await this.institutions.list(scopeOf(caller), request),
      request,
      toInstitutionResponse,
    );
  }

  @Get(':institutionId')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'readInstitution',
    summary: 'Read an institution',
    ok: InstitutionResponse,
    refuses: ['institution.unknown'],
  })
  async read(@Caller() caller: Principal, @Param('institutionId') id: string): Promise<InstitutionResponse> {
    return toInstitutionResponse(await this.institutions.require(scopeOf(caller), id));
  }

  @Patch(':institutionId')
  @Allow('root')
  @Operation({
    id: 'updateInstitution',
    summary: 'Change an institution',
    description:
      'A region or vertical that is taken away is closed to new asset templates; nothing else changes.',
    ok: InstitutionResponse,
    refuses: ['institution.unknown'],
    example: { answer: { version: 2 } },
  })
  async patch(
    @Context() context: RequestContext,
    @Param('institutionId') id: string,
    @Body() body: PatchInstitutionRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.institutions.patch(id, body, context.precondition),
      (institution) => Reply.ok(toInstitutionResponse(institution)),
      { queueKey: id },
    );
  }
}
