/**
 * ISO 4217's decimal places of currencies that have other than two, typed out here so that the product's own table
 * is not what its amounts are checked with.
 */
const PLACES_OTHER_THAN_TWO: readonly (readonly [places: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];
const placesByCode = new Map(
  PLACES_OTHER_THAN_TWO.flatMap(([places, codes]) => codes.split(' ').map((code) => [code, places] as const)),
);

/** The most decimal places that any plain decimal of the API has. */
const MOST_PLACES = 8;

export function placesOf(currency: string): number {
  return placesByCode.get(currency) ?? 2;
}

/** An amount in words of the API as a whole number of its currency's smallest unit. */
export function toMinorUnits(amount: string, currency: string): bigint {
  return scaled(amount, placesOf(currency));
}

/** The text of an amount or, with a minus sign, of what is less than nothing. */
export function fromMinorUnits(units: bigint, currency: string): string {
  const places = placesOf(currency);
  const [sign, size] = units < 0n ? ['-', -units] : ['', units];
  const digits = size.toString().padStart(places + 1, '0');
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The number of decimal places that a plain decimal is written with. */
export function writtenPlaces(decimal: string): number {
  return decimal.split('.')[1]?.length ?? 0;
}

/** Whether one plain decimal is less than another, whatever currencies they are of. */
export function isLess(left: string, right: string): boolean {
  return scaled(left, MOST_PLACES) < scaled(right, MOST_PLACES);
}

/** A plain decimal, cut to a number of places. */
export function cutTo(decimal: string, places: number): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const kept = fraction.slice(0, places);
  return kept === '' ? whole : `${whole}.${kept}`;
}

function scaled(decimal: string, places: number): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  if (fraction.length > places) throw new RangeError(`${decimal} has more than ${places} decimal places.`);
  return BigInt(whole) * 10n ** BigInt(places) + BigInt(fraction.padEnd(places, '0') || '0');
}
