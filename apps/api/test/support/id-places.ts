import type { Json } from './answer.js';
import { OPERATIONS, resolved, type Operation } from './document.js';
import { methodOf, type Request } from './send.js';

const ID = /^[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const ID_PATTERN = /^\^[a-z]{2,4}_/;

/**
 * Where an operation takes ids: `path assetId`, `query assetId`, `body /items[]/assetId`. An id is known by its name,
 * by its pattern or by an example of it.
 */
export function idPlaces({ described }: Operation): string[] {
  const parameters: Json[] = (described.parameters ?? []).map(resolved);
  const named = parameters
    .filter(({ in: where, name, schema }) => where !== 'header' && takesId(name, resolved(schema)))
    .map(({ in: where, name }) => `${where} ${name}`);
  const body = described.requestBody && resolved(described.requestBody).content['application/json'].schema;
  return [...named, ...(body === undefined ? [] : membersWithIds('', body, ''))];
}

function membersWithIds(name: string, schema: Json, at: string): string[] {
  const shape = resolved(schema);
  const nested = [
    ...Object.entries<Json>(shape.properties ?? {}).flatMap(([member, child]) =>
      membersWithIds(member, child, `${at}/${member}`),
    ),
    ...(shape.items === undefined ? [] : membersWithIds(name, shape.items, `${at}[]`)),
    ...[shape.allOf, shape.anyOf, shape.oneOf]
      .flatMap((choices: Json[] | undefined) => choices ?? [])
      .flatMap((choice) => membersWithIds(name, choice, at)),
  ];
  if (nested.length > 0) return [...new Set(nested)];
  return takesId(name, shape) ? [`body ${at}`] : [];
}

function takesId(name: string, { pattern = '', example, examples = [] }: Json): boolean {
  const shown: unknown[] = [example, ...examples].flat();
  return (
    /(?:^i|I)ds?$/.test(name) ||
    ID_PATTERN.test(pattern) ||
    shown.some((text) => typeof text === 'string' && ID.test(text))
  );
}

/** The operation that a request is for. */
export function operationOf(request: Request): Operation {
  const path = request.path.split('?', 1)[0] ?? '';
  const asked = path.split('/');
  const fits = ({ method, path: template }: Operation): boolean => {
    const segments = template.split('/');
    return (
      method === methodOf(request) &&
      segments.length === asked.length &&
      segments.every((segment, index) => segment.startsWith('{') || segment === asked[index])
    );
  };
  const [operation] = OPERATIONS.filter(fits).sort(
    (left, right) => left.path.split('{').length - right.path.split('{').length,
  );
  if (operation === undefined) throw new Error(`The document knows no ${methodOf(request)} ${path}.`);
  return operation;
}

/** Where a request holds one of some ids, in the words of {@link idPlaces}. */
export function placesOf(request: Request, ids: ReadonlySet<string>): string[] {
  const [path = '', query = ''] = request.path.split('?', 2);
  const asked = path.split('/');
  const inPath = operationOf(request)
    .path.split('/')
    .flatMap((segment, index) =>
      segment.startsWith('{') && ids.has(asked[index] ?? '') ? [`path ${segment.slice(1, -1)}`] : [],
    );
  const inQuery = [...new URLSearchParams(query)].flatMap(([name, value]) =>
    ids.has(value) ? [`query ${name}`] : [],
  );
  return [...inPath, ...inQuery, ...new Set(membersThatHold(request.json, ids, ''))];
}

function membersThatHold(value: unknown, ids: ReadonlySet<string>, at: string): string[] {
  if (typeof value === 'string') return ids.has(value) ? [`body ${at}`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    membersThatHold(child, ids, Array.isArray(value) ? `${at}[]` : `${at}/${name}`),
  );
}
