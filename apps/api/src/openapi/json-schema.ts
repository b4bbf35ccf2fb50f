import type { JsonSchema } from './document-parts.js';

/**
 * What the generator writes as OpenAPI 3.0 had it, in the words of JSON Schema, which OpenAPI 3.1 is: null is a type,
 * examples are many. Objects have no members but those that are described: the service refuses others in requests, and
 * the tests refuse them in answers.
 */
export function toJsonSchema(schema: JsonSchema): JsonSchema {
  const { nullable, example, properties, items, allOf, ...rest } = schema;
  return {
    ...rest,
    ...(items === undefined ? {} : { items: toJsonSchema(items as JsonSchema) }),
    ...(allOf === undefined ? {} : { allOf: (allOf as JsonSchema[]).map(toJsonSchema) }),
    ...(properties === undefined ? {} : closed(properties as Record<string, JsonSchema>)),
    ...(nullable === true ? withNull(rest) : {}),
    // A new explorer shows these too, but does not fill in every optional parameter with them.
    ...('example' in schema ? { examples: [example] } : {}),
  };
}

function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const described = Object.entries(properties).map(([name, schema]) => [name, toJsonSchema(schema)] as const);
  return { properties: Object.fromEntries(described), additionalProperties: false };
}

function withNull(schema: JsonSchema): JsonSchema {
  return {
    type: [schema.type, 'null'].flat(),
    ...(Array.isArray(schema.enum) ? { enum: [...(schema.enum as unknown[]), null] } : {}),
  };
}
