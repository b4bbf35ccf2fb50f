import { ApiClient } from './api-client.js';
import { ROOT_KEY } from './bench-service.js';

export const ASSETS = 20;
export const HOLDERS = 200;
export const BATCH_SIZE = 1_000;

/** An institution with an admin key, a policy, and assets under one template. */
export interface BenchTenant {
  readonly apiKey: string;
  readonly assetIds: readonly string[];
}

export async function foundTenant(url: string, signal: AbortSignal): Promise<BenchTenant> {
  const root = new ApiClient(url, ROOT_KEY, signal);
  const { id } = await root.post<{ id: string }>('/v1/institutions', {
    name: 'Bench Escrow',
    regions: ['US'],
  });
  const { apiKey } = await root.post<{ apiKey: string }>(`/v1/institutions/${id}/api-keys`, {
    label: 'bench',
    role: 'admin',
  });
  const admin = new ApiClient(url, apiKey, signal);
  await admin.send('PUT', `/v1/institutions/${id}/policies/US`, {
    position: { minAmount: '1.00', maxAmount: '1000000.00', allowedCurrencies: ['USD', 'EUR'] },
  });
  const template = await admin.post<{ id: string }>('/v1/asset-templates', {
    code: 'CONSTR_ESCROW',
    name: 'Project escrow',
    vertical: 'CONSTRUCTION',
    region: 'US',
    config: { currency: 'USD', region: 'US' },
  });
  const assetIds: string[] = [];
  for (let number = 1; number <= ASSETS; number += 1) {
    const asset = { templateId: template.id, label: `Harbour bridge ${number}` };
    assetIds.push((await admin.post<{ id: string }>('/v1/assets', asset)).id);
  }
  return { apiKey, assetIds };
}

/** The body of a batch of new positions, spread over assets and holders. */
export function batchBody(tenant: BenchTenant, from: number, size = BATCH_SIZE): string {
  const items = Array.from({ length: size }, (_, index) => {
    const number = from + index;
    return {
      assetId: tenant.assetIds[number % ASSETS],
      holderReference: `holder-${number % HOLDERS}`,
      currency: 'USD',
      amount: '1000.00',
      externalReference: `contract-${String(number).padStart(12, '0')}`,
    };
  });
  return JSON.stringify({ items });
}

/** Creates positions in batches and answers their ids in the order of their making. */
export async function makePositions(
  client: ApiClient,
  tenant: BenchTenant,
  count: number,
  batchSize = BATCH_SIZE,
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const body = batchBody(tenant, ids.length, Math.min(batchSize, count - ids.length));
    const { data } = await client.post<{ data: { id: string }[] }>('/v1/positions/batch', body);
    for (const { id } of data) ids.push(id);
  }
  return ids;
}
