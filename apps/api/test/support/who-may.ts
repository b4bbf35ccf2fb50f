import type { Role } from '#kernel';

const EVERY_KEY: readonly Role[] = ['root', 'admin', 'read_only'];
const ROOT_AND_ADMIN: readonly Role[] = ['root', 'admin'];
const ROOT: readonly Role[] = ['root'];

/**
 * Whom each operation is for, as it was laid down before it was built: neither the document nor the code is asked, so
 * that a role which is let in by mistake is found out.
 */
export const WHO_MAY: Readonly<Record<string, readonly Role[] | 'everybody'>> = {
  'GET /health/live': 'everybody',
  'GET /health/ready': 'everybody',
  'GET /health/startup': 'everybody',
  'GET /openapi.json': 'everybody',
  'GET /problems': 'everybody',
  'GET /problems/{code}': 'everybody',

  'GET /metrics': ROOT,
  'GET /v1/export': ROOT,
  'POST /v1/institutions': ROOT,
  'PATCH /v1/institutions/{institutionId}': ROOT,

  'GET /v1/audit-events': ROOT_AND_ADMIN,
  'GET /v1/institutions/{institutionId}/api-keys': ROOT_AND_ADMIN,
  'POST /v1/institutions/{institutionId}/api-keys': ROOT_AND_ADMIN,
  'POST /v1/institutions/{institutionId}/api-keys/{keyId}/revoke': ROOT_AND_ADMIN,
  'POST /v1/institutions/{institutionId}/api-keys/{keyId}/rotate': ROOT_AND_ADMIN,
  'PUT /v1/institutions/{institutionId}/policies/{region}': ROOT_AND_ADMIN,
  'DELETE /v1/institutions/{institutionId}/policies/{region}': ROOT_AND_ADMIN,
  'POST /v1/asset-templates': ROOT_AND_ADMIN,
  'POST /v1/assets': ROOT_AND_ADMIN,
  'PATCH /v1/assets/{assetId}': ROOT_AND_ADMIN,
  'POST /v1/positions': ROOT_AND_ADMIN,
  'POST /v1/positions/batch': ROOT_AND_ADMIN,
  'POST /v1/positions/{positionId}/transition': ROOT_AND_ADMIN,

  'GET /v1/institutions': EVERY_KEY,
  'GET /v1/institutions/{institutionId}': EVERY_KEY,
  'GET /v1/institutions/{institutionId}/policies': EVERY_KEY,
  'GET /v1/institutions/{institutionId}/policies/{region}': EVERY_KEY,
  'GET /v1/institutions/{institutionId}/checkpoints': EVERY_KEY,
  'GET /v1/institutions/{institutionId}/checkpoints/{number}/verification': EVERY_KEY,
  'GET /v1/template-types': EVERY_KEY,
  'GET /v1/template-types/{code}': EVERY_KEY,
  'GET /v1/asset-templates': EVERY_KEY,
  'GET /v1/asset-templates/{templateId}': EVERY_KEY,
  'GET /v1/assets': EVERY_KEY,
  'GET /v1/assets/{assetId}': EVERY_KEY,
  'GET /v1/positions': EVERY_KEY,
  'GET /v1/positions/{positionId}': EVERY_KEY,
  'GET /v1/positions/{positionId}/events': EVERY_KEY,
  'GET /v1/positions/{positionId}/ledger/verification': EVERY_KEY,
  'GET /v1/ledger-events': EVERY_KEY,
  'GET /v1/balances': EVERY_KEY,
};
