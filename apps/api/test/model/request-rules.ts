import type { Json } from '../support/client.js';
import type { Refusal } from '../support/problems.js';
import { refusalAt } from './expected.js';
import { isLess, placesOf, toMinorUnits, writtenPlaces } from './minor-units.js';

/** The body of a request for a new template. */
export interface Terms {
  readonly code: string;
  readonly name: string;
  readonly vertical: string;
  readonly region: string;
  readonly config: Readonly<Record<string, Json>>;
}

/** The body of a request to open a position; anything may be wrong with it. */
export interface Opening {
  /** The name of an asset, or an id that nothing has. */
  readonly assetId: string;
  readonly holderReference: string;
  readonly currency: string;
  readonly amount: string | number;
  readonly externalReference?: string;
}

type Fault = readonly [pointer: string, code: string];

/** Where the institution of the model does business. */
export const SERVED_REGIONS = ['US', 'EU_UK', 'SG'];
/** Not in use, written wrongly, or no longer in use. */
export const UNKNOWN_CURRENCIES: readonly string[] = ['XXX', 'usd', 'DEM'];

const PLAIN_DECIMAL = /^(?:0|[1-9][0-9]{0,23})(?:\.[0-9]{1,8})?$/;

/** The business that each code belongs to. */
const VERTICALS: Readonly<Record<string, string>> = {
  CONSTR_ESCROW: 'CONSTRUCTION',
  CONSTR_RETAINAGE: 'CONSTRUCTION',
  TF_INVOICE: 'TRADE_FINANCE',
  TF_LC: 'TRADE_FINANCE',
};

export function isPlainDecimal(value: unknown): boolean {
  return typeof value === 'string' && PLAIN_DECIMAL.test(value);
}

/** What is wrong with the form of an opening, whatever the institution has. */
export function faultsOf({ currency, amount }: Opening, parent = ''): Fault[] {
  const faults: Fault[] = [];
  if (UNKNOWN_CURRENCIES.includes(currency)) faults.push([`${parent}/currency`, 'money.unknown_currency']);
  if (!isPlainDecimal(amount)) faults.push([`${parent}/amount`, 'money.malformed_amount']);
  return faults;
}

/** Why the amount of an opening is no amount of money of its currency that can be held. */
export function judgeMoney({ currency, amount }: Opening): Refusal | undefined {
  const text = String(amount);
  if (writtenPlaces(text) > placesOf(currency)) return tooManyDecimals(currency);
  if (toMinorUnits(text, currency) === 0n) return refusalAt('/amount', 400, 'money.not_positive');
  return undefined;
}

export function tooManyDecimals(currency: string): Refusal {
  const decimalPlaces = placesOf(currency);
  return refusalAt('/amount', 400, 'money.too_many_decimals', { currency, decimalPlaces });
}

/** Why a template of these terms may not be made. */
export function judgeTerms({ code, vertical, region, config }: Terms): Refusal | undefined {
  const errors = configFaults(region, config);
  if (errors.length > 0) return { status: 400, code: 'template.invalid_config', errors };
  const expected = VERTICALS[code];
  if (vertical !== expected) return refusalAt('/vertical', 422, 'template.wrong_vertical', { expected });
  if (SERVED_REGIONS.includes(region)) return undefined;
  return refusalAt('/region', 422, 'template.region_not_served', { regions: SERVED_REGIONS });
}

function configFaults(region: string, config: Terms['config']): Fault[] {
  const { currency, minAmount, maxAmount } = config;
  const faults: Fault[] = [];
  if (config.region !== undefined && config.region !== region) {
    faults.push(['/config/region', 'field.not_allowed']);
  }
  for (const [name, bound] of Object.entries({ minAmount, maxAmount })) {
    if (bound === undefined || writtenPlaces(bound) <= placesOf(currency)) continue;
    faults.push([`/config/${name}`, 'money.too_many_decimals']);
  }
  if (minAmount !== undefined && maxAmount !== undefined && isLess(maxAmount, minAmount)) {
    faults.push(['/config/minAmount', 'field.not_allowed']);
  }
  return faults;
}
