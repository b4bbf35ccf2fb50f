import type { OpenAPIObject } from '@nestjs/swagger';
import { completeOperation } from './complete-operation.js';
import type { Components, JsonSchema, Operation, PathItem, Schemas } from './document-parts.js';
import { HEADER_PARAMETERS, HEADERS } from './headers.js';
import { toJsonSchema } from './json-schema.js';
import { kindOf } from './operation-kind.js';
import { examplePath } from './path-parameters.js';
import { problemExample, problemSchemas } from './problem-responses.js';

/** Where what many operations refuse is shown. */
const TYPICAL_PATH = '/v1/positions';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Adds to what the controllers say of themselves what holds for all of them. */
export function completeDocument(generated: OpenAPIObject): OpenAPIObject {
  const schemas: Schemas = { ...ownSchemas(generated), ...problemSchemas() };
  const paths: Record<string, PathItem> = {};
  const responses: Components['responses'] = {};
  const examples: Record<string, ReturnType<typeof problemExample>> = {};
  for (const [path, item] of Object.entries(generated.paths)) {
    paths[path] = {};
    for (const method of METHODS) {
      const described = item[method];
      if (described === undefined) continue;
      const own = withJsonSchemas(described);
      const { operation, faults, shared } = completeOperation(own, {
        path,
        schemas,
        kind: kindOf(method, path, own, schemas),
        createsReadable: method === 'post' && isReadable(generated, path),
      });
      paths[path][method] = operation;
      Object.assign(responses, shared);
      for (const fault of faults) {
        if (fault.code in examples && path !== TYPICAL_PATH) continue;
        examples[fault.code] = problemExample(fault, examplePath(path));
      }
    }
  }
  const components = {
    securitySchemes: generated.components?.securitySchemes,
    parameters: HEADER_PARAMETERS,
    headers: HEADERS,
    responses,
    examples: Object.fromEntries(Object.entries(examples).sort(([left], [right]) => (left < right ? -1 : 1))),
    schemas: schemas as Components['schemas'],
  };
  const { openapi, info, servers, security, tags } = generated;
  return { openapi, info, servers, security, tags, paths, components };
}

function ownSchemas({ components }: OpenAPIObject): Schemas {
  const schemas = Object.entries(components?.schemas ?? {});
  return Object.fromEntries(schemas.map(([name, schema]) => [name, toJsonSchema(schema as JsonSchema)]));
}

/** Whether there is an operation that reads one of the things that a path lists. */
function isReadable({ paths }: OpenAPIObject, path: string): boolean {
  const single = Object.keys(paths).find((each) => each.startsWith(`${path}/{`) && each.endsWith('}'));
  return single !== undefined && paths[single]?.get !== undefined;
}

/** The schemas that stand in an operation itself: those of its parameters and answers. */
function withJsonSchemas(operation: Operation): Operation {
  return JSON.parse(JSON.stringify(operation), (name, value: JsonSchema) =>
    name === 'schema' ? toJsonSchema(value) : value,
  ) as Operation;
}
