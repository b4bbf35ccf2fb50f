import { asset, position, template } from './requests.js';
import type { Request } from './send.js';
import type { World } from './world.js';

/** The ids that a request names: those of another tenant, or those of nothing. */
export type Ids = Readonly<Record<'institution' | 'template' | 'asset' | 'position' | 'apiKey', string>>;

/** A way to name a thing of another tenant, and the status that it is answered with. */
export type Attempt = readonly [name: string, status: number, request: (ids: Ids, world: World) => Request];

/** What belongs to an institution, by the rest of the path behind its id. */
const ofInstitutions: readonly Attempt[] = [
  ['reading an institution', 404, ({ institution }) => ({ path: `/v1/institutions/${institution}` })],
  [
    'changing an institution',
    403,
    ({ institution }) => ({
      method: 'PATCH',
      path: `/v1/institutions/${institution}`,
      json: { name: 'Mine' },
    }),
  ],
  ['listing policies', 404, ({ institution }) => ({ path: `/v1/institutions/${institution}/policies` })],
  ['reading a policy', 404, ({ institution }) => ({ path: `/v1/institutions/${institution}/policies/US` })],
  [
    'putting a policy',
    404,
    ({ institution }) => ({
      method: 'PUT',
      path: `/v1/institutions/${institution}/policies/US`,
      json: { position: {} },
    }),
  ],
  [
    'removing a policy',
    404,
    ({ institution }) => ({ method: 'DELETE', path: `/v1/institutions/${institution}/policies/US` }),
  ],
  [
    'listing checkpoints',
    404,
    ({ institution }) => ({ path: `/v1/institutions/${institution}/checkpoints` }),
  ],
  [
    'verifying a checkpoint',
    404,
    ({ institution }) => ({ path: `/v1/institutions/${institution}/checkpoints/1/verification` }),
  ],
];

const ofKeys: readonly Attempt[] = [
  [
    'listing the keys of an institution',
    404,
    ({ institution }) => ({ path: `/v1/institutions/${institution}/api-keys` }),
  ],
  [
    'making a key of an institution',
    404,
    ({ institution }) => ({
      path: `/v1/institutions/${institution}/api-keys`,
      json: { label: 'Mine', role: 'admin' },
    }),
  ],
  ...['revoke', 'rotate'].flatMap((step): Attempt[] => [
    [
      `asking to ${step} a key`,
      404,
      ({ institution, apiKey }) => ({
        method: 'POST',
        path: `/v1/institutions/${institution}/api-keys/${apiKey}/${step}`,
      }),
    ],
    [
      `asking to ${step} a key as one’s own`,
      404,
      ({ apiKey }, { ours }) => ({
        method: 'POST',
        path: `/v1/institutions/${ours.id}/api-keys/${apiKey}/${step}`,
      }),
    ],
    [
      `asking to ${step} one’s own key as one of an institution`,
      404,
      ({ institution }, { ours }) => ({
        method: 'POST',
        path: `/v1/institutions/${institution}/api-keys/${ours.readerKeyId}/${step}`,
      }),
    ],
  ]),
];

const ofThings: readonly Attempt[] = [
  ['reading a template', 404, ({ template: id }) => ({ path: `/v1/asset-templates/${id}` })],
  ['reading an asset', 404, ({ asset: id }) => ({ path: `/v1/assets/${id}` })],
  [
    'changing an asset',
    404,
    ({ asset: id }) => ({ method: 'PATCH', path: `/v1/assets/${id}`, json: { label: 'x' } }),
  ],
  ['reading a position', 404, ({ position: id }) => ({ path: `/v1/positions/${id}` })],
  [
    'a position as of a moment',
    404,
    ({ position: id }, { foundedAt }) => ({ path: `/v1/positions/${id}?asOf=${foundedAt}` }),
  ],
  ['reading the events of a position', 404, ({ position: id }) => ({ path: `/v1/positions/${id}/events` })],
  ['verifying a position', 404, ({ position: id }) => ({ path: `/v1/positions/${id}/ledger/verification` })],
  [
    'moving a position',
    404,
    ({ position: id }) => ({ path: `/v1/positions/${id}/transition`, json: { toState: 'FUNDED' } }),
  ],
  [
    'asking for a step that is impossible',
    404,
    ({ position: id }) => ({ path: `/v1/positions/${id}/transition`, json: { toState: 'CREATED' } }),
  ],
];

const inBodies: readonly Attempt[] = [
  ['a template of an institution', 404, ({ institution }) => template({ institutionId: institution })()],
  [
    'an asset of an institution',
    404,
    ({ institution }, world) => asset({ institutionId: institution })(world),
  ],
  ['an asset under a template', 404, ({ template: id }, world) => asset({ templateId: id })(world)],
  [
    'a position of an institution',
    404,
    ({ institution }, world) => position({ institutionId: institution })(world),
  ],
  ['a position on an asset', 404, ({ asset: id }, world) => position({ assetId: id })(world)],
  [
    'a position of a currency that the asset does not take',
    404,
    ({ asset: id }, world) => position({ assetId: id, currency: 'EUR' })(world),
  ],
  [
    'a position on an asset, in a batch',
    404,
    ({ asset: id }, world) => ({
      path: '/v1/positions/batch',
      json: { items: [position({})(world).json, position({ assetId: id })(world).json] },
    }),
  ],
  [
    'a position of an institution, in a batch',
    404,
    ({ institution }, world) => ({
      path: '/v1/positions/batch',
      json: { items: [position({})(world).json, position({ institutionId: institution })(world).json] },
    }),
  ],
];

const inQueries: readonly Attempt[] = [
  ...['positions', 'assets', 'asset-templates', 'ledger-events', 'balances', 'audit-events'].map(
    (list): Attempt => [
      `the ${list} of an institution`,
      404,
      ({ institution }) => ({ path: `/v1/${list}?institutionId=${institution}` }),
    ],
  ),
  ['the ledger of a position', 404, ({ position: id }) => ({ path: `/v1/ledger-events?positionId=${id}` })],
  ['positions of an asset', 200, ({ asset: id }) => ({ path: `/v1/positions?assetId=${id}` })],
  ['balances of an asset', 200, ({ asset: id }) => ({ path: `/v1/balances?assetId=${id}` })],
  ['assets of a template', 200, ({ template: id }) => ({ path: `/v1/assets?templateId=${id}` })],
  ['audit events of a key', 200, ({ apiKey }) => ({ path: `/v1/audit-events?apiKeyId=${apiKey}` })],
  ['audit events of a resource', 200, ({ position: id }) => ({ path: `/v1/audit-events?resourceId=${id}` })],
];

/**
 * Every way to name a thing of another tenant. The document says what has to be here: each parameter and each member of
 * a body that takes an id is to be foreign in one of these, while nothing else of the request is.
 */
export const attempts: readonly Attempt[] = [
  ...ofInstitutions,
  ...ofKeys,
  ...ofThings,
  ...inBodies,
  ...inQueries,
];

/** The operations that a key is needed for and that take no id, and what keeps tenants apart in them. */
export const NAMING_NOTHING: Readonly<Record<string, string>> = {
  'GET /metrics': 'It sums over all tenants, for root alone.',
  'GET /v1/export': 'It holds all tenants, for root alone.',
  'GET /v1/institutions': 'It lists what is one’s own.',
  'POST /v1/institutions': 'It makes a tenant.',
  'GET /v1/template-types': 'Its answer is the same for all.',
  'GET /v1/template-types/{code}': 'Its answer is the same for all.',
};

/** The ids of another tenant. */
export function foreignIds({ theirs }: World): Ids {
  return {
    institution: theirs.id,
    template: theirs.templateId,
    asset: theirs.assetId,
    position: theirs.positionId,
    apiKey: theirs.adminKeyId,
  };
}
