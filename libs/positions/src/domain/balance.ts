import { Money } from '#kernel';
import { ACCOUNTS, type Account, type Transfer } from './ledger-event.js';

/** What positions of one currency moved. Transfers between the same two accounts may be given as their sum. */
export interface Turnover {
  readonly currency: string;
  readonly transfers: readonly Transfer[];
}

/** What left one account and what reached it, over some positions of one currency. */
export interface Balance {
  readonly account: Account;
  readonly debits: Money;
  readonly credits: Money;
}

/**
 * The balances of every account in each currency, by currency. Each transfer counts once as a debit and once as a
 * credit, so that the balances of a currency add up to zero.
 */
export function balancesOf(turnovers: readonly Turnover[]): Balance[] {
  return [...turnovers]
    .sort((left, right) => (left.currency < right.currency ? -1 : 1))
    .flatMap((turnover) => ACCOUNTS.map((account) => balanceOf(account, turnover)));
}

/** Credits less debits as exact text, with a minus sign where more left the account than reached it. */
export function netOf({ debits, credits }: Balance): string {
  return credits.isLessThan(debits)
    ? `-${debits.minus(credits).toString()}`
    : credits.minus(debits).toString();
}

function balanceOf(account: Account, { currency, transfers }: Turnover): Balance {
  const sum = (side: 'debitAccount' | 'creditAccount'): Money =>
    transfers
      .filter((transfer) => transfer[side] === account)
      .reduce((total, { amount }) => total.plus(amount), Money.parse(currency, '0'));
  return { account, debits: sum('debitAccount'), credits: sum('creditAccount') };
}
