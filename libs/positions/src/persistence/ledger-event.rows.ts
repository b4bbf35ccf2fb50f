import { Money } from '#kernel';
import type { Account, LedgerEvent, LedgerEventKind, Transfer } from '../domain/ledger-event.js';
import type { PositionState } from '../domain/lifecycle.js';
import type { LedgerEventEntity } from './ledger-event.entity.js';

export const LEDGER_EVENT_ORDER = ['createdAt', 'id'] as const;
export const LEDGER_EVENT_ORDER_IN_POSITION = ['seq'] as const;

export function toRow({ transfer, ...event }: LedgerEvent): LedgerEventEntity {
  return {
    ...event,
    debitAccount: transfer?.debitAccount ?? null,
    creditAccount: transfer?.creditAccount ?? null,
    amount: transfer?.amount.toString() ?? null,
    createdAt: event.at,
  };
}

export function fromRow({
  createdAt: _,
  debitAccount,
  creditAccount,
  amount,
  ...row
}: LedgerEventEntity): LedgerEvent {
  return {
    ...row,
    kind: row.kind as LedgerEventKind,
    previousState: row.previousState as PositionState | null,
    newState: row.newState as PositionState,
    transfer: toTransfer(row.currency, debitAccount, creditAccount, amount),
  };
}

export function toTransfer(
  currency: string,
  debitAccount: string | null,
  creditAccount: string | null,
  amount: string | null,
): Transfer | null {
  if (debitAccount === null || creditAccount === null || amount === null) return null;
  return {
    debitAccount: debitAccount as Account,
    creditAccount: creditAccount as Account,
    amount: Money.fromStored(currency, amount),
  };
}
