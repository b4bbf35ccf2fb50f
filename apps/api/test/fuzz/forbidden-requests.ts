import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from '../support/client.js';
import type { FuzzRequest } from './fuzz-request.js';
import type { FuzzWorld } from './fuzz-world.js';
import { hasTwins, textOf } from './json-tree.js';
import { document, resolved, type Operation, type Parameter } from './operations.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi:', components: document.components });
const validators = new Map<string, ValidateFunction>();

/** Why the document forbids a request, if it does: then it must not be carried out. */
export function whyForbidden(
  operation: Operation,
  request: FuzzRequest,
  world: FuzzWorld,
): string | undefined {
  const { draft, target } = request;
  return whyBodyForbidden(operation, draft, world) ?? whyQueryForbidden(operation, world.toValues(target));
}

function whyBodyForbidden(
  { body: schema, needsBody }: Operation,
  { body, encode }: FuzzRequest['draft'],
  world: FuzzWorld,
): string | undefined {
  if (schema === undefined) return undefined;
  if (body === undefined) return needsBody ? 'there is no body' : undefined;
  if (hasTwins(body)) return 'the body names a member twice';
  try {
    const bytes = encode(world.toValues(textOf(body)));
    return faultBy(schema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 'the body');
  } catch (error) {
    return `the body is no JSON in UTF-8: ${String(error)}`;
  }
}

function whyQueryForbidden({ parameters }: Operation, target: string): string | undefined {
  const [, query = ''] = /\?([^#]*)/.exec(target) ?? [];
  const known = new Map(parameters.filter((each) => each.in === 'query').map((each) => [each.name, each]));
  const schema = {
    type: 'object',
    properties: Object.fromEntries([...known].map(([name, parameter]) => [name, parameter.schema])),
    required: [...known.values()].filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
  return faultBy(schema, valuesOf(query, known), 'the query');
}

/** What a query says, with a member for each parameter; a name that is none is a member as well. */
function valuesOf(query: string, known: ReadonlyMap<string, Parameter>): Json {
  const given = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  const values = new Map<string, Json>();
  for (const [name, pairs] of given) {
    const texts = pairs.map(([, text]) => text);
    const [, object = '', member] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name) ?? [];
    if (member !== undefined && typeOf(known.get(object)) === 'object') {
      values.set(object, { ...values.get(object), [member]: texts.length === 1 ? texts[0] : texts });
    } else {
      const type = typeOf(known.get(name));
      values.set(name, type === 'array' || texts.length > 1 ? texts : typed(texts[0] ?? '', type));
    }
  }
  return Object.fromEntries(values);
}

function typeOf(parameter: Parameter | undefined): unknown {
  return resolved(parameter?.schema)?.type;
}

function typed(text: string, type: unknown): unknown {
  if (type === 'integer' && /^\d+$/.test(text)) return Number(text);
  return type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text;
}

function faultBy(schema: Json, value: unknown, what: string): string | undefined {
  const key = JSON.stringify(schema);
  const known = validators.get(key);
  const validate = known ?? ajv.compile(JSON.parse(key.replaceAll('"#/', '"openapi:#/')) as object);
  validators.set(key, validate);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${what} ${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`;
}
