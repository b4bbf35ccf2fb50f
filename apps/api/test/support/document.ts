import { readFileSync } from 'node:fs';
import type { Json } from './answer.js';

/** One method of one path. */
export interface Operation {
  /** `METHOD /path`, as tests name it. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** What the document says of it. */
  readonly described: Json;
}

/** docs/openapi.json, which every answer of the service is held to. */
export const DOCUMENT: Json = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));

export const OPERATIONS: readonly Operation[] = Object.entries<Json>(DOCUMENT.paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([verb, described]) => {
    const method = verb.toUpperCase();
    return { name: `${method} ${path}`, method, path, described };
  }),
);

/** A part of the document, or what its reference leads to. */
export function resolved(part: Json): Json {
  if (part.$ref === undefined) return part;
  const names: string[] = part.$ref.split('/').slice(1);
  return names.reduce((found: Json, name) => found[name], DOCUMENT);
}

/** The names, sorted, of the operations that take a header which the document describes once for all of them. */
export function operationsThatTake(header: 'IdempotencyKey' | 'IfMatch'): string[] {
  const $ref = `#/components/parameters/${header}`;
  return OPERATIONS.filter(({ described }) => described.parameters?.some((part: Json) => part.$ref === $ref))
    .map(({ name }) => name)
    .sort();
}
