import fc, { type Arbitrary, type WeightedArbitrary } from 'fast-check';
import { BROKEN_FRAMINGS, ODD_FRAMINGS, TOLERATED_FRAMINGS, type Header } from './framings.js';
import type { Draft } from './fuzz-request.js';
import { encodings } from './hostile-bytes.js';
import { mediaTypes, strangeHeaders } from './hostile-headers.js';
import { jsonFaults } from './hostile-json.js';
import { forbiddenParts, strangeParts, strangePaths } from './hostile-paths.js';
import { queryFaults } from './hostile-queries.js';
import { treeOf } from './json-tree.js';
import type { Operation } from './operations.js';

/** Makes something of a request wrong. */
interface Fault {
  readonly kind: string;
  readonly change: (draft: Draft) => Draft;
}

function fault(kind: string, change: (draft: Draft) => Partial<Draft>): Fault {
  return {
    kind,
    change: (draft) => ({ ...draft, ...change(draft), faults: [...draft.faults, kind] }),
  };
}

/** None, one or two faults within HTTP, or one that leaves it. */
export function faultsIn(operation: Operation): Arbitrary<readonly Fault[]> {
  const faults = fc.oneof(...bodyFaults(operation), ...headFaults(operation));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 10, arbitrary: fc.tuple(faults) },
    { weight: 3, arbitrary: fc.tuple(faults, faults) },
    { weight: 2, arbitrary: fc.tuple(brokenHttp) },
  );
}

/** Rare where there is no body to break: then one is sent that nobody asked for. */
function bodyFaults({ body }: Operation): WeightedArbitrary<Fault>[] {
  const hasBody = body !== undefined;
  return [
    {
      weight: hasBody ? 18 : 1,
      arbitrary: jsonFaults.map((change) =>
        fault('JSON', (draft) => ({ body: change(draft.body ?? treeOf({})) })),
      ),
    },
    {
      weight: hasBody ? 6 : 1,
      arbitrary: encodings.map(([name, encode]) =>
        fault(`body: ${name}`, (draft) => ({ body: draft.body ?? treeOf({ x: 1 }), encode })),
      ),
    },
    {
      weight: hasBody ? 3 : 1,
      arbitrary: mediaTypes.map((header) =>
        fault('media type', (draft) => ({
          body: draft.body ?? treeOf({}),
          headers: withHeaders(draft, header),
        })),
      ),
    },
    { weight: 1, arbitrary: fc.constant(fault('no body', () => ({ body: undefined }))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...Object.entries(ODD_FRAMINGS))
        .map(([name, frame]) => fault(`framing: ${name}`, () => ({ frame }))),
    },
  ];
}

const METHODS = ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'POST', 'GET', 'PROPFIND', 'QUERY'];

function headFaults({ parameters }: Operation): WeightedArbitrary<Fault>[] {
  const names = parameters.filter((each) => each.in === 'query').map(({ name }) => encodeURIComponent(name));
  return [
    {
      weight: names.length > 0 ? 8 : 3,
      arbitrary: queryFaults(names).map((change) =>
        fault('query', (draft) => ({ query: change(draft.query) })),
      ),
    },
    {
      weight: 5,
      arbitrary: strangeHeaders.map((headers) =>
        fault('headers', (draft) => ({ headers: withHeaders(draft, ...headers) })),
      ),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.nat(), strangeParts)
        .map(([at, part]) => fault('path parameter', (draft) => ({ path: withPart(draft, at, part) }))),
    },
    { weight: 1, arbitrary: strangePaths.map((path) => fault('path', () => ({ path }))) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...METHODS).map((method) => fault('method', () => ({ method }))),
    },
  ];
}

const UNKNOWN_METHODS = ['FOO', 'CONNECT', 'get', '', 'G\0T', '*', 'PRI', 'G'.repeat(1_000)];

/** What is no HTTP any more. */
const brokenHttp: Arbitrary<Fault> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...Object.entries(BROKEN_FRAMINGS))
      .map(([name, frame]) => fault(`framing: ${name}`, () => ({ frame, isHttp: false, isHopeless: true }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...Object.entries(TOLERATED_FRAMINGS))
      .map(([name, frame]) => fault(`framing: ${name}`, () => ({ frame, isHttp: false }))),
  },
  {
    weight: 1,
    arbitrary: forbiddenParts.map((part) =>
      fault('raw characters in the target', ({ path }) => ({ path: path + part, isHttp: false })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...UNKNOWN_METHODS)
      .map((method) => fault('unknown method', () => ({ method, isHttp: false }))),
  },
);

function withHeaders({ headers }: Draft, ...more: readonly Header[]): Header[] {
  const given = new Set(more.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !given.has(name.toLowerCase())), ...more];
}

/** The path with one of its parameters replaced, or its last part where there is none. */
function withPart({ operation, path }: Draft, at: number, part: string): string {
  const places = operation.path.split('/').flatMap((each, index) => (each.startsWith('{') ? [index] : []));
  const segments = path.split('/');
  const place = places[at % places.length] ?? segments.length - 1;
  return segments.map((segment, index) => (index === place ? part : segment)).join('/');
}
