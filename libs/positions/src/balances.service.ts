import { Clock, requireScope, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { balancesOf, type Balance } from './domain/balance.js';
import { LedgerEventRepository, type TurnoverFilter } from './domain/ledger-event-repository.js';
import { requirePast } from './domain/require-past.js';

/** Whose balances are asked for. */
export interface BalancesQuestion extends TurnoverFilter {
  /** One institution of the scope; all that it reaches when left out. */
  readonly institutionId?: string;
}

/** Sums of millions of transfers take a connection for seconds, and commands need connections too. */
const MAX_SUMS = 2;

@Injectable()
export class BalancesService {
  private readonly summing = pLimit(MAX_SUMS);

  constructor(
    private readonly ledger: LedgerEventRepository,
    private readonly clock: Clock,
  ) {}

  /** The balances of every account in each currency that the positions asked for are in, by currency. */
  async list(scope: Scope, { institutionId, ...filter }: BalancesQuestion): Promise<readonly Balance[]> {
    if (filter.asOf !== undefined) requirePast(filter.asOf, this.clock.now());
    const narrowed = requireScope(scope, institutionId);
    return balancesOf(await this.summing(async () => this.ledger.turnover(narrowed, filter)));
  }
}
