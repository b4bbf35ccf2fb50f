import { findCurrency, isDecimal, type IdPrefix } from '#kernel';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { field, type FieldOptions, type ValueFault } from './field.js';
import { Free } from './free-members.js';
import { jsonObjectFault } from './json-faults.js';
import { AMOUNT_SCHEMA, CURRENCY_SCHEMA, exampleId, TIME_SCHEMA } from './schemas.js';
import { forbiddenCharacter } from './text-faults.js';

const notAString: ValueFault = { code: 'field.wrong_type', detail: 'Must be a JSON string.' };

/** A text of 1 to `max` characters (code points). */
export function Text({ max = 200, ...options }: FieldOptions & { max?: number } = {}): PropertyDecorator {
  return field({
    ...options,
    schema: { type: 'string', minLength: 1, maxLength: max },
    check: (value) => {
      if (typeof value !== 'string') return missing(value) ?? notAString;
      const length = [...value].length;
      if (length < 1 || length > max)
        return { code: 'field.wrong_length', detail: `Must have 1 to ${max} characters.` };
      return forbiddenCharacter(value);
    },
  });
}

/** An exact amount: a plain decimal in a JSON string. JSON numbers are refused, since parsers round them. */
export function Amount(options: FieldOptions = {}): PropertyDecorator {
  return field({
    ...options,
    schema: AMOUNT_SCHEMA,
    check: (value) => {
      if (value === undefined) return missing(value);
      if (typeof value !== 'string') {
        return {
          code: 'money.malformed_amount',
          detail: 'Must be a decimal in a JSON string, such as "1000.10".',
        };
      }
      if (isDecimal(value)) return undefined;
      return { code: 'money.malformed_amount', detail: 'Must be a plain decimal, such as "1000.10".' };
    },
  });
}

function currencyFault(value: unknown): ValueFault | undefined {
  if (typeof value !== 'string') return missing(value) ?? notAString;
  if (findCurrency(value) !== undefined) return undefined;
  return { code: 'money.unknown_currency', detail: 'Must be the code of an active ISO 4217 currency.' };
}

/** An active ISO 4217 currency code. */
export function CurrencyCode(options: FieldOptions = {}): PropertyDecorator {
  return field({
    ...options,
    schema: CURRENCY_SCHEMA,
    check: currencyFault,
  });
}

function oneOfFault(value: unknown, values: readonly string[]): ValueFault | undefined {
  if (typeof value !== 'string') return missing(value) ?? notAString;
  if (values.includes(value)) return undefined;
  return { code: 'field.not_allowed', detail: `Must be one of ${values.join(', ')}.` };
}

/** One of some names. */
export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field({
    ...options,
    schema: { type: 'string', enum: [...values] },
    check: (value) => oneOfFault(value, values),
  });
}

type ItemCheck = (item: unknown) => ValueFault | undefined;

/** A list of different texts, at least one. */
function list(
  options: FieldOptions,
  items: Record<string, unknown>,
  check: (value: unknown) => ValueFault | undefined,
): PropertyDecorator {
  return field({
    ...options,
    schema: { type: 'array', items, minItems: 1, uniqueItems: true } as never,
    check,
  });
}

const REPEATED: ValueFault = { code: 'field.not_allowed', detail: 'Is given more than once.' };

/** What is wrong with a list, or with the first of its items that is at fault. */
function listFault(value: unknown, itemFault: ItemCheck): ValueFault | undefined {
  if (!Array.isArray(value))
    return missing(value) ?? { code: 'field.wrong_type', detail: 'Must be a JSON array.' };
  if (value.length < 1) return { code: 'field.wrong_length', detail: 'Must have at least one item.' };
  for (const [index, item] of value.entries()) {
    const fault = itemFault(item) ?? (value.indexOf(item) < index ? REPEATED : undefined);
    if (fault) return { ...fault, at: `/${index}` };
  }
  return undefined;
}

/** A list of some names, without repetition. */
export function ManyOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  const items = { type: 'string', enum: [...values] };
  return list(options, items, (value) => listFault(value, (item) => oneOfFault(item, values)));
}

/** Any of some names, without repetition: a parameter of a query that may be given several times. */
export function AnyOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  const items = { type: 'string', enum: [...values] };
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value)),
    list(options, items, (value) => {
      const fault = listFault(value, (item) => oneOfFault(item, values));
      // The values of a parameter have no places that a client could know of.
      return fault && { code: fault.code, detail: fault.detail };
    }),
  );
}

/** A list of currency codes, without repetition. */
export function CurrencyCodes(options: FieldOptions = {}): PropertyDecorator {
  const items = { type: 'string', pattern: '^[A-Z]{3}$' };
  return list(options, items, (value) => listFault(value, currencyFault));
}

/** The id of a thing. Any text will do: what is no id of that kind is the id of nothing, and is answered so. */
export function Id(prefix: IdPrefix, options: FieldOptions = {}): PropertyDecorator {
  return field({
    ...options,
    schema: { type: 'string', example: exampleId(prefix) },
    check: (value) => (typeof value === 'string' ? undefined : (missing(value) ?? notAString)),
  });
}

/** A free JSON object of at most 16 KiB and 16 levels. */
export function FreeObject(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Free,
    field({
      ...options,
      schema: { type: 'object', additionalProperties: true },
      check: (value) => missing(value) ?? jsonObjectFault(value),
    }),
  );
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

function momentFault(value: unknown): ValueFault | undefined {
  if (value instanceof Date) return undefined;
  if (typeof value !== 'string') return missing(value) ?? notAString;
  return { code: 'field.malformed', detail: 'Must be an RFC 3339 time, such as 2026-01-31T12:00:00Z.' };
}

/** A moment as RFC 3339 text, given to the service as a Date. */
export function Moment(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => parseMoment(value)),
    field({ ...options, schema: TIME_SCHEMA, check: momentFault }),
  );
}

function parseMoment(value: unknown): unknown {
  if (typeof value !== 'string' || !RFC_3339.test(value)) return value;
  const moment = new Date(value);
  // Date turns the 30th of February into a day of March.
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  const sameDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
  // An offset can carry the last hours of year 9999 beyond what RFC 3339 and PostgreSQL know.
  const year = moment.getUTCFullYear();
  return sameDay && year >= 1 && year <= 9999 ? moment : value;
}

/** A whole number in a query string. */
export function WholeNumber(
  options: FieldOptions & { min: number; max: number; default: number },
): PropertyDecorator {
  const { min, max, default: fallback } = options;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^[0-9]{1,9}$/.test(value) ? Number(value) : value,
    ),
    field({
      ...options,
      optional: true,
      schema: { type: 'integer', minimum: min, maximum: max, default: fallback },
      check: (value) =>
        typeof value === 'number' && value >= min && value <= max
          ? undefined
          : { code: 'field.not_allowed', detail: `Must be a whole number from ${min} to ${max}.` },
    }),
  );
}

/** A whole number as a JSON number. */
export function JsonWholeNumber(
  options: FieldOptions & { min: number; max: number; default: number },
): PropertyDecorator {
  const { min, max, default: fallback } = options;
  return field({
    ...options,
    optional: true,
    schema: { type: 'integer', minimum: min, maximum: max, default: fallback },
    check: (value) => {
      if (typeof value !== 'number') return { code: 'field.wrong_type', detail: 'Must be a JSON number.' };
      if (Number.isInteger(value) && value >= min && value <= max) return undefined;
      return { code: 'field.not_allowed', detail: `Must be a whole number from ${min} to ${max}.` };
    },
  });
}

function missing(value: unknown): ValueFault | undefined {
  return value === undefined ? { code: 'field.required', detail: 'Is required.' } : undefined;
}
