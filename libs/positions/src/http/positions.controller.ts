import { CommandRunner } from '#commands';
import {
  Allow,
  ApiList,
  Caller,
  Context,
  filterOf,
  PageQuery,
  toListResponse,
  toPageRequest,
  type ListResponse,
} from '#http';
import { Reply, scopeOf, type Principal, type RequestContext, requireScope } from '#kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PositionsService } from '../positions.service.js';
import { OpenPositionRequest, OpenPositionsRequest, TransitionPositionRequest } from './position.requests.js';
import {
  PositionBatchResponse,
  PositionResponse,
  toPositionResponse,
  toPositionWithEventsResponse,
} from './position.response.js';
import { PositionEventResponse, toPositionEventResponse } from './position-event.response.js';
import { PositionQuery, PositionsQuery } from './positions.query.js';

@ApiTags('positions')
@Controller('v1/positions')
export class PositionsController {
  constructor(
    private readonly positions: PositionsService,
    private readonly commands: CommandRunner,
  ) {}

  @Post()
  @Allow('root', 'admin')
  @ApiCreatedResponse({ type: PositionResponse })
  async open(@Context() context: RequestContext, @Body() body: OpenPositionRequest): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.positions.open(scopeOf(context.principal), body),
      (opened) => Reply.created(toPositionWithEventsResponse(opened)),
    );
  }

  @Post('batch')
  @Allow('root', 'admin')
  @ApiCreatedResponse({ type: PositionBatchResponse })
  async openBatch(@Context() context: RequestContext, @Body() body: OpenPositionsRequest): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.positions.openBatch(scopeOf(context.principal), body.items),
      (opened) => Reply.created({ data: opened.map(toPositionWithEventsResponse) }),
      { isBulk: true },
    );
  }

  @Get()
  @Allow('root', 'admin', 'read_only')
  @ApiList(PositionResponse)
  async list(
    @Caller() caller: Principal,
    @Query() query: PositionsQuery,
  ): Promise<ListResponse<PositionResponse>> {
    const request = toPageRequest(query);
    const page = await this.positions.list(
      requireScope(scopeOf(caller), query.institutionId),
      filterOf(query),
      request,
    );
    return toListResponse(page, request, toPositionResponse);
  }

  @Get(':positionId')
  @Allow('root', 'admin', 'read_only')
  @ApiOkResponse({ type: PositionResponse })
  async read(
    @Caller() caller: Principal,
    @Param('positionId') id: string,
    @Query() { asOf }: PositionQuery,
  ): Promise<PositionResponse> {
    const scope = scopeOf(caller);
    return toPositionWithEventsResponse(
      asOf === undefined
        ? await this.positions.read(scope, id)
        : await this.positions.readAsOf(scope, id, asOf),
    );
  }

  @Post(':positionId/transition')
  @HttpCode(200)
  @Allow('root', 'admin')
  @ApiOkResponse({ type: PositionResponse })
  async transition(
    @Context() context: RequestContext,
    @Param('positionId') id: string,
    @Body() body: TransitionPositionRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.positions.transition(scopeOf(context.principal), id, body),
      (moved) => Reply.ok(toPositionWithEventsResponse(moved)),
      { queueKey: id },
    );
  }

  @Get(':positionId/events')
  @Allow('root', 'admin', 'read_only')
  @ApiList(PositionEventResponse)
  async listEvents(
    @Caller() caller: Principal,
    @Param('positionId') id: string,
    @Query() query: PageQuery,
  ): Promise<ListResponse<PositionEventResponse>> {
    const request = toPageRequest(query, 'sequence');
    return toListResponse(
      await this.positions.listEvents(scopeOf(caller), id, request),
      request,
      toPositionEventResponse,
    );
  }
}
