import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { POSITION_STATE_LIST } from './position-state-list.js';

@Entity('positions')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'positions_institution_fk' })
@ForeignKey('assets', ['assetId', 'institutionId'], ['id', 'institutionId'], { name: 'positions_asset_fk' })
@Check('positions_state_check', `state IN (${POSITION_STATE_LIST})`)
@Check('positions_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('positions_amount_check', `amount > 0 AND amount <> 'NaN'`)
@Check('positions_released_amount_check', 'released_amount >= 0')
@Check('positions_refunded_amount_check', 'refunded_amount >= 0')
@Check('positions_moved_amount_check', 'released_amount + refunded_amount <= amount')
@Check(
  'positions_state_amounts_check',
  `CASE state
    WHEN 'CREATED' THEN released_amount = 0 AND refunded_amount = 0
    WHEN 'FUNDED' THEN released_amount = 0 AND refunded_amount = 0
    WHEN 'PARTIALLY_RELEASED' THEN released_amount > 0 AND released_amount < amount AND refunded_amount = 0
    WHEN 'RELEASED' THEN released_amount = amount AND refunded_amount = 0
    ELSE (released_amount = 0 AND refunded_amount = 0)
      OR (refunded_amount > 0 AND released_amount + refunded_amount = amount)
  END`,
)
@Check('positions_ledger_head_check', `ledger_head ~ '^[0-9a-f]{64}$'`)
@Check('positions_version_check', 'version >= 1')
@Index('positions_institution_created_idx', ['institutionId', 'createdAt', 'id'])
@Index('positions_asset_created_idx', ['institutionId', 'assetId', 'createdAt', 'id'])
@Index('positions_holder_created_idx', ['institutionId', 'holderReference', 'createdAt', 'id'])
@Index('positions_state_created_idx', ['institutionId', 'state', 'createdAt', 'id'])
@Index('positions_external_created_idx', ['institutionId', 'externalReference', 'createdAt', 'id'])
export class PositionEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'positions_pk' })
  id: string;

  @PrimaryColumn('text', { name: 'institution_id', collation: 'C', primaryKeyConstraintName: 'positions_pk' })
  institutionId: string;

  @Column({ type: 'text', name: 'asset_id', collation: 'C' })
  assetId: string;

  @Column('text', { name: 'holder_reference' })
  holderReference: string;

  @Column('text', { name: 'currency' })
  currency: string;

  @Column('numeric', { name: 'amount', precision: 32, scale: 8 })
  amount: string;

  @Column('numeric', { name: 'released_amount', precision: 32, scale: 8 })
  releasedAmount: string;

  @Column('numeric', { name: 'refunded_amount', precision: 32, scale: 8 })
  refundedAmount: string;

  @Column('text', { name: 'state' })
  state: string;

  @Column('text', { name: 'external_reference', nullable: true })
  externalReference: string | null;

  /** Hash of the position's last ledger event, so that a removed tail of the chain is seen. */
  @Column('text', { name: 'ledger_head' })
  ledgerHead: string;

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
