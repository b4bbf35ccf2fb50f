import { expect } from '@jest/globals';
import type { Answer, Json } from './client.js';
import * as requests from './requests.js';
import type { Request } from './send.js';
import { done, foundTenant, issueKey, openPosition } from './tenant.js';
import type { World } from './world.js';

/** A request that can be carried out once, and others that differ from it in their body or path and are as good. */
export interface Repeatable {
  readonly request: Request;
  readonly others: readonly Request[];
}

export function withKey(request: Request, key: string): Request {
  return { ...request, headers: { ...request.headers, 'idempotency-key': key } };
}

/** What changes from one answer to the next, whatever is asked. */
const OF_THE_MOMENT = /^(date|x-request-id|ratelimit.*)$/;

export function lastingHeaders({ headers }: Answer): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !OF_THE_MOMENT.test(name)));
}

/** The first answer once more, byte for byte, which says of itself that it is given again. */
export function expectReplay(first: Answer, replay: Answer, text = first.text): void {
  expect(first.status).toBeLessThan(300);
  expect({ status: replay.status, text: replay.text }).toEqual({ status: first.status, text });
  expect(replay.headers.get('idempotent-replayed')).toBe('true');
  const headers = { ...lastingHeaders(first), 'idempotent-replayed': 'true' };
  expect(lastingHeaders(replay)).toEqual({ ...headers, 'content-length': String(Buffer.byteLength(text)) });
}

/** The text of an answer as it is kept: the one secret that answers show is left out. */
export function keptText({ body, text }: Answer): string {
  return typeof body?.apiKey === 'string' ? JSON.stringify({ ...body, apiKey: null }) : text;
}

async function transitionOf({ ours }: World): Promise<Repeatable> {
  const id = await openPosition(ours.admin, ours.assetId, '10.00');
  const request = requests.transition({ toState: 'FUNDED' }, () => id)({} as World);
  const other = await openPosition(ours.admin, ours.assetId, '10.00');
  return {
    request,
    others: [
      { ...request, json: { toState: 'CANCELLED' } },
      { ...request, path: `/v1/positions/${other}/transition` },
    ],
  };
}

async function patchedAsset({ ours }: World): Promise<Repeatable> {
  const made = async (): Promise<string> =>
    done(await ours.admin.post('/v1/assets', { templateId: ours.templateId, label: 'Pier' })).id;
  const json = { label: 'Quay', metadata: { b: '1', a: { d: [1, 2], c: null } } };
  const request: Request = { method: 'PATCH', path: `/v1/assets/${await made()}`, json };
  return {
    request,
    others: [
      { ...request, json: { ...json, label: 'Wharf' } },
      { ...request, path: `/v1/assets/${await made()}` },
    ],
  };
}

async function patchedInstitution({ service, theirs }: World): Promise<Repeatable> {
  const { id } = await foundTenant(service, 'To be renamed');
  const json = { name: 'Renamed', regions: ['US', 'SG'] };
  const request: Request = { as: 'root', method: 'PATCH', path: `/v1/institutions/${id}`, json };
  return {
    request,
    others: [
      { ...request, json: { ...json, name: 'Otherwise' } },
      { ...request, path: `/v1/institutions/${theirs.id}` },
    ],
  };
}

async function revokedKey({ service, ours }: World): Promise<Repeatable> {
  const revoking = async (): Promise<Request> => {
    const { id } = await issueKey(service, ours.id, 'read_only');
    return { method: 'POST', path: `/v1/institutions/${ours.id}/api-keys/${id}/revoke` };
  };
  return { request: await revoking(), others: [await revoking()] };
}

async function rotatedKey({ service, ours }: World): Promise<Repeatable> {
  const rotating = async (): Promise<Request> => {
    const { id } = await issueKey(service, ours.id, 'read_only');
    const path = `/v1/institutions/${ours.id}/api-keys/${id}/rotate`;
    return { method: 'POST', path, json: { overlapSeconds: 60 } };
  };
  const request = await rotating();
  return { request, others: [{ ...request, json: { overlapSeconds: 61 } }, await rotating()] };
}

async function putPolicy(world: World): Promise<Repeatable> {
  const { id } = await foundTenant(world.service, 'With a policy');
  const json = { position: { minAmount: '1', maxAmount: '10', allowedCurrencies: ['USD', 'EUR'] } };
  const request: Request = {
    as: 'root',
    method: 'PUT',
    path: `/v1/institutions/${id}/policies/US`,
    json,
  };
  return Promise.resolve({
    request,
    others: [
      { ...request, json: { position: { ...json.position, maxAmount: '10.0' } } },
      { ...request, path: `/v1/institutions/${id}/policies/SG` },
    ],
  });
}

function differingIn(request: Request, members: Json): Repeatable {
  return { request, others: [{ ...request, json: { ...(request.json as Json), ...members } }] };
}

/** For each operation that takes an `Idempotency-Key`, a request of it that nobody has sent yet. */
export const REPEATABLE: Readonly<Record<string, (world: World) => Repeatable | Promise<Repeatable>>> = {
  'POST /v1/institutions': () =>
    differingIn(requests.institution({ verticals: ['CONSTRUCTION'] })(), { name: 'Other Escrow' }),
  'PATCH /v1/institutions/{institutionId}': patchedInstitution,
  'POST /v1/institutions/{institutionId}/api-keys': (world) =>
    differingIn(requests.apiKey({ role: 'read_only' })(world), { label: 'Front office' }),
  'POST /v1/institutions/{institutionId}/api-keys/{keyId}/revoke': revokedKey,
  'POST /v1/institutions/{institutionId}/api-keys/{keyId}/rotate': rotatedKey,
  'PUT /v1/institutions/{institutionId}/policies/{region}': putPolicy,
  'POST /v1/asset-templates': () => differingIn(requests.template({})(), { name: 'Other escrow' }),
  'POST /v1/assets': (world) =>
    differingIn(requests.asset({ metadata: { z: 'last', a: { '10': 1, '9': 2, é: '🌉' } } })(world), {
      metadata: { z: 'last' },
    }),
  'PATCH /v1/assets/{assetId}': patchedAsset,
  'POST /v1/positions': (world) =>
    differingIn(requests.position({ externalReference: 'contract 7' })(world), { amount: '1000.11' }),
  'POST /v1/positions/batch': (world) => {
    const [one, two] = ['10.00', '20.00'].map((amount) => requests.position({ amount })(world).json);
    return differingIn({ path: '/v1/positions/batch', json: { items: [one, two] } }, { items: [two, one] });
  },
  'POST /v1/positions/{positionId}/transition': transitionOf,
};
