import { Amount, AnyOf, CurrencyCode, Id, INSTITUTION_FILTER, Moment, OneOf, PageQuery, Text } from '#http';
import { LEDGER_EVENT_KINDS, type LedgerEventKind } from '../domain/ledger-event.js';
import { POSITION_STATES, type PositionState } from '../domain/lifecycle.js';

export class PositionsQuery extends PageQuery {
  @Id('inst', { optional: true, description: INSTITUTION_FILTER })
  institutionId?: string;

  @Id('ast', { optional: true, description: 'On one asset.' })
  assetId?: string;

  @Text({ optional: true, description: 'Of one holder.', example: 'holder-1' })
  holderReference?: string;

  @Text({ optional: true, description: 'Of one reference of yours.', example: 'contract-7' })
  externalReference?: string;

  @AnyOf(POSITION_STATES, { optional: true, description: 'May be repeated: any of these.' })
  state?: PositionState[];

  @CurrencyCode({ optional: true, description: 'In one currency.' })
  currency?: string;

  @Amount({ optional: true, description: 'Least amount, inclusive.' })
  minAmount?: string;

  @Amount({ optional: true, description: 'Greatest amount, inclusive.' })
  maxAmount?: string;

  @Moment({ optional: true, description: 'Strictly after this moment.' })
  createdAfter?: Date;

  @Moment({ optional: true, description: 'Strictly before this moment.' })
  createdBefore?: Date;
}

export class PositionQuery {
  @Moment({ optional: true, description: 'As it was at this moment, inclusive; not in the future.' })
  asOf?: Date;
}

export class LedgerEventsQuery extends PageQuery {
  @Id('inst', { optional: true, description: INSTITUTION_FILTER })
  institutionId?: string;

  @Id('pos', {
    optional: true,
    description: 'Of one position, in the order of its steps; of all when left out.',
  })
  positionId?: string;

  @OneOf(LEDGER_EVENT_KINDS, { optional: true, description: 'Of one kind.' })
  kind?: LedgerEventKind;

  @Moment({ optional: true, description: 'Strictly after this moment.' })
  after?: Date;

  @Moment({ optional: true, description: 'Strictly before this moment.' })
  before?: Date;
}
