import type { FieldFault, JsonObject, Region, Vertical } from '#kernel';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { currencyField, type ConfigField } from './config-fields.js';
import type { ConfigRule, TemplateConfig } from './template-config.js';

/** What a template code stands for. */
export interface TemplateType {
  readonly code: string;
  readonly vertical: Vertical;
  /** The JSON Schema (2020-12) of `config`. */
  readonly schema: JsonObject;
  /** Everything that is wrong with a config of a template for `region`, with pointers into the request. */
  readonly findFaults: (config: JsonObject, region: Region) => FieldFault[];
}

interface Definition {
  readonly code: string;
  readonly vertical: Vertical;
  /** The fields of `config` besides its currency, which every type has. */
  readonly fields: Readonly<Record<string, ConfigField>>;
  /** What a schema cannot say. The rules see a config that satisfies the schema. */
  readonly rules?: readonly ConfigRule[];
}

/** Formats are enforced: to the dialect itself they are mere annotations. */
const ajv = addFormats.default(new Ajv2020({ allErrors: true }));

export function defineTemplateType({ code, vertical, fields, rules = [] }: Definition): TemplateType {
  const allFields = { currency: currencyField, ...fields };
  const schema = configSchema(code, allFields);
  const satisfiesSchema = ajv.compile(schema);
  return {
    code,
    vertical,
    schema,
    findFaults: (config, region) => {
      if (!satisfiesSchema(config)) return toFieldFaults(satisfiesSchema.errors ?? [], allFields);
      return rules.flatMap((rule) => rule(config as TemplateConfig, region));
    },
  };
}

function configSchema(title: string, fields: Readonly<Record<string, ConfigField>>): JsonObject {
  const entries = Object.entries(fields);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
    required: entries.filter(([, { optional }]) => optional !== true).map(([name]) => name),
    additionalProperties: false,
  };
}

/** One fault for each field, however many parts of the field's schema it breaks. */
function toFieldFaults(
  errors: readonly ErrorObject[],
  fields: Readonly<Record<string, ConfigField>>,
): FieldFault[] {
  const faults = errors.map((error) => toFieldFault(error, fields));
  return [...new Map(faults.map((fault) => [fault.pointer, fault])).values()];
}

function toFieldFault(error: ErrorObject, fields: Readonly<Record<string, ConfigField>>): FieldFault {
  const parameters = error.params as { missingProperty?: string; additionalProperty?: string };
  if (parameters.missingProperty !== undefined) {
    return { pointer: pointerTo(parameters.missingProperty), code: 'field.required', detail: 'Is required.' };
  }
  if (parameters.additionalProperty !== undefined) {
    return {
      pointer: pointerTo(parameters.additionalProperty),
      code: 'field.unknown',
      detail: 'There is no such field.',
    };
  }
  const field = fields[error.instancePath.split('/')[1] ?? ''];
  if (field === undefined)
    throw new Error(`A config schema is broken outside of its fields: ${error.schemaPath}.`);
  return { pointer: `/config${error.instancePath}`, code: field.code, detail: field.detail };
}

function pointerTo(name: string): string {
  return `/config/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
