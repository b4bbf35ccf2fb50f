import currencyCodes from 'currency-codes';

/** An active ISO 4217 currency with its number of decimal digits. */
export interface Currency {
  readonly code: string;
  readonly digits: number;
}

/** ISO 4217 gives these codes (metals, units of account, tests) no minor unit, so no exact amount exists. */
const WITHOUT_MINOR_UNIT = new Set('XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '));

const currencies = new Map<string, Currency>(
  currencyCodes.data
    .filter(({ code }) => !WITHOUT_MINOR_UNIT.has(code))
    .map(({ code, digits }) => [code, { code, digits }]),
);

/** The currency of a code, which is case-sensitive; undefined when there is no such active currency. */
export function findCurrency(code: string): Currency | undefined {
  return currencies.get(code);
}

/** The codes of all currencies that money can be held in, sorted. */
export function currencyCodesInUse(): string[] {
  return [...currencies.keys()].sort();
}
