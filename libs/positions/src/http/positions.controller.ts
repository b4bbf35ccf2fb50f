import { CommandRunner } from '#commands';
import {
  Allow,
  Caller,
  Context,
  filterOf,
  Operation,
  PageQuery,
  toListResponse,
  toPageRequest,
  type ListResponse,
} from '#http';
import { Reply, scopeOf, type Principal, type RequestContext, requireScope } from '#kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PositionsService } from '../positions.service.js';
import { OPENING_REFUSALS, TRANSITION_REFUSALS } from './position.refusals.js';
import { OpenPositionRequest, OpenPositionsRequest, TransitionPositionRequest } from './position.requests.js';
import {
  PositionBatchResponse,
  PositionResponse,
  toPositionResponse,
  toPositionWithEventsResponse,
} from './position.response.js';
import { PositionEventResponse, toPositionEventResponse } from './position-event.response.js';
import { PositionQuery, PositionsQuery } from './positions.query.js';
import { TRANSITION_EXAMPLE } from './transition.example.js';

@ApiTags('positions')
@Controller('v1/positions')
export class PositionsController {
  constructor(
    private readonly positions: PositionsService,
    private readonly commands: CommandRunner,
  ) {}

  @Post()
  @Allow('root', 'admin')
  @Operation({
    id: 'openPosition',
    summary: 'Open a position',
    description: 'In state CREATED: the amount is claimed, and no money moves yet.',
    created: PositionResponse,
    refuses: OPENING_REFUSALS,
  })
  async open(@Context() context: RequestContext, @Body() body: OpenPositionRequest): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.positions.open(scopeOf(context.principal), body),
      (opened) => Reply.created(toPositionWithEventsResponse(opened), `/v1/positions/${opened.position.id}`),
    );
  }

  @Post('batch')
  @Allow('root', 'admin')
  @Operation({
    id: 'openPositionBatch',
    summary: 'Open many positions',
    description: 'All of them or none, for one institution. A fault names its item by its index.',
    created: PositionBatchResponse,
    refuses: OPENING_REFUSALS,
  })
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
  @Operation({
    id: 'listPositions',
    summary: 'List positions',
    listOf: PositionResponse,
    refuses: ['institution.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: PositionsQuery,
  ): Promise<ListResponse<PositionResponse>> {
    const request = toPageRequest(query, 'pos');
    const page = await this.positions.list(
      requireScope(scopeOf(caller), query.institutionId),
      filterOf(query),
      request,
    );
    return toListResponse(page, request, toPositionResponse);
  }

  @Get(':positionId')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'readPosition',
    summary: 'Read a position',
    description: 'With its events; as it is, or as it was at a moment.',
    ok: PositionResponse,
    refuses: ['position.unknown', 'position.future_moment'],
  })
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
  @Operation({
    id: 'transitionPosition',
    summary: 'Move a position along its lifecycle',
    description:
      'Funds it, releases some or all of what it holds, cancels it or lets it expire. What is held goes to the beneficiary at a release, and back to the depositor otherwise. The policy in force is held against the whole amount of the position at funding and at each release, never at a refund.',
    ok: PositionResponse,
    refuses: TRANSITION_REFUSALS,
    example: TRANSITION_EXAMPLE,
  })
  async transition(
    @Context() context: RequestContext,
    @Param('positionId') id: string,
    @Body() body: TransitionPositionRequest,
  ): Promise<Reply> {
    return this.commands.run(
      context,
      async () => this.positions.transition(scopeOf(context.principal), id, body, context.precondition),
      (moved) => Reply.ok(toPositionWithEventsResponse(moved)),
      { queueKey: id },
    );
  }

  @Get(':positionId/events')
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listPositionEvents',
    summary: 'List the events of a position',
    listOf: PositionEventResponse,
    refuses: ['position.unknown'],
  })
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
