import { HASH_SCHEMA, idSchema, TIME_SCHEMA } from '#http';
import { ApiProperty } from '@nestjs/swagger';
import { toShownCheckpoint, type Checkpoint } from '../domain/checkpoint.js';

const COUNT_SCHEMA = { type: 'integer', minimum: 0, example: 3 } as const;

export class CheckpointResponse {
  @ApiProperty(idSchema('ckpt'))
  id: string;

  @ApiProperty({
    ...idSchema('inst'),
    nullable: true,
    description: 'Null for what concerns no institution.',
  })
  institutionId: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2, description: '1, 2, 3 … in each institution.' })
  number: number;

  @ApiProperty({
    ...TIME_SCHEMA,
    nullable: true,
    description:
      'It seals what is later than this: the `until` of the checkpoint before, null for the first.',
  })
  after: string | null;

  @ApiProperty({
    ...TIME_SCHEMA,
    example: '2026-01-31T12:01:00.000Z',
    description: 'It seals what is not later than this.',
  })
  until: string;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'The ledger events whose `at` is in the range.' })
  ledgerEventCount: number;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'The audit events whose `occurredAt` is in the range.' })
  auditEventCount: number;

  @ApiProperty({
    ...HASH_SCHEMA,
    description:
      'The Merkle tree hash (RFC 6962, section 2.1, SHA-256) of the ledger events, in the order of their list, and then the audit events in that of theirs: a leaf is the RFC 8785 text of an event as the API shows it.',
  })
  merkleRoot: string;

  @ApiProperty({
    ...HASH_SCHEMA,
    description: 'The hash of the checkpoint before; 64 zeros for the first.',
    example: 'c0ffee1d5a7b3e9f20468ac1d0f3e7b2594683d1a0b3f4e59627180c9dabe3f5',
  })
  previousHash: string;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{32}$',
    example: '5f1d0c9e8b7a69584736251403f2e1d0',
    description:
      'The first 32 hex digits of the SHA-256 of the public key (SubjectPublicKeyInfo in DER, RFC 8410) that the signature is of. The operator has the key.',
  })
  keyId: string;

  @ApiProperty({ ...TIME_SCHEMA, example: '2026-01-31T12:02:00.000Z' })
  createdAt: string;

  @ApiProperty({
    ...HASH_SCHEMA,
    description: 'SHA-256 of the RFC 8785 text of this object without `hash` and `signature`.',
    example: '9a1b3c5d7e9f0a2b4c6d8e0f1a3b5c7d9e1f0a2b4c6d8e0f1a3b5c7d9e1f0a2b',
  })
  hash: string;

  @ApiProperty({
    type: 'string',
    pattern: '^[A-Za-z0-9+/]{86}==$',
    example: `${'Rm9yIHNlYWxz'.repeat(7)}Zg==`,
    description: 'The Ed25519 signature (RFC 8032) of the text that `hash` is of, in base64.',
  })
  signature: string;
}

export function toCheckpointResponse(checkpoint: Checkpoint): CheckpointResponse {
  return toShownCheckpoint(checkpoint);
}
