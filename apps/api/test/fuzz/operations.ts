import { readFileSync } from 'node:fs';
import type { Json } from '../support/client.js';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly schema: Json;
}

/** What the OpenAPI document says of one method of one path. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` in place of parameters. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The schema of its JSON body; undefined when it takes none. */
  readonly body: Json;
  readonly needsBody: boolean;
  readonly responses: Readonly<Record<string, Json>>;
}

export const document: Json = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));

/** A part of the document, or what it refers to. */
export function resolved(part: Json): Json {
  if (typeof part?.$ref !== 'string') return part;
  const names = part.$ref.slice('#/'.length).split('/');
  return resolved(names.reduce((found: Json, name: string) => found?.[name], document));
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export const OPERATIONS: readonly Operation[] = Object.entries<Json>(document.paths).flatMap(
  ([path, { parameters: shared = [], ...item }]) =>
    Object.entries<Json>(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, { operationId, parameters = [], requestBody, responses }]) => ({
        id: operationId as string,
        method: method.toUpperCase(),
        path,
        parameters: [...shared, ...parameters].map(parameterOf),
        body: resolved(requestBody)?.content?.['application/json']?.schema,
        needsBody: resolved(requestBody)?.required === true,
        responses: responses as Record<string, Json>,
      })),
);

function parameterOf(part: Json): Parameter {
  const { name, in: place, required = false, schema, content } = resolved(part);
  return { name, in: place, required, schema: schema ?? content?.['application/json']?.schema ?? {} };
}

/** The operation that a request reaches: HEAD is answered as GET is, without the body. Undefined when there is none. */
export function operationOf(method: string, target: string): Operation | undefined {
  const segments = pathOf(target).split('/');
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = OPERATIONS.filter((each) => each.method === asked && matches(each.path.split('/'), segments));
  // A path without parameters comes before one with: `/v1/positions/batch` is no position.
  return found.sort((left, right) => parametersIn(left.path) - parametersIn(right.path))[0];
}

/** The path of a request target: without scheme, host, query and fragment, escapes of plain characters undone. */
export function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/]*/i, '').split(/[?#\s]/, 1)[0] ?? '';
  return path.replace(/%(?:2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])/gi, (escape) =>
    decodeURIComponent(escape),
  );
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) =>
    part.startsWith('{') ? segments[index] !== '' : part === segments[index],
  );
}

function parametersIn(path: string): number {
  return path.split('{').length;
}
