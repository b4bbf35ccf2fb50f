import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { JsonObject } from '#kernel';
import { POSITION_STATE_LIST } from './position-state-list.js';

const ACCOUNT_LIST = `'depositor', 'escrow', 'beneficiary'`;

@Entity('ledger_events')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'ledger_events_institution_fk' })
@ForeignKey('positions', ['positionId', 'institutionId'], ['id', 'institutionId'], {
  name: 'ledger_events_position_fk',
})
@Unique('ledger_events_seq_key', ['institutionId', 'positionId', 'seq'])
@Check('ledger_events_seq_check', 'seq >= 1')
@Check('ledger_events_kind_check', `kind IN ('POSITION_CREATED', 'POSITION_STATE_CHANGED')`)
@Check('ledger_events_previous_state_check', `previous_state IN (${POSITION_STATE_LIST})`)
@Check('ledger_events_new_state_check', `new_state IN (${POSITION_STATE_LIST})`)
@Check(
  'ledger_events_first_check',
  `(seq = 1) = (kind = 'POSITION_CREATED') AND (seq = 1) = (previous_state IS NULL) AND (seq = 1) = (new_state = 'CREATED')`,
)
@Check('ledger_events_debit_account_check', `debit_account IN (${ACCOUNT_LIST})`)
@Check('ledger_events_credit_account_check', `credit_account IN (${ACCOUNT_LIST})`)
@Check('ledger_events_amount_check', `amount > 0 AND amount <> 'NaN'`)
@Check('ledger_events_transfer_check', 'num_nulls(debit_account, credit_account, amount) IN (0, 3)')
@Check('ledger_events_two_accounts_check', 'debit_account <> credit_account')
@Check('ledger_events_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('ledger_events_previous_hash_check', `previous_hash ~ '^[0-9a-f]{64}$'`)
@Check('ledger_events_hash_check', `hash ~ '^[0-9a-f]{64}$'`)
@Index('ledger_events_institution_created_idx', ['institutionId', 'createdAt', 'id'])
export class LedgerEventEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'ledger_events_pk' })
  id: string;

  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'ledger_events_pk',
  })
  institutionId: string;

  @Column({ type: 'text', name: 'position_id', collation: 'C' })
  positionId: string;

  @Column('integer', { name: 'seq' })
  seq: number;

  @Column('text', { name: 'kind' })
  kind: string;

  @Column('text', { name: 'previous_state', nullable: true })
  previousState: string | null;

  @Column('text', { name: 'new_state' })
  newState: string;

  /** The transfer: both accounts and the amount are null together, when the step moves no money. */
  @Column('text', { name: 'debit_account', nullable: true })
  debitAccount: string | null;

  @Column('text', { name: 'credit_account', nullable: true })
  creditAccount: string | null;

  @Column('numeric', { name: 'amount', precision: 32, scale: 8, nullable: true })
  amount: string | null;

  @Column('text', { name: 'currency' })
  currency: string;

  @Column('jsonb', { name: 'payload' })
  payload: JsonObject;

  @Column('text', { name: 'previous_hash' })
  previousHash: string;

  @Column('text', { name: 'hash' })
  hash: string;

  @Column('timestamptz', { name: 'at' })
  at: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
