import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of an OpenAPI document, by the names that the specification has for them. */
export type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
export type Response = Exclude<Operation['responses'][string], undefined | { $ref: string }>;
export type Headers = NonNullable<Response['headers']>;
export type Components = NonNullable<OpenAPIObject['components']>;

/** A JSON Schema (2020-12), which is what OpenAPI 3.1 describes values by. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas by name, to which references lead. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

const SCHEMAS = '#/components/schemas/';

export function schemaRef(name: string): { $ref: string } {
  return { $ref: SCHEMAS + name };
}

/** The schema that a reference leads to; any other schema as it is. */
export function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (typeof schema.$ref !== 'string') return schema;
  const target = schemas[schema.$ref.slice(SCHEMAS.length)];
  if (target === undefined) throw new Error(`${schema.$ref} leads nowhere.`);
  return target;
}
