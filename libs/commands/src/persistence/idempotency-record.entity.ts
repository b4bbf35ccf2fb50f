import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '#kernel';

@Entity('idempotency_records')
@Index('idempotency_records_expires_idx', ['expiresAt'])
export class IdempotencyRecordEntity {
  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'idempotency_records_pk',
  })
  institutionId: string;

  @PrimaryColumn('text', { name: 'key', collation: 'C', primaryKeyConstraintName: 'idempotency_records_pk' })
  key: string;

  @Column('text', { name: 'request_hash' })
  requestHash: string;

  @Column('integer', { name: 'status' })
  status: number;

  @Column('jsonb', { name: 'headers' })
  headers: JsonObject;

  /** Text, since jsonb would reorder the members of the reply that is replayed. */
  @Column('text', { name: 'body' })
  body: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
