/** Digits after the point that any amount may have; PostgreSQL keeps amounts as NUMERIC(32,8). */
const MAX_SCALE = 8;

/** An unsigned plain decimal: no exponent, sign, blank or leading zero, at most 24 digits before the point. */
export const DECIMAL_PATTERN = /^(?:0|[1-9][0-9]{0,23})(?:\.[0-9]{1,8})?$/;

export function isDecimal(text: string): boolean {
  return DECIMAL_PATTERN.test(text);
}

/** The number of digits after the point. */
export function scaleOf(decimal: string): number {
  const point = decimal.indexOf('.');
  return point < 0 ? 0 : decimal.length - point - 1;
}

/** A plain decimal as an integer count of its `scale`-th decimal places, exactly. */
export function toUnits(decimal: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  if (fraction.length > scale) throw new RangeError(`${decimal} has more than ${scale} decimal places.`);
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

/** The inverse of {@link toUnits}: always exactly `scale` digits after the point. */
export function fromUnits(units: bigint, scale: number): string {
  const digits = units.toString().padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Compares two plain decimals by value: negative, zero or positive. */
export function compareDecimals(left: string, right: string): number {
  const difference = toUnits(left, MAX_SCALE) - toUnits(right, MAX_SCALE);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
