import { HASH_SCHEMA } from '#http';
import { ApiProperty } from '@nestjs/swagger';
import type { Verification } from '../domain/verify-position.js';

export class VerificationResponse {
  @ApiProperty({ example: true, description: 'Whether all that is stored of the position holds.' })
  verified: boolean;

  @ApiProperty({ type: 'integer', minimum: 0, example: 2, description: 'How many ledger events there are.' })
  length: number;

  @ApiProperty({
    ...HASH_SCHEMA,
    nullable: true,
    description: 'The hash of the last of them; null if there are none.',
  })
  head: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    example: null,
    description: 'The first step at which the record does not hold; null if it holds.',
  })
  firstBrokenSeq: number | null;
}

export function toVerificationResponse(verification: Verification): VerificationResponse {
  const { verified, length, head, firstBrokenSeq } = verification;
  return { verified, length, head, firstBrokenSeq };
}
