import { Clock, requireScope, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import { balancesOf, type Balance } from './domain/balance.js';
import { LedgerEventRepository, type TurnoverFilter } from './domain/ledger-event-repository.js';
import { requirePast } from './domain/require-past.js';

/** Whose balances are asked for. */
export interface BalancesQuestion extends TurnoverFilter {
  /** One institution of the scope; all that it reaches when left out. */
  readonly institutionId?: string;
}

@Injectable()
export class BalancesService {
  constructor(
    private readonly ledger: LedgerEventRepository,
    private readonly clock: Clock,
  ) {}

  /** The balances of every account in each currency that the positions asked for are in, by currency. */
  async list(scope: Scope, { institutionId, ...filter }: BalancesQuestion): Promise<readonly Balance[]> {
    if (filter.asOf !== undefined) requirePast(filter.asOf, this.clock.now());
    return balancesOf(await this.ledger.turnover(requireScope(scope, institutionId), filter));
  }
}
