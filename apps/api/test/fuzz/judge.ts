import type { Answer } from '../support/client.js';
import { checkContract } from '../support/contract.js';
import { whyForbidden } from './forbidden-requests.js';
import type { FuzzRequest } from './fuzz-request.js';
import type { FuzzWorld } from './fuzz-world.js';
import { textOf } from './json-tree.js';
import { leaksIn } from './leaks.js';
import { pathOf } from './operations.js';
import type { Incoming } from './wire.js';

/** What is wrong with how a service answered one request. */
export function faultsOf(request: FuzzRequest, incoming: Incoming, world: FuzzWorld): string[] {
  const { answers, faults } = incoming;
  const isAnsweredOnce = answers.length === 1 || !request.isHttp;
  return [
    // Whoever sends no HTTP may be cut off.
    ...(request.isHttp ? faults : faults.filter((fault) => !fault.startsWith('reset'))),
    ...(isAnsweredOnce ? [] : [`It was answered ${answers.length} times.`]),
    ...answers.flatMap((answer) => [
      ...(answer.status >= 500
        ? [`A fault of the service itself, ${answer.status}: ${answer.text.slice(0, 500)}`]
        : []),
      ...(isOutsized(answer) ? [`A refusal of ${answer.text.length} characters.`] : []),
      ...leaksIn(answer, world.secrets),
      ...tenancyFaults(request, answer, world),
      ...textFaults(request, answer),
      ...obedienceFaults(request, answer, world),
      ...requestIdFaults(request, answer),
      ...contractFaults(request, answer),
    ]),
  ];
}

/** Or else who sends little could have much sent: no refusal is larger than the largest request. */
function isOutsized({ status, text }: Answer): boolean {
  return status >= 400 && text.length > 1024 ** 2;
}

function contractFaults({ draft: { method }, target }: FuzzRequest, answer: Answer): string[] {
  try {
    checkContract({ ...answer, method, path: pathOf(target) });
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** A tenant is shown nothing of another's, but for what its own request names, or what was stored as a label, say. */
function tenancyFaults({ draft, target }: FuzzRequest, { status, text }: Answer, world: FuzzWorld): string[] {
  const said = [target, draft.body === undefined ? '' : textOf(draft.body)].join(' ');
  if (draft.method !== 'GET' && status < 300) world.rememberNames(said);
  if (draft.headers.some(([name]) => /^(?:x-api-key|authorization)$/i.test(name))) return [];
  const shown = world
    .foreignTo(draft.as)
    .filter(([name, value]) => text.includes(value) && !said.includes(`~${name}~`) && !world.wasNamed(name));
  return shown.map(([name]) => `It shows another tenant's ${name}.`);
}

/** What the document forbids is not carried out, whatever the service itself would take. */
function obedienceFaults(request: FuzzRequest, { status }: Answer, world: FuzzWorld): string[] {
  const { operation, isHttp, draft } = request;
  if (status >= 400) return [];
  if (draft.isHopeless && draft.body !== undefined)
    return [`It was answered ${status}, though it is no HTTP`];
  if (operation === undefined || !isHttp) return [];
  const why = whyForbidden(operation, request, world);
  return why === undefined ? [] : [`It was answered ${status}, though ${why}`];
}

/** What was taken and is shown again holds no control characters and no lone surrogates. */
function textFaults({ target }: FuzzRequest, { status, body }: Answer): string[] {
  const isOfTenants = status < 300 && target.startsWith('/v1/');
  const forbidden = isOfTenants ? textsIn(body).filter((text) => /\p{Cc}|\p{Cs}/u.test(text)) : [];
  return forbidden.map((text) => `It shows forbidden characters: ${JSON.stringify(text)}`);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [name, ...textsIn(part)]);
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Every answer carries an id: the client's own where it is one, or one made for it. */
function requestIdFaults({ draft, isHttp }: FuzzRequest, { headers, body }: Answer): string[] {
  const id = headers.get('x-request-id');
  if (id === null || !REQUEST_ID.test(id)) return [`X-Request-Id is ${id}`];
  const given = draft.headers.filter(([name]) => name.toLowerCase() === 'x-request-id');
  const [[, own = ''] = []] = given;
  if (isHttp && given.length === 1 && REQUEST_ID.test(own) && id !== own) {
    return [`X-Request-Id ${own} was answered as ${id}`];
  }
  const said = body?.requestId;
  const isProblem = said !== undefined && headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem && said !== id ? [`The problem's requestId is ${said}, the header's ${id}`] : [];
}
