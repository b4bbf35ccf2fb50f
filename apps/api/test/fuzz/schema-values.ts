import fc, { type Arbitrary } from 'fast-check';
import type { Json } from '../support/client.js';
import { agreeingMembers, knownValues } from './known-values.js';
import { resolved } from './operations.js';

/** Values that a schema of the document allows; where their name says more than the schema, mostly of such. */
export function valuesOf(schema: Json, name = ''): Arbitrary<Json> {
  const known = knownValues[name];
  const allowed = allowedBy(resolved(schema) ?? {}, name);
  if (known === undefined) return allowed;
  return fc.oneof({ weight: 7, arbitrary: known }, { weight: 1, arbitrary: allowed });
}

function allowedBy(schema: Json, name: string): Arbitrary<Json> {
  const { enum: choices, oneOf, anyOf, allOf, type } = schema;
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(choices)) return fc.constantFrom(...choices);
  const options = oneOf ?? anyOf;
  if (Array.isArray(options)) return fc.oneof(...options.map((option: Json) => valuesOf(option, name)));
  if (Array.isArray(allOf)) {
    return fc.tuple(...allOf.map((part: Json) => valuesOf(part))).map((parts) => Object.assign({}, ...parts));
  }
  const types: string[] = type === undefined ? [guessedType(schema)] : [type].flat();
  return fc.oneof(...types.map((each) => ofType(each, schema, name)));
}

function guessedType(schema: Json): string {
  return 'properties' in schema ? 'object' : 'string';
}

function ofType(type: string, schema: Json, name: string): Arbitrary<Json> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1000 });
    case 'array':
      return listsOf(schema, name);
    case 'object':
      return objectsOf(schema);
    default:
      return textsOf(schema);
  }
}

function textsOf({
  pattern,
  format,
  minLength = 0,
  maxLength = 300,
  examples,
  example,
}: Json): Arbitrary<string> {
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  if (format === 'date-time') return MOMENTS;
  const shown = [examples, example].flat().filter((text) => typeof text === 'string');
  const texts = fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 20) }) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(maxLength)) },
  );
  if (shown.length === 0) return texts;
  return fc.oneof({ weight: 1, arbitrary: fc.constantFrom(...shown) }, { weight: 1, arbitrary: texts });
}

const MOMENTS: Arbitrary<string> = fc.constantFrom(
  ...['2020-01-01T00:00:00Z', '2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', '2999-01-01T00:00:00Z'],
  ...['2026-01-01T02:00:00.000+02:00', '2026-01-01T00:00:00.000999Z', '0001-01-01T00:00:00Z'],
);

/** Short lists, and now and then one as long as it may be. */
function listsOf(
  { items = {}, minItems = 0, maxItems = 3, uniqueItems = false }: Json,
  name: string,
): Arbitrary<Json> {
  const values = valuesOf(items, name);
  const length = { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 3)) };
  if (uniqueItems === true) return fc.uniqueArray(values, length);
  return fc.array(values, length);
}

const MEMBER_NAMES = fc.constantFrom('lot', 'project', 'é', '', 'constructor', 'toString');

function objectsOf({ properties, required = [], additionalProperties }: Json): Arbitrary<Json> {
  if (properties === undefined) {
    const isSchema = typeof additionalProperties === 'object';
    const values = isSchema ? valuesOf(additionalProperties) : fc.jsonValue({ maxDepth: 2 });
    return fc.dictionary(MEMBER_NAMES, values, { maxKeys: 3 });
  }
  const members = Object.fromEntries(
    Object.entries<Json>(properties).map(([name, schema]) => [name, valuesOf(schema, name)]),
  );
  const objects = fc.record(members, { requiredKeys: required });
  const fitting = agreeingMembers.find(({ names }) => names.every((name) => name in properties));
  if (fitting === undefined) return objects;
  const agreeing = fc.tuple(objects, fitting.members).map(([object, agreed]) => ({ ...object, ...agreed }));
  return fc.oneof({ weight: 3, arbitrary: agreeing }, { weight: 1, arbitrary: objects });
}
