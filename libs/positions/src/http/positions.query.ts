import { Amount, CurrencyCode, Id, ManyOf, Moment, OneOf, PageQuery, Text } from '#http';
import { Transform } from 'class-transformer';
import { LEDGER_EVENT_KINDS, type LedgerEventKind } from '../domain/ledger-event.js';
import { POSITION_STATES, type PositionState } from '../domain/lifecycle.js';

export class PositionsQuery extends PageQuery {
  @Id('inst', { optional: true })
  institutionId?: string;

  @Text({ optional: true })
  assetId?: string;

  @Text({ optional: true })
  holderReference?: string;

  @Text({ optional: true })
  externalReference?: string;

  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @ManyOf(POSITION_STATES, { optional: true, description: 'May be repeated: any of these.' })
  state?: PositionState[];

  @CurrencyCode({ optional: true })
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
  @Id('inst', { optional: true })
  institutionId?: string;

  @Id('pos', {
    optional: true,
    description: 'Of one position, in the order of its steps; of all when left out.',
  })
  positionId?: string;

  @OneOf(LEDGER_EVENT_KINDS, { optional: true })
  kind?: LedgerEventKind;
}
