import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer, Json } from './answer.js';
import { DOCUMENT, OPERATIONS, resolved } from './document.js';

/** A request and its answer. */
export interface Exchange extends Answer {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly path: string;
}

/** One answer that the document describes. */
interface DescribedAnswer {
  readonly mediaTypes: readonly string[];
  readonly headers: readonly DescribedHeader[];
  /** The schema of its body, by media type. */
  readonly validate: (mediaType: string) => ValidateFunction;
}

interface DescribedHeader {
  readonly name: string;
  readonly isRequired: boolean;
  readonly validate: ValidateFunction;
}

interface Route {
  readonly segments: readonly string[];
  readonly operation: Json;
  /** Where the operation stands in the document, as a JSON pointer. */
  readonly pointer: string;
  readonly answers: Map<number, DescribedAnswer | undefined>;
}

/** What is refused before there is an operation to speak of, or whatever the operation is. */
export const REFUSED_OUTSIDE_OPERATIONS = [
  'request.unknown_route',
  'request.wrong_method',
  'request.malformed',
  'request.header_too_large',
  'request.timed_out',
];

/** Pages for people and their parts, which are no part of the API. */
const EXPLORER = /^\/docs(?:\/|$)/;

const PROBLEM = 'application/problem+json';
const NO_SUCH_OPERATION = 'no operation';

/** Holds answers to docs/openapi.json. What it learns from the document is kept, since suites send many requests. */
class Contract {
  private readonly ajv = addFormats.default(new Ajv2020({ strict: false, validateSchema: false }));
  /** By method and number of segments; those with fewer parameters first. */
  private readonly routes = new Map<string, Route[]>();
  private readonly headerNames = Object.keys(DOCUMENT.components.headers);

  constructor() {
    this.ajv.addSchema(DOCUMENT, 'openapi');
    for (const { method, path, described: operation } of OPERATIONS) {
      const segments = path.split('/');
      const key = routeKey(method, segments);
      const pointer = `#/paths/${escape(path)}/${method.toLowerCase()}`;
      const route = { segments, operation, pointer, answers: new Map<number, DescribedAnswer>() };
      const alike = [...(this.routes.get(key) ?? []), route];
      this.routes.set(
        key,
        alike.sort((left, right) => parametersOf(left) - parametersOf(right)),
      );
    }
  }

  check(exchange: Exchange): void {
    const path = exchange.path.split('?', 1)[0] ?? '/';
    const route = this.find(exchange.method, path);
    const fault = route === undefined ? this.faultOutside(exchange, path) : this.faultOf(route, exchange);
    if (fault === undefined) return;
    const name = route?.operation.operationId ?? NO_SUCH_OPERATION;
    const { method, status, text } = exchange;
    throw new Error(`${name} (${method} ${path}) answered ${status}: ${fault}\n${text.slice(0, 500)}`);
  }

  private find(method: string, path: string): Route | undefined {
    const asked = path.split('/');
    const candidates = this.routes.get(routeKey(method === 'HEAD' ? 'GET' : method, asked)) ?? [];
    return candidates.find(({ segments }) =>
      segments.every((segment, index) =>
        segment.startsWith('{') ? asked[index] !== '' : segment === asked[index],
      ),
    );
  }

  private faultOf(route: Route, exchange: Exchange): string | undefined {
    const { status, text } = exchange;
    const answer = this.answerOf(route, status);
    if (answer === undefined) {
      const isOutside = this.problemFault(exchange) === undefined;
      return isOutside ? undefined : 'the document does not know this status';
    }
    const headerFault = this.headerFault(answer.headers, exchange.headers);
    if (headerFault !== undefined || exchange.method === 'HEAD') return headerFault;
    if (answer.mediaTypes.length === 0) return text === '' ? undefined : 'the document knows no body';
    const mediaType = mediaTypeOf(exchange);
    if (!answer.mediaTypes.includes(mediaType)) return `the document does not know the type ${mediaType}`;
    const body = /[/+]json$/.test(mediaType) ? exchange.body : text;
    return faultBy(answer.validate(mediaType), body, 'the body');
  }

  /** Whatever belongs to no operation is refused, but for the explorer and what browsers ask before they ask. */
  private faultOutside(exchange: Exchange, path: string): string | undefined {
    if (EXPLORER.test(path) && exchange.status < 400) return undefined;
    if (exchange.method === 'OPTIONS' && exchange.status === 204) return undefined;
    return this.problemFault(exchange);
  }

  private problemFault(exchange: Exchange): string | undefined {
    if (exchange.method === 'HEAD')
      return exchange.status >= 400 ? undefined : 'the document does not know it';
    if (mediaTypeOf(exchange) !== PROBLEM) return 'it is no problem document';
    const body: Json = exchange.body;
    if (body.status !== exchange.status) return `the body says ${body.status}`;
    if (!REFUSED_OUTSIDE_OPERATIONS.includes(body.code))
      return `${body.code} is answered by operations alone`;
    return faultBy(this.schemaAt('#/components/schemas/Problem'), body, 'the body');
  }

  /** What is missing or malformed of the headers described, or sent without being described. */
  private headerFault(described: readonly DescribedHeader[], headers: Headers): string | undefined {
    for (const { name, isRequired, validate } of described) {
      const value = headers.get(name);
      if (value === null && isRequired) return `the header ${name} is missing`;
      const fault =
        value === null ? undefined : faultBy(validate, typed(value, validate), `${name}: ${value}`);
      if (fault !== undefined) return fault;
    }
    const stray = this.headerNames.find(
      (name) => headers.has(name) && !described.some((header) => header.name === name),
    );
    return stray === undefined ? undefined : `the document does not know the header ${stray} here`;
  }

  private answerOf(route: Route, status: number): DescribedAnswer | undefined {
    if (!route.answers.has(status)) route.answers.set(status, this.describe(route, status));
    return route.answers.get(status);
  }

  private describe({ operation, pointer }: Route, status: number): DescribedAnswer | undefined {
    const response = operation.responses[status];
    if (response === undefined) return undefined;
    const at: string = response.$ref ?? `${pointer}/responses/${status}`;
    const { content = {}, headers = {} } = resolved(response);
    const validators = new Map<string, ValidateFunction>();
    return {
      mediaTypes: Object.keys(content),
      headers: Object.entries<Json>(headers).map(([name, header]) => ({
        name,
        isRequired: resolved(header).required === true,
        validate: this.schemaAt(`${header.$ref}/schema`),
      })),
      validate: (mediaType) => {
        const known = validators.get(mediaType);
        const validate = known ?? this.schemaAt(`${at}/content/${escape(mediaType)}/schema`);
        validators.set(mediaType, validate);
        return validate;
      },
    };
  }

  private schemaAt(pointer: string): ValidateFunction {
    const validate = this.ajv.getSchema(`openapi${pointer}`);
    if (validate === undefined) throw new Error(`The document has no schema at ${pointer}.`);
    return validate;
  }
}

function routeKey(method: string, segments: readonly string[]): string {
  return `${method} ${segments.length}`;
}

function parametersOf({ segments }: Route): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function mediaTypeOf({ headers }: Exchange): string {
  return headers.get('content-type')?.split(';', 1)[0] ?? 'none';
}

function faultBy(validate: ValidateFunction, value: unknown, what: string): string | undefined {
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${what} ${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`;
}

/** The value of a header, of which the text of a number is one where a number is described. */
function typed(value: string, { schema }: ValidateFunction): unknown {
  return (schema as Json).type === 'integer' ? Number(value) : value;
}

function escape(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

let contract: Contract | undefined;

/**
 * Holds an answer of the service to docs/openapi.json.
 *
 * @throws Error naming the operation, the status, and what is not as the document says
 */
export function checkContract(exchange: Exchange): void {
  contract ??= new Contract();
  contract.check(exchange);
}
