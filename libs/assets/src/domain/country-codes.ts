// The package's main entry loads the country names of eighty languages as well.
import countries from 'i18n-iso-countries/index.js';

/** The package knows Kosovo's code, which ISO 3166-1 leaves to its users and does not assign. */
const NOT_ASSIGNED = new Set(['XK']);

/** The country codes of ISO 3166-1 alpha-2, sorted. */
export const COUNTRY_CODES: readonly string[] = Object.keys(countries.getAlpha2Codes())
  .filter((code) => !NOT_ASSIGNED.has(code))
  .sort();
