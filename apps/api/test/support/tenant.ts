import type { Answer, Client, Json } from './client.js';

/** A service that is running, in whatever process. */
export interface Reachable {
  readonly root: Client;
  client(apiKey?: string): Client;
}

/** An institution with a key of each role, a template for USD and an asset under it. */
export interface Tenant {
  readonly id: string;
  readonly admin: Client;
  readonly adminKey: string;
  readonly adminKeyId: string;
  readonly reader: Client;
  readonly readerKey: string;
  readonly readerKeyId: string;
  readonly templateId: string;
  readonly assetId: string;
}

export interface KeyText {
  readonly id: string;
  readonly text: string;
}

async function foundInstitution(service: Reachable, name = 'Northern Escrow'): Promise<string> {
  const answer = await service.root.post('/v1/institutions', {
    name,
    regions: ['US', 'EU_UK', 'SG'],
  });
  return done(answer).id;
}

export async function issueKey(
  service: Reachable,
  institutionId: string,
  role: 'admin' | 'read_only',
): Promise<KeyText> {
  const answer = await service.root.post(`/v1/institutions/${institutionId}/api-keys`, {
    label: `Key of ${role}`,
    role,
  });
  const { id, apiKey } = done(answer);
  return { id, text: apiKey };
}

/** Makes a template for one currency, and an asset under it. */
export async function makeAsset(
  client: Client,
  currency: string,
  institutionId?: string,
): Promise<{ templateId: string; assetId: string }> {
  const template = await client.post('/v1/asset-templates', {
    ...(institutionId === undefined ? {} : { institutionId }),
    code: 'CONSTR_ESCROW',
    name: `Project escrow in ${currency}`,
    vertical: 'CONSTRUCTION',
    region: 'US',
    config: { currency, region: 'US' },
  });
  const templateId = done(template).id;
  const asset = await client.post('/v1/assets', { templateId, label: `Harbour bridge in ${currency}` });
  return { templateId, assetId: done(asset).id };
}

export async function foundTenant(service: Reachable, name?: string): Promise<Tenant> {
  const id = await foundInstitution(service, name);
  const adminKey = await issueKey(service, id, 'admin');
  const readerKey = await issueKey(service, id, 'read_only');
  const admin = service.client(adminKey.text);
  return {
    id,
    admin,
    adminKey: adminKey.text,
    adminKeyId: adminKey.id,
    reader: service.client(readerKey.text),
    readerKey: readerKey.text,
    readerKeyId: readerKey.id,
    ...(await makeAsset(admin, 'USD')),
  };
}

/** Opens a position and answers its id. */
export async function openPosition(
  client: Client,
  assetId: string,
  amount: string,
  claim: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const answer = await client.post('/v1/positions', {
    assetId,
    holderReference: 'holder-1',
    currency: 'USD',
    amount,
    ...claim,
  });
  return done(answer).id;
}

/** Moves a position one step. */
export async function move(
  client: Client,
  positionId: string,
  toState: string,
  amount?: string,
): Promise<Answer> {
  return client.post(`/v1/positions/${positionId}/transition`, {
    toState,
    ...(amount === undefined ? {} : { amount }),
  });
}

/** The body of an answer that must be a success. */
export function done(answer: Answer): Json {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new Error(`A request that prepares the test was answered ${answer.status}: ${answer.text}`);
}
