import type { Request } from './send.js';
import type { World } from './world.js';

/** Requests that would succeed but for the fields that a test changes or adds. */
export type Fields = Readonly<Record<string, unknown>>;

export const institution = (fields: Fields) => (): Request => ({
  as: 'root',
  path: '/v1/institutions',
  json: { name: 'New Escrow', regions: ['US'], ...fields },
});
export const apiKey =
  (fields: Fields) =>
  ({ ours }: World): Request => ({
    path: `/v1/institutions/${ours.id}/api-keys`,
    json: { label: 'Back office', role: 'admin', ...fields },
  });
export const template = (fields: Fields) => (): Request => ({
  path: '/v1/asset-templates',
  json: {
    code: 'CONSTR_ESCROW',
    name: 'Project escrow',
    vertical: 'CONSTRUCTION',
    region: 'US',
    config: { currency: 'USD', region: 'US' },
    ...fields,
  },
});
export const config = (fields: Fields): (() => Request) =>
  template({ config: { currency: 'USD', region: 'US', ...fields } });
export const asset =
  (fields: Fields) =>
  ({ ours }: World): Request => ({
    path: '/v1/assets',
    json: { templateId: ours.templateId, label: 'Harbour bridge', ...fields },
  });
export const position =
  (fields: Fields | ((world: World) => Fields)) =>
  (world: World): Request => ({
    path: '/v1/positions',
    json: {
      assetId: world.ours.assetId,
      holderReference: 'holder-1',
      currency: 'USD',
      amount: '1000.10',
      ...(typeof fields === 'function' ? fields(world) : fields),
    },
  });
export const transition =
  (fields: Fields, id: (world: World) => string = (world) => world.partialId) =>
  (world: World): Request => ({ path: `/v1/positions/${id(world)}/transition`, json: fields });
export const policy =
  (rules: unknown, region = 'US') =>
  ({ ours }: World): Request => ({
    method: 'PUT',
    path: `/v1/institutions/${ours.id}/policies/${region}`,
    json: { position: rules },
  });
