import { Allow, Caller, Operation, toWholeListResponse, type ListResponse } from '#http';
import { scopeOf, type Principal } from '#kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BalancesService } from '../balances.service.js';
import { BalanceResponse, toBalanceResponse } from './balance.response.js';
import { BalancesQuery } from './balances.query.js';

@ApiTags('ledger')
@Controller('v1/balances')
export class BalancesController {
  constructor(private readonly balances: BalancesService) {}

  /** All on one page: three accounts for each currency. */
  @Get()
  @Allow('root', 'admin', 'read_only')
  @Operation({
    id: 'listBalances',
    summary: 'List balances',
    description: 'By currency and account, all on one page.',
    listOf: BalanceResponse,
    refuses: ['institution.unknown', 'position.future_moment'],
  })
  async list(
    @Caller() caller: Principal,
    @Query() query: BalancesQuery,
  ): Promise<ListResponse<BalanceResponse>> {
    return toWholeListResponse(await this.balances.list(scopeOf(caller), query), toBalanceResponse);
  }
}
