import type { JsonObject } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ACCOUNTS, LEDGER_EVENT_KINDS, toLedgerDocument, type LedgerEvent } from '../domain/ledger-event.js';
import { POSITION_STATES } from '../domain/lifecycle.js';

export class LedgerEventResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  institutionId: string;

  @ApiProperty()
  positionId: string;

  @ApiProperty({ type: 'integer' })
  seq: number;

  @ApiProperty({ enum: LEDGER_EVENT_KINDS })
  kind: string;

  @ApiProperty({ enum: POSITION_STATES, nullable: true })
  previousState: string | null;

  @ApiProperty({ enum: POSITION_STATES })
  newState: string;

  @ApiProperty({ enum: ACCOUNTS, nullable: true, description: 'Null when the step moves no money.' })
  debitAccount: string | null;

  @ApiProperty({ enum: ACCOUNTS, nullable: true })
  creditAccount: string | null;

  @ApiProperty({ type: String, nullable: true })
  amount: string | null;

  @ApiProperty()
  currency: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  payload: JsonObject;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ description: 'The hash of the position’s ledger event before; 64 zeros for the first.' })
  previousHash: string;

  @ApiProperty({ description: 'SHA-256 of the RFC 8785 text of this object without `hash`.' })
  hash: string;
}

export function toLedgerEventResponse(event: LedgerEvent): LedgerEventResponse {
  return { ...toLedgerDocument(event), hash: event.hash };
}
