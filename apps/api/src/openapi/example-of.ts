import { resolved, type JsonSchema, type Schemas } from './document-parts.js';

/**
 * An example of what a schema describes, put together from the examples of its parts.
 *
 * @param path names the schema in the error for a part that has no example
 */
export function exampleOf(schema: JsonSchema, schemas: Schemas, path: string): unknown {
  const { examples, default: fallback, enum: names, const: only, type, allOf } = schema;
  if (Array.isArray(examples)) return examples[0] as unknown;
  if (fallback !== undefined) return fallback;
  if (only !== undefined) return only;
  if (Array.isArray(names)) return names[0] as unknown;
  if (schema.$ref !== undefined) return exampleOf(resolved(schema, schemas), schemas, path);
  if (Array.isArray(allOf)) {
    const parts = (allOf as JsonSchema[]).map((part) => exampleOf(part, schemas, path));
    return Object.assign({}, ...parts) as unknown;
  }
  if (type === 'array') return [exampleOf(schema.items as JsonSchema, schemas, `${path}/0`)];
  if (schema.properties === undefined) throw new Error(`${path} has no example.`);
  const members = Object.entries(schema.properties as Record<string, JsonSchema>);
  return Object.fromEntries(
    members.map(([name, part]) => [name, exampleOf(part, schemas, `${path}/${name}`)]),
  );
}
