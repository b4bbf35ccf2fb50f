import { BUSY, numberedId } from './many-rows.js';

/**
 * Lists, with the index that each goes along from its first row to its last, the columns by which it enters the index,
 * and those that it looks at on the way.
 */
export const LISTS: readonly [path: string, along: string][] = [
  ['/v1/positions', 'positions_institution_created_idx by institution_id'],
  [`/v1/positions?assetId=${BUSY.assetId}`, 'positions_asset_created_idx by institution_id, asset_id'],
  [
    '/v1/positions?holderReference=holder-7',
    'positions_holder_created_idx by institution_id, holder_reference',
  ],
  [
    '/v1/positions?externalReference=contract%2020',
    'positions_external_created_idx by institution_id, external_reference',
  ],
  ['/v1/positions?state=FUNDED', 'positions_state_created_idx by institution_id, state'],
  ['/v1/positions?state=EXPIRED', 'positions_state_created_idx by institution_id, state'],
  [
    '/v1/positions?createdAfter=2025-01-02T00:00:00Z',
    'positions_institution_created_idx by institution_id, created_at',
  ],
  [
    '/v1/positions?createdBefore=2025-01-20T00:00:00Z',
    'positions_institution_created_idx by institution_id, created_at',
  ],
  [
    '/v1/positions?state=FUNDED&state=CREATED',
    'positions_institution_created_idx by institution_id filtering state',
  ],
  ['/v1/positions?currency=JPY', 'positions_institution_created_idx by institution_id filtering currency'],
  ['/v1/positions?minAmount=5000', 'positions_institution_created_idx by institution_id filtering amount'],
  ['/v1/positions?maxAmount=5000', 'positions_institution_created_idx by institution_id filtering amount'],
  [
    `/v1/positions?assetId=${BUSY.assetId}&currency=JPY`,
    'positions_asset_created_idx by institution_id, asset_id filtering currency',
  ],
  ['/v1/ledger-events', 'ledger_events_institution_created_idx by institution_id'],
  [
    '/v1/ledger-events?kind=POSITION_CREATED',
    'ledger_events_institution_created_idx by institution_id filtering kind',
  ],
  [
    '/v1/ledger-events?after=2025-01-02T00:00:00Z',
    'ledger_events_institution_created_idx by institution_id, created_at',
  ],
  [
    '/v1/ledger-events?before=2025-01-20T00:00:00Z',
    'ledger_events_institution_created_idx by institution_id, created_at',
  ],
  ['/v1/audit-events', 'audit_events_institution_occurred_idx by institution_id'],
  [
    `/v1/audit-events?apiKeyId=${numberedId('ak', 7)}`,
    'audit_events_api_key_occurred_idx by institution_id, api_key_id',
  ],
  [
    '/v1/audit-events?occurredAfter=2025-01-02T00:00:00Z',
    'audit_events_institution_occurred_idx by institution_id, occurred_at',
  ],
  [
    '/v1/audit-events?occurredBefore=2025-01-20T00:00:00Z',
    'audit_events_institution_occurred_idx by institution_id, occurred_at',
  ],
  [
    '/v1/audit-events?outcome=SUCCESS',
    'audit_events_institution_occurred_idx by institution_id filtering outcome',
  ],
  [
    '/v1/audit-events?action=ASSET_UPDATED',
    'audit_events_institution_occurred_idx by institution_id filtering action',
  ],
  [
    '/v1/audit-events?resourceType=asset',
    'audit_events_institution_occurred_idx by institution_id filtering resource_type',
  ],
  ['/v1/assets', 'assets_institution_created_idx by institution_id'],
  [`/v1/assets?templateId=${BUSY.templateId}`, 'assets_template_created_idx by institution_id, template_id'],
  ['/v1/asset-templates', 'asset_templates_institution_created_idx by institution_id'],
  [
    '/v1/asset-templates?code=TF_INVOICE',
    'asset_templates_institution_created_idx by institution_id filtering code',
  ],
  [
    '/v1/asset-templates?vertical=CONSTRUCTION',
    'asset_templates_institution_created_idx by institution_id filtering vertical',
  ],
  [
    '/v1/asset-templates?region=SG',
    'asset_templates_institution_created_idx by institution_id filtering region',
  ],
  // Half of all templates have it, so that a page is soon full.
  [
    '/v1/asset-templates?config[currency]=EUR',
    'asset_templates_institution_created_idx by institution_id filtering config',
  ],
];

/** Lists of what has a text that few have, with their table and the index that finds it by the text. */
export const MEMBER_LISTS: readonly [path: string, table: string, found: string][] = [
  ['/v1/assets?metadata[project]=project%20511', 'assets', 'assets_metadata_idx by metadata'],
  ['/v1/assets?metadata[project]=none', 'assets', 'assets_metadata_idx by metadata'],
  ['/v1/assets?metadata[project]=none&metadata[lot]=1', 'assets', 'assets_metadata_idx by metadata'],
  ['/v1/asset-templates?config[currency]=GBP', 'asset_templates', 'asset_templates_config_idx by config'],
];

/** A page in either order, the first one and one that a cursor leads to, and how its index is read. */
export function pagesOf(path: string, along: string, halfway: string): [path: string, scan: string][] {
  const moment = path.startsWith('/v1/audit-events') ? 'occurred_at' : 'created_at';
  const entered = along.includes(' by ') ? ',' : ' by';
  const onFrom = along.replace(/ filtering|$/, `${entered} (${moment}, id)$&`);
  const query = `${path}${path.includes('?') ? '&' : '?'}`;
  return [
    [`${query}order=asc`, `Index Scan ${along}`],
    [`${query}order=desc`, `Index Scan backward ${along}`],
    [`${query}order=asc&cursor=${cursorOn(path, halfway)}`, `Index Scan ${onFrom}`],
    [`${query}order=desc&cursor=${cursorOn(path, halfway)}`, `Index Scan backward ${onFrom}`],
  ];
}

const PREFIXES: Readonly<Record<string, string>> = {
  'ledger-events': 'le',
  'audit-events': 'aud',
  assets: 'ast',
  'asset-templates': 'tmpl',
  institutions: 'inst',
};

/** The cursor of a row of one list, made that of a row of the same moment on another. */
function cursorOn(path: string, cursor: string): string {
  const prefix = PREFIXES[/^\/v1\/([\w-]+)/.exec(path)?.[1] ?? ''] ?? 'pos';
  const row = Buffer.from(cursor, 'base64url')
    .toString()
    .replace(/"[a-z]+_/, `"${prefix}_`);
  return Buffer.from(row).toString('base64url');
}
