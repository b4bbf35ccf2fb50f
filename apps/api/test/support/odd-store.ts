import { currencyCodesInUse, findCurrency } from '#kernel';
import type { Service } from './service.js';
import { done, foundTenant, issueKey, makeAsset, move, openPosition, type Tenant } from './tenant.js';

/** What a store holds that has seen everything odd that there is. */
export interface OddStore {
  readonly tenants: readonly Tenant[];
  readonly rotatedKey: string;
}

const ODD_METADATA = {
  z: 1,
  a: { '10': 1, '9': [2, { é: '🌉' }] },
  'Ω "\\': 'line',
  tiny: 5e-324,
  huge: 1.7976931348623157e308,
  big: 1e21,
};

/** Has a service store rows of every kind, with whatever may be lost or changed on the way to another store. */
export async function fillOddly(service: Service): Promise<OddStore> {
  const tenants = [await foundTenant(service), await foundTenant(service, 'Åland Escrow 🏗')];
  const [ours] = tenants as [Tenant];
  const institution = `/v1/institutions/${ours.id}`;
  const spare = await issueKey(service, ours.id, 'read_only');
  const revoked = await issueKey(service, ours.id, 'read_only');
  done(await service.root.post(`${institution}/api-keys/${revoked.id}/revoke`));
  const rotated = done(
    await service.root.post(`${institution}/api-keys/${spare.id}/rotate`, { overlapSeconds: 60 }),
  );
  done(
    await ours.admin.put(`${institution}/policies/US`, {
      position: { maxAmount: '123456789012345678901.5' },
    }),
  );
  done(await ours.admin.put(`${institution}/policies/SG`, { position: {} }));
  done(await ours.admin.delete(`${institution}/policies/SG`));
  done(await ours.admin.patch(`/v1/assets/${ours.assetId}`, { metadata: ODD_METADATA }));
  for (const code of currencyCodesInUse()) {
    const { assetId } = await makeAsset(ours.admin, code);
    const fraction = '1234'.slice(0, findCurrency(code)?.digits);
    const amount = fraction === '' ? '900719925474099300' : `900719925474099300.${fraction}`;
    const id = await openPosition(ours.admin, assetId, amount, { currency: code });
    done(await move(ours.admin, id, 'FUNDED'));
  }
  for (const { admin, assetId } of tenants) {
    const options = { holderReference: 'Söder & Söner', externalReference: 'Nº 7 🏗' };
    const id = await openPosition(admin, assetId, '1000.10', options);
    done(await move(admin, id, 'FUNDED'));
    done(
      await admin.post(`/v1/positions/${id}/transition`, {
        toState: 'PARTIALLY_RELEASED',
        amount: '0.10',
        reason: 'Erster Teil',
        metadata: ODD_METADATA,
      }),
    );
    done(await move(admin, id, 'CANCELLED'));
    await openPosition(admin, assetId, '0.01');
  }
  return { tenants, rotatedKey: rotated.apiKey };
}
