import { Allow, Caller, filterOf, Operation, toListResponse, toPageRequest, type ListResponse } from '#http';
import { requireScope, scopeOf, type Principal } from '#kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PositionsService } from '../positions.service.js';
import { LedgerEventResponse, toLedgerEventResponse } from './ledger-event.response.js';
import { LedgerEventsQuery } from './positions.query.js';

@ApiTags('ledger')
@Controller('v1/ledger-events')
export class LedgerEventsController {
  constructor(private readonly positions: PositionsService) {}

  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listLedgerEvents',
    summary: 'List ledger events',
    listOf: LedgerEventResponse,
    refuses: ['institution.unknown', 'position.unknown'],
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: LedgerEventsQuery,
  ): Promise<ListResponse<LedgerEventResponse>> {
    const scope = requireScope(scopeOf(caller), query.institutionId);
    const { positionId, ...filter } = filterOf(query);
    const request = toPageRequest(query, positionId === undefined ? 'le' : 'sequence');
    const page =
      positionId === undefined
        ? await this.positions.listLedgerEvents(scope, filter, request)
        : await this.positions.listLedgerEventsOf(scope, positionId, filter, request);
    return toListResponse(page, request, toLedgerEventResponse);
  }
}
