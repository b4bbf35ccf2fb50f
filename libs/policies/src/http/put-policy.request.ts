import { Amount, CurrencyCodes, Nested } from '#http';

export class PositionRulesRequest {
  @Amount({
    optional: true,
    description: 'The least amount of a position, whatever its currency.',
    example: '100.00',
  })
  minAmount?: string;

  @Amount({
    optional: true,
    description: 'The greatest amount of a position, whatever its currency.',
    example: '250000.00',
  })
  maxAmount?: string;

  @CurrencyCodes({ optional: true, description: 'All, when left out.', example: ['USD'] })
  allowedCurrencies?: string[];
}

export class PutPolicyRequest {
  @Nested(() => PositionRulesRequest)
  position: PositionRulesRequest;
}
