import type { Turnover } from '../domain/balance.js';
import { toTransfer } from './ledger-event.rows.js';

/** A ledger event, or the sum of several between the same accounts; all but the currency is null where none moved. */
export interface TurnoverRow {
  readonly currency: string;
  readonly debitAccount: string | null;
  readonly creditAccount: string | null;
  readonly amount: string | null;
}

export function toTurnovers(rows: readonly TurnoverRow[]): Turnover[] {
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, ofCurrency]) => ({
    currency,
    transfers: ofCurrency.flatMap(
      ({ debitAccount, creditAccount, amount }) =>
        toTransfer(currency, debitAccount, creditAccount, amount) ?? [],
    ),
  }));
}
