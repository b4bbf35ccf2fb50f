import { Amount, CurrencyCode, FreeObject, Id, NestedList, OneOf, Text } from '#http';
import type { JsonObject } from '#kernel';
import { POSITION_STATES, type PositionState } from '../domain/lifecycle.js';

export class OpenPositionRequest {
  @Id('inst', { optional: true, description: 'Follows from the asset; must match if given.' })
  institutionId?: string;

  @Id('ast')
  assetId: string;

  @Text({ description: 'Who holds the claim, in the words of your own systems.', example: 'holder-1' })
  holderReference: string;

  @CurrencyCode()
  currency: string;

  @Amount({ description: 'What is claimed, with no more decimal places than the currency has.' })
  amount: string;

  @Text({ optional: true, description: 'Need not be unique.', example: 'contract-7' })
  externalReference?: string;
}

/** Bounds the time that one commit takes, in which others of the kind wait. */
const MAX_BATCH_ITEMS = 1_000;

export class OpenPositionsRequest {
  @NestedList(() => OpenPositionRequest, { max: MAX_BATCH_ITEMS })
  items: OpenPositionRequest[];
}

export class TransitionPositionRequest {
  @OneOf(POSITION_STATES, { example: 'FUNDED' })
  toState: PositionState;

  @Amount({
    optional: true,
    description: 'Needed for a partial release; otherwise, if given, exactly what moves.',
  })
  amount?: string;

  @Text({ max: 1000, optional: true, example: 'Deposit received' })
  reason?: string;

  @FreeObject({ optional: true, example: { receipt: 'INV-7' } })
  metadata?: JsonObject;
}
