import { AMOUNT_SCHEMA, CURRENCY_SCHEMA } from '#http';
import { ApiProperty } from '@nestjs/swagger';
import { netOf, type Balance } from '../domain/balance.js';
import { ACCOUNTS } from '../domain/ledger-event.js';

/** Sums may have more digits than any one amount. */
const SUM_SCHEMA = { ...AMOUNT_SCHEMA, pattern: '^(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?$' };

export class BalanceResponse {
  @ApiProperty(CURRENCY_SCHEMA)
  currency: string;

  @ApiProperty({ enum: ACCOUNTS })
  account: string;

  @ApiProperty({ ...SUM_SCHEMA, description: 'What left the account.' })
  debits: string;

  @ApiProperty({ ...SUM_SCHEMA, example: '0.00', description: 'What reached the account.' })
  credits: string;

  @ApiProperty({
    ...SUM_SCHEMA,
    pattern: '^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?$',
    example: '-1000.10',
    description: 'Credits less debits, signed. The balances of a currency add up to zero.',
  })
  balance: string;
}

export function toBalanceResponse(balance: Balance): BalanceResponse {
  const { account, debits, credits } = balance;
  return {
    currency: debits.currency.code,
    account,
    debits: debits.toString(),
    credits: credits.toString(),
    balance: netOf(balance),
  };
}
