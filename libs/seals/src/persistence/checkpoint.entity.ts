import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** No foreign keys: the platform's own audit events are sealed as well. */
@Entity('checkpoints')
@Unique('checkpoints_number_key', ['institutionId', 'number'])
@Check('checkpoints_number_check', 'number >= 1')
@Check('checkpoints_range_check', '(number = 1) = (range_after IS NULL) AND range_after < range_until')
@Check('checkpoints_counts_check', 'ledger_event_count >= 0 AND audit_event_count >= 0')
@Check(
  'checkpoints_hashes_check',
  `merkle_root ~ '^[0-9a-f]{64}$' AND previous_hash ~ '^[0-9a-f]{64}$' AND hash ~ '^[0-9a-f]{64}$'`,
)
export class CheckpointEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'checkpoints_pk' })
  id: string;

  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'checkpoints_pk',
  })
  institutionId: string;

  @Column('integer', { name: 'number' })
  number: number;

  @Column('timestamptz', { name: 'range_after', nullable: true })
  rangeAfter: Date | null;

  @Column('timestamptz', { name: 'range_until' })
  rangeUntil: Date;

  @Column('integer', { name: 'ledger_event_count' })
  ledgerEventCount: number;

  @Column('integer', { name: 'audit_event_count' })
  auditEventCount: number;

  @Column('text', { name: 'merkle_root' })
  merkleRoot: string;

  @Column('text', { name: 'previous_hash' })
  previousHash: string;

  @Column('text', { name: 'hash' })
  hash: string;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('text', { name: 'signature' })
  signature: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
