import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { JsonObject } from '#kernel';
import { POSITION_STATE_LIST } from './position-state-list.js';

@Entity('position_events')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'position_events_institution_fk' })
@ForeignKey('positions', ['positionId', 'institutionId'], ['id', 'institutionId'], {
  name: 'position_events_position_fk',
})
@Unique('position_events_seq_key', ['institutionId', 'positionId', 'seq'])
@Check('position_events_seq_check', 'seq >= 1')
@Check('position_events_from_state_check', `from_state IN (${POSITION_STATE_LIST})`)
@Check('position_events_to_state_check', `to_state IN (${POSITION_STATE_LIST})`)
@Check(
  'position_events_first_check',
  `(seq = 1) = (from_state IS NULL) AND (seq = 1) = (to_state = 'CREATED')`,
)
@Check('position_events_amount_check', `amount > 0 AND amount <> 'NaN'`)
export class PositionEventEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'position_events_pk' })
  id: string;

  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'position_events_pk',
  })
  institutionId: string;

  @Column({ type: 'text', name: 'position_id', collation: 'C' })
  positionId: string;

  /** The version of the position that this step produced. */
  @Column('integer', { name: 'seq' })
  seq: number;

  @Column('text', { name: 'from_state', nullable: true })
  fromState: string | null;

  @Column('text', { name: 'to_state' })
  toState: string;

  @Column('numeric', { name: 'amount', precision: 32, scale: 8, nullable: true })
  amount: string | null;

  @Column('text', { name: 'reason', nullable: true })
  reason: string | null;

  @Column('jsonb', { name: 'metadata', nullable: true })
  metadata: JsonObject | null;

  @Column('timestamptz', { name: 'at' })
  at: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
