import { STATUS_CODES } from 'node:http';
import { EXAMPLE, REFUSES, type OperationExample } from '#http';
import { ROLES, type Fault } from '#kernel';
import type { Headers, JsonSchema, Operation, Response, Schemas } from './document-parts.js';
import { exampleOf } from './example-of.js';
import type { HEADER_PARAMETERS } from './headers.js';
import type { OperationKind } from './operation-kind.js';
import { pathParameter } from './path-parameters.js';
import { faultsByStatus, problemResponse } from './problem-responses.js';

type Rule<Added> = readonly [applies: (kind: OperationKind) => boolean, ...added: readonly Added[]];

const always = (): boolean => true;
const needsKey = ({ roles }: OperationKind): boolean => roles !== undefined;
const isWrite = ({ isRead }: OperationKind): boolean => !isRead;
const isTaggedRead = ({ isRead, isTagged }: OperationKind): boolean => isRead && isTagged;
const isChange = (kind: OperationKind): boolean => kind.isChange;
const isRepeatable = (kind: OperationKind): boolean => kind.isRepeatable;

/** What operations refuse by their kind, besides what each says of itself. */
const REFUSALS: readonly Rule<string>[] = [
  [always, 'request.invalid', 'request.malformed', 'service.fault'],
  [needsKey, 'auth.missing_key', 'auth.invalid_key', 'request.too_many', 'service.unavailable'],
  [({ roles = ROLES }) => roles.length < ROLES.length, 'access.forbidden'],
  [isWrite, 'request.malformed_json', 'request.too_large', 'request.unsupported_media_type'],
  [isWrite, 'command.conflict', 'request.malformed_header'],
  [isRepeatable, 'idempotency.mismatch'],
  [isChange, 'request.precondition_failed'],
  [isTaggedRead, 'request.malformed_header'],
];

/** The headers that requests may carry, as they are named among the components. */
const PARAMETERS: readonly Rule<keyof typeof HEADER_PARAMETERS>[] = [
  [always, 'RequestId'],
  [isRepeatable, 'IdempotencyKey'],
  [isChange, 'IfMatch'],
  [(kind) => isChange(kind) || isTaggedRead(kind), 'IfNoneMatch'],
];

/** What every answer of an operation carries. */
const ALL_HEADERS: readonly Rule<string>[] = [
  [always, 'X-Request-Id'],
  [needsKey, 'RateLimit', 'RateLimit-Policy'],
];

const SUCCESS_HEADERS: readonly Rule<string>[] = [
  [({ isTagged }) => isTagged, 'ETag'],
  [isRepeatable, 'Idempotent-Replayed'],
  [({ isList }) => isList, 'Link'],
];

const REFUSAL_HEADERS: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Created.',
  204: 'Done; there is nothing to answer.',
  304: 'The client has the current version.',
};

function added<Added>(rules: readonly Rule<Added>[], kind: OperationKind): Added[] {
  return rules.filter(([applies]) => applies(kind)).flatMap(([, ...those]) => those);
}

/** What is needed to know of an operation besides what its decorators say. */
export interface Surroundings {
  readonly path: string;
  readonly kind: OperationKind;
  readonly schemas: Schemas;
  /** Whether what the operation creates can be read under a path of its own. */
  readonly createsReadable: boolean;
}

interface CompletedOperation {
  readonly operation: Operation;
  /** What it can be refused with. */
  readonly faults: readonly Fault[];
  /** The answers among the components that it refers to. */
  readonly shared: Readonly<Record<string, Response>>;
}

type Described = Operation & { [REFUSES]?: readonly string[]; [EXAMPLE]?: OperationExample };

/** Adds to an operation what follows from its kind, so that controllers say only what is their own. */
export function completeOperation(described: Described, surroundings: Surroundings): CompletedOperation {
  const { [REFUSES]: refuses = [], [EXAMPLE]: example = {}, ...operation } = described;
  const { kind, path, schemas } = surroundings;
  const faults = faultsByStatus([...added(REFUSALS, kind), ...refuses]);
  const { own, shared } = refusals(faults, kind, new Set(refuses));
  const { requestBody, parameters = [] } = operation;
  const where = operation.operationId ?? path;
  return {
    faults: [...faults.values()].flat(),
    shared,
    operation: {
      ...operation,
      description: descriptionOf(operation, kind),
      parameters: [
        ...parameters.map((parameter) =>
          'name' in parameter && parameter.in === 'path'
            ? { ...parameter, ...(pathParameter(path, parameter.name) as object) }
            : parameter,
        ),
        ...added(PARAMETERS, kind).map((name) => ({ $ref: `#/components/parameters/${name}` })),
      ],
      ...(requestBody === undefined || '$ref' in requestBody
        ? {}
        : { requestBody: withExample(requestBody, example.request, schemas, `${where} request`) }),
      responses: {
        ...successes(operation, surroundings, example.answer, where),
        ...own,
      },
      ...(kind.roles === undefined ? { security: [] } : {}),
    },
  };
}

function descriptionOf({ description }: Operation, { roles }: OperationKind): string {
  const access = roles === undefined ? 'Needs no key.' : `For the roles ${roles.join(', ')}.`;
  return description === undefined ? access : `${description}\n\n${access}`;
}

function successes(
  operation: Operation,
  { kind, schemas, createsReadable }: Surroundings,
  example: OperationExample['answer'],
  where: string,
): Operation['responses'] {
  const headers = [...added(ALL_HEADERS, kind), ...added(SUCCESS_HEADERS, kind)];
  const answers = Object.entries(operation.responses).map(([status, response]) => {
    const { description, ...rest } = response as Response;
    const names = [...headers, ...(status === '201' && createsReadable ? ['Location'] : [])];
    const answer = withExample(rest, example, schemas, `${where} ${status}`);
    return [
      status,
      {
        description: description === '' ? DESCRIPTIONS[status] : description,
        headers: headerRefs(names),
        ...answer,
      },
    ];
  });
  const unchanged = {
    description: DESCRIPTIONS[304],
    headers: headerRefs([...added(ALL_HEADERS, kind), 'ETag']),
  };
  return {
    ...Object.fromEntries(answers),
    ...(isTaggedRead(kind) ? { 304: unchanged } : {}),
  } as Operation['responses'];
}

/** Those that follow from the kind alone are alike for many operations, which refer to one among the components. */
function refusals(
  faults: ReadonlyMap<number, readonly Fault[]>,
  kind: OperationKind,
  refuses: ReadonlySet<string>,
): { readonly own: Operation['responses']; readonly shared: Readonly<Record<string, Response>> } {
  const own: Operation['responses'] = {};
  const shared: Record<string, Response> = {};
  for (const [status, ofStatus] of faults) {
    const { [status]: special = [] } = REFUSAL_HEADERS;
    const headers = headerRefs([...added(ALL_HEADERS, kind), ...special]);
    const response = { ...problemResponse(status, ofStatus), headers };
    const isOfKind = ofStatus.every(({ code }) => !refuses.has(code));
    if (isOfKind && needsKey(kind) && status !== 400) {
      const name = (STATUS_CODES[status] ?? '').replaceAll(/\W/g, '');
      shared[name] = response;
      own[status] = { $ref: `#/components/responses/${name}` };
    } else {
      own[status] = response;
    }
  }
  return { own, shared };
}

function headerRefs(names: readonly string[]): Headers {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The body with an example put together from those of its fields, and the members given here. */
function withExample<Body extends { content?: Response['content'] }>(
  body: Body,
  members: Readonly<Record<string, unknown>> | undefined,
  schemas: Schemas,
  where: string,
): Body {
  if (body.content === undefined) return body;
  const content = Object.entries(body.content).map(([mediaType, { schema }]) => {
    const example = exampleOf(schema as JsonSchema, schemas, where);
    return [mediaType, { schema, example: members ? { ...(example as object), ...members } : example }];
  });
  return { ...body, content: Object.fromEntries(content) as Response['content'] };
}
