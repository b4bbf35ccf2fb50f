import { currencyCodesInUse, DECIMAL_PATTERN, REGIONS, type JsonObject } from '#kernel';
import { COUNTRY_CODES } from './country-codes.js';

/** One field of a template's config: its JSON Schema, and what is answered where a value does not satisfy it. */
export interface ConfigField {
  readonly schema: JsonObject;
  readonly code: string;
  readonly detail: string;
  readonly optional?: boolean;
}

export function optional(field: ConfigField): ConfigField {
  return { ...field, optional: true };
}

export const currencyField: ConfigField = {
  schema: {
    type: 'string',
    enum: currencyCodesInUse(),
    description: 'The ISO 4217 code of the currency that positions are held in.',
  },
  code: 'money.unknown_currency',
  detail: 'Must be the code of an active ISO 4217 currency.',
};

export const amountField: ConfigField = {
  schema: {
    type: 'string',
    pattern: DECIMAL_PATTERN.source,
    description: 'An exact amount of the currency. JSON numbers are refused, since parsers round them.',
  },
  code: 'money.malformed_amount',
  detail: 'Must be a plain decimal in a JSON string, such as "1000.10".',
};

export const percentageField: ConfigField = {
  schema: { type: 'number', minimum: 0, maximum: 100, description: 'A percentage from 0 to 100.' },
  code: 'field.not_allowed',
  detail: 'Must be a number from 0 to 100.',
};

export const regionField: ConfigField = {
  schema: { type: 'string', enum: [...REGIONS], description: 'The region of the template.' },
  code: 'field.not_allowed',
  detail: `Must be one of ${REGIONS.join(', ')}.`,
};

export const countryField: ConfigField = {
  schema: { type: 'string', enum: COUNTRY_CODES, description: 'An ISO 3166-1 alpha-2 country code.' },
  code: 'field.not_allowed',
  detail: 'Must be an ISO 3166-1 alpha-2 country code.',
};

/** JSON parsers round whole numbers beyond this. */
const MAX_DAYS = Number.MAX_SAFE_INTEGER;

export const tenorDaysField: ConfigField = {
  schema: { type: 'integer', minimum: 1, maximum: MAX_DAYS, description: 'Whole days.' },
  code: 'field.not_allowed',
  detail: 'Must be a whole number of days, at least 1.',
};
