import { HASH_SCHEMA } from '#http';
import { ApiProperty } from '@nestjs/swagger';
import type { VerifiedCheckpoint } from '../seals-verifier.js';

export class CheckpointVerificationResponse {
  @ApiProperty({
    type: 'boolean',
    description:
      'Whether the checkpoint, its place after the one before, and all that it seals are what they were; `signature` says whether its signature was judged.',
    example: true,
  })
  verified: boolean;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  number: number;

  @ApiProperty({ ...HASH_SCHEMA, description: 'The hash of the checkpoint.' })
  hash: string;

  @ApiProperty({
    type: 'string',
    enum: ['good', 'bad', 'unknown_key', 'unjudged'],
    example: 'good',
    description:
      'Whether the signature holds. That of a key which the service does not know does not; where it knows no key at all, it is not judged.',
  })
  signature: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: null,
    description: 'What does not hold, in words; null if all does.',
  })
  why: string | null;
}

export function toCheckpointVerificationResponse({
  checkpoint,
  verified,
  signature,
  why,
}: VerifiedCheckpoint): CheckpointVerificationResponse {
  return { verified, number: checkpoint.number, hash: checkpoint.hash, signature, why };
}
