import fc, { type Arbitrary } from 'fast-check';
import { plain, type Header } from './framings.js';
import { SOUND, type Draft } from './fuzz-request.js';
import { SENDERS, type Sender } from './fuzz-world.js';
import { treeOf } from './json-tree.js';
import type { Operation, Parameter } from './operations.js';
import { valuesOf } from './schema-values.js';

const senders: Arbitrary<Sender> = fc.oneof(
  { weight: 10, arbitrary: fc.constant('admin' as const) },
  { weight: 7, arbitrary: fc.constant('root' as const) },
  { weight: 2, arbitrary: fc.constantFrom(...SENDERS) },
);

/** Requests with nothing wrong but, now and then, their ids, their numbers or their sender. */
export function soundRequests(operation: Operation): Arbitrary<Draft> {
  const { method, path, parameters, body } = operation;
  const placed = (place: Parameter['in']): readonly Parameter[] =>
    parameters.filter((each) => each.in === place);
  return fc
    .record({
      as: senders,
      path: pathsOf(path, placed('path')),
      query: queriesOf(placed('query')),
      headers: headersOf(placed('header')),
      body: body === undefined ? fc.constant(undefined) : valuesOf(body).map(treeOf),
    })
    .map((parts) => ({ operation, method, frame: plain, ...SOUND, ...parts }));
}

function pathsOf(path: string, parameters: readonly Parameter[]): Arbitrary<string> {
  const values = fc.tuple(...parameters.map(({ name, schema }) => valuesOf(schema, name)));
  return values.map((texts) =>
    parameters.reduce(
      (filled, { name }, index) =>
        filled.replace(`{${name}}`, () => encodeURIComponent(String(texts[index]))),
      path,
    ),
  );
}

/** What is needed, and a few of the others. */
function queriesOf(parameters: readonly Parameter[]): Arbitrary<string[]> {
  const given = parameters.map((parameter) => {
    const pieces = valuesOf(parameter.schema, parameter.name).map((value) => piecesOf(parameter.name, value));
    return parameter.required ? pieces : sometimes(pieces, 4);
  });
  return fc.tuple(...given).map((pieces) => pieces.flat());
}

/** One time in `times`; nothing else. */
function sometimes<Value>(values: Arbitrary<Value[]>, times: number): Arbitrary<Value[]> {
  return fc.oneof(
    { weight: times - 1, arbitrary: fc.constant<Value[]>([]) },
    { weight: 1, arbitrary: values },
  );
}

/** A list is a repeated parameter, and an object has a parameter for each of its members. */
function piecesOf(name: string, value: unknown): string[] {
  const piece = (key: string, each: unknown): string =>
    `${encodeURIComponent(key)}=${encodeURIComponent(typeof each === 'string' ? each : JSON.stringify(each))}`;
  if (Array.isArray(value)) return value.map((each) => piece(name, each));
  if (typeof value !== 'object' || value === null) return [piece(name, value)];
  return Object.entries(value).map(([member, each]) => piece(`${name}[${member}]`, each));
}

function headersOf(parameters: readonly Parameter[]): Arbitrary<Header[]> {
  const given = parameters.map(({ name, schema, required }) => {
    const headers = valuesOf(schema, name).map((value): Header[] => [[name, toLatin1(String(value))]]);
    return required ? headers : sometimes(headers, 5);
  });
  return fc.tuple(...given).map((headers) => headers.flat());
}

/** A header cannot hold more than this. */
function toLatin1(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\xa0-\xff]/g, '?');
}
