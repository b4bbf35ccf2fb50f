import { ApiProperty } from '@nestjs/swagger';
import { netOf, type Balance } from '../domain/balance.js';
import { ACCOUNTS } from '../domain/ledger-event.js';

export class BalanceResponse {
  @ApiProperty({ example: 'USD' })
  currency: string;

  @ApiProperty({ enum: ACCOUNTS })
  account: string;

  @ApiProperty({ example: '1000.10', description: 'What left the account.' })
  debits: string;

  @ApiProperty({ example: '0.00', description: 'What reached the account.' })
  credits: string;

  @ApiProperty({
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
