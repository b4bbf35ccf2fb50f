import { STATUS_CODES } from 'node:http';
import { problemType, STATUS_OF } from '#http';
import { declaredFaults, type Fault } from '#kernel';
import { schemaRef, type JsonSchema, type Response, type Schemas } from './document-parts.js';
import { exampleOf } from './example-of.js';
import { toJsonSchema } from './json-schema.js';
import { problemMembers } from './problem-members.js';

const PROBLEM_MEDIA = 'application/problem+json';
const EXAMPLE_REQUEST_ID = '4a1f6c1e-8f0b-4b57-9d7e-2c5f0a9b3d61';

/** The schemas that every problem document is described by. */
export function problemSchemas(): Schemas {
  return {
    ProblemCode: { type: 'string', enum: declaredFaults().map(({ code }) => code) },
    FieldFault: {
      type: 'object',
      description: 'One field at fault.',
      properties: {
        pointer: {
          type: 'string',
          description: 'A JSON pointer (RFC 6901) into the body, or to the name of a parameter.',
          examples: ['/amount'],
        },
        code: schemaRef('ProblemCode'),
        detail: { type: 'string', examples: ['Is required.'] },
      },
      required: ['pointer', 'code', 'detail'],
      additionalProperties: false,
    },
    Problem: {
      type: 'object',
      description: 'A problem document (RFC 9457). Rely on its code, not on its texts.',
      properties: {
        type: { type: 'string', format: 'uri-reference', examples: [problemType('asset.unknown')] },
        title: { type: 'string', examples: ['Unknown asset'] },
        status: { type: 'integer', minimum: 400, maximum: 599, examples: [404] },
        detail: { type: 'string', examples: ['There is no such asset.'] },
        instance: { type: 'string', examples: ['/v1/positions'] },
        code: schemaRef('ProblemCode'),
        requestId: { type: 'string', examples: [EXAMPLE_REQUEST_ID] },
        errors: { type: 'array', minItems: 1, maxItems: 100, items: schemaRef('FieldFault') },
      },
      required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
    },
  };
}

/** The refusals that some codes name, by status. @throws Error for a code that nobody declares */
export function faultsByStatus(codes: readonly string[]): ReadonlyMap<number, readonly Fault[]> {
  const declared = new Map(declaredFaults().map((fault) => [fault.code, fault]));
  const faults = [...new Set(codes)].sort().map((code) => {
    const fault = declared.get(code);
    if (fault === undefined) throw new Error(`An operation refuses with ${code}, which nobody declares.`);
    return fault;
  });
  return Map.groupBy(faults, ({ kind }) => STATUS_OF[kind]);
}

/** What is answered with one status: a problem document of one of the faults. */
export function problemResponse(status: number, faults: readonly Fault[]): Response {
  const extensions = Object.assign({}, ...faults.map(({ code }) => extensionsOf(code))) as Schemas;
  return {
    description: `${STATUS_CODES[status] ?? ''}: ${faults.map(({ code }) => `\`${code}\``).join(', ')}.`,
    content: {
      [PROBLEM_MEDIA]: {
        schema: {
          type: 'object',
          allOf: [schemaRef('Problem')],
          properties: {
            status: { const: status } as object,
            code: { type: 'string', enum: faults.map(({ code }) => code) },
            ...extensions,
          },
          unevaluatedProperties: false,
        } as object,
        examples: Object.fromEntries(
          faults.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

/** A problem document of a fault, as the answer to a request of `path`. */
export function problemExample(fault: Fault, path: string): { summary: string; value: JsonSchema } {
  const { code, title, meaning, kind } = fault;
  const { pointer, fieldCode } = problemMembers(code);
  const value = {
    ...(exampleOf({ properties: extensionsOf(code) }, {}, code) as JsonSchema),
    type: problemType(code),
    title,
    status: STATUS_OF[kind],
    detail: meaning,
    instance: path,
    code,
    requestId: EXAMPLE_REQUEST_ID,
    ...(pointer === undefined
      ? {}
      : {
          errors: [
            { pointer, code: fieldCode ?? code, detail: fieldCode === undefined ? meaning : 'Is required.' },
          ],
        }),
  };
  return { summary: title, value };
}

function extensionsOf(code: string): Schemas {
  const { extensions = {} } = problemMembers(code);
  return Object.fromEntries(Object.entries(extensions).map(([name, schema]) => [name, toJsonSchema(schema)]));
}
