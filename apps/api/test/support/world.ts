import type { Clock } from '#kernel';
import type { Backend } from '#testing';
import { closeService, openService, type Service } from './service.js';
import { done, foundTenant, issueKey, makeAsset, move, openPosition, type Tenant } from './tenant.js';

/** Two tenants; ours has what refusals of every kind can be met on. */
export interface World {
  readonly service: Service;
  readonly ours: Tenant;
  readonly theirs: Tenant & { readonly positionId: string };
  /** A key of ours that no client here uses. */
  readonly spareKeyId: string;
  readonly jpyAssetId: string;
  /** Its template takes USD from 10.00 to 100.00. */
  readonly bounded: { readonly templateId: string; readonly assetId: string };
  /** Of region SG, whose policy takes EUR and USD from 50 to 5000, while its template takes `currency`. */
  readonly underPolicy: { readonly eurAssetId: string; readonly gbpAssetId: string };
  /** Of 1000.10 USD. */
  readonly createdId: string;
  /** Of 1000.10 USD, 300.05 of it released. */
  readonly partialId: string;
  readonly cancelledId: string;
  /** When all of it was there. */
  readonly foundedAt: string;
}

/** Opens a service and founds a world on it; closes the service when it cannot, since nobody else would. */
export async function openWorld(backend: Backend, clock?: Clock): Promise<World> {
  const service = await openService(backend, {}, clock);
  try {
    return await foundWorld(service);
  } catch (error) {
    await closeService(service);
    throw error;
  }
}

export async function foundWorld(service: Service): Promise<World> {
  const ours = await foundTenant(service);
  const theirs = await foundTenant(service, 'Southern Escrow');
  const inSingapore = async (currency: string): Promise<string> =>
    makeAssetUnder(ours, { region: 'SG', config: { currency, region: 'SG' } }).then(({ assetId }) => assetId);
  const partialId = await openPosition(ours.admin, ours.assetId, '1000.10');
  done(await move(ours.admin, partialId, 'FUNDED'));
  done(await move(ours.admin, partialId, 'PARTIALLY_RELEASED', '300.05'));
  const cancelledId = await openPosition(ours.admin, ours.assetId, '5.00');
  done(await move(ours.admin, cancelledId, 'CANCELLED'));
  const world = {
    service,
    ours,
    theirs: { ...theirs, positionId: await openPosition(theirs.admin, theirs.assetId, '7.00') },
    spareKeyId: (await issueKey(service, ours.id, 'read_only')).id,
    jpyAssetId: (await makeAsset(ours.admin, 'JPY')).assetId,
    bounded: await makeAssetUnder(ours, {
      region: 'US',
      config: { currency: 'USD', region: 'US', minAmount: '10.00', maxAmount: '100.00' },
    }),
    underPolicy: { eurAssetId: await inSingapore('EUR'), gbpAssetId: await inSingapore('GBP') },
    createdId: await openPosition(ours.admin, ours.assetId, '1000.10'),
    partialId,
    cancelledId,
  };
  const rules = { minAmount: '50', maxAmount: '5000', allowedCurrencies: ['EUR', 'USD'] };
  done(await ours.admin.put(`/v1/institutions/${ours.id}/policies/SG`, { position: rules }));
  return { ...world, foundedAt: new Date().toISOString() };
}

async function makeAssetUnder(
  { admin }: Tenant,
  terms: Readonly<Record<string, unknown>>,
): Promise<{ templateId: string; assetId: string }> {
  const kind = { code: 'CONSTR_ESCROW', name: 'Project escrow', vertical: 'CONSTRUCTION' };
  const { id: templateId } = done(await admin.post('/v1/asset-templates', { ...kind, ...terms }));
  const { id: assetId } = done(await admin.post('/v1/assets', { templateId, label: 'Harbour bridge' }));
  return { templateId, assetId };
}
