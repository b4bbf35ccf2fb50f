import { Amount, CurrencyCodes, Nested } from '#http';

export class PositionRulesRequest {
  @Amount({ optional: true, description: 'The least amount of a position, whatever its currency.' })
  minAmount?: string;

  @Amount({ optional: true, description: 'The greatest amount of a position, whatever its currency.' })
  maxAmount?: string;

  @CurrencyCodes({ optional: true, description: 'All, when left out.' })
  allowedCurrencies?: string[];
}

export class PutPolicyRequest {
  @Nested(() => PositionRulesRequest)
  position: PositionRulesRequest;
}
