import { AMOUNT_SCHEMA, CURRENCY_SCHEMA, FREE_SCHEMA, HASH_SCHEMA, idSchema, TIME_SCHEMA } from '#http';
import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import {
  ACCOUNTS,
  LEDGER_EVENT_KINDS,
  toShownLedgerEvent,
  type LedgerEvent,
} from '../domain/ledger-event.js';
import { POSITION_STATES } from '../domain/lifecycle.js';

export class LedgerEventResponse {
  @ApiProperty(idSchema('le'))
  id: string;

  @ApiProperty(idSchema('inst'))
  institutionId: string;

  @ApiProperty(idSchema('pos'))
  positionId: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  seq: number;

  @ApiProperty({ enum: LEDGER_EVENT_KINDS, example: 'POSITION_STATE_CHANGED' })
  kind: string;

  @ApiProperty({ type: 'string', enum: POSITION_STATES, nullable: true, example: 'CREATED' })
  previousState: string | null;

  @ApiProperty({ enum: POSITION_STATES, example: 'FUNDED' })
  newState: string;

  @ApiProperty({
    type: 'string',
    enum: ACCOUNTS,
    nullable: true,
    example: 'depositor',
    description: 'Null when the step moves no money.',
  })
  debitAccount: string | null;

  @ApiProperty({ type: 'string', enum: ACCOUNTS, nullable: true, example: 'escrow' })
  creditAccount: string | null;

  @ApiProperty({ ...AMOUNT_SCHEMA, nullable: true })
  amount: string | null;

  @ApiProperty(CURRENCY_SCHEMA)
  currency: string;

  @ApiProperty({ ...FREE_SCHEMA, example: { metadataHash: null, reason: 'Deposit received' } })
  payload: JsonObject;

  @ApiProperty(TIME_SCHEMA)
  at: string;

  @ApiProperty({
    ...HASH_SCHEMA,
    description: 'The hash of the position’s ledger event before; 64 zeros for the first.',
    example: 'c0ffee1d5a7b3e9f20468ac1d0f3e7b2594683d1a0b3f4e59627180c9dabe3f5',
  })
  previousHash: string;

  @ApiProperty({
    ...HASH_SCHEMA,
    description: 'SHA-256 of the RFC 8785 text of this object without `hash`.',
  })
  hash: string;
}

export function toLedgerEventResponse(event: LedgerEvent): LedgerEventResponse {
  return toShownLedgerEvent(event);
}
