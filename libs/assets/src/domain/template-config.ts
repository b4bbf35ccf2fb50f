import { compareDecimals, DomainError, Money, type FieldFault, type JsonObject, type Region } from '#kernel';

/** A template's settings, as the schema of its code lays them down. What binds positions has these names. */
export type TemplateConfig = JsonObject & {
  readonly currency: string;
  /** Plain decimals, bounds included. */
  readonly minAmount?: string;
  readonly maxAmount?: string;
};

/** What is wrong with a config, beyond its schema, in a template for `region`. */
export type ConfigRule = (config: TemplateConfig, region: Region) => FieldFault[];

/** A config that names a region names the template's own. */
export const regionIsTheTemplates: ConfigRule = (config, region) => {
  if (config.region === region) return [];
  const detail = `Must be the region of the template, which is ${region}.`;
  return [{ pointer: '/config/region', code: 'field.not_allowed', detail }];
};

/** The bounds are amounts of the config's currency, the lower one not above the upper one. */
export const boundsSuitTheCurrency: ConfigRule = ({ currency, minAmount, maxAmount }) => {
  const faults = [
    ...amountFaults(currency, minAmount, '/config/minAmount'),
    ...amountFaults(currency, maxAmount, '/config/maxAmount'),
  ];
  if (minAmount !== undefined && maxAmount !== undefined && compareDecimals(minAmount, maxAmount) > 0) {
    const detail = 'Must not be more than maxAmount.';
    faults.push({ pointer: '/config/minAmount', code: 'field.not_allowed', detail });
  }
  return faults;
};

function amountFaults(currency: string, amount: string | undefined, pointer: string): readonly FieldFault[] {
  if (amount === undefined) return [];
  try {
    Money.parse(currency, amount, pointer);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.errors;
    throw error;
  }
}
