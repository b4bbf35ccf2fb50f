import { BUSY, numberedId } from './many-rows.js';

const { assetId: ASSET, templateId: TEMPLATE } = BUSY;
const QUIET_ASSET = numberedId('ast', 11);
const POSITION = numberedId('pos', 77);

/** Reads by a key, with the statements that each sends, and the indexes that these read: `name: index, index`. */
export const READS: readonly [path: string, sent: string[]][] = [
  [
    `/v1/positions/${POSITION}`,
    ['find_positions_by_id_institution_id_with_position_events_seq: positions_pk, position_events_seq_key'],
  ],
  [
    `/v1/positions/${POSITION}?asOf=2025-01-01T01:00:00Z`,
    ['find_positions_by_id_institution_id_with_position_events_seq: positions_pk, position_events_seq_key'],
  ],
  [
    `/v1/positions/${POSITION}/events`,
    ['find_positions_by_id_institution_id: positions_pk', 'SELECT: position_events_seq_key'],
  ],
  [
    `/v1/positions/${POSITION}/events?order=desc&cursor=${cursorOf(2)}`,
    ['find_positions_by_id_institution_id: positions_pk', 'SELECT: position_events_seq_key'],
  ],
  [
    `/v1/ledger-events?positionId=${POSITION}`,
    ['find_positions_by_id_institution_id: positions_pk', 'SELECT: ledger_events_seq_key'],
  ],
  [
    `/v1/ledger-events?positionId=${POSITION}&kind=POSITION_CREATED&cursor=${cursorOf(0)}`,
    ['find_positions_by_id_institution_id: positions_pk', 'SELECT: ledger_events_seq_key'],
  ],
  [
    `/v1/positions/${POSITION}/ledger/verification`,
    [
      'find_positions_by_id_institution_id: positions_pk',
      'BEGIN',
      'SELECT: positions_pk',
      'SELECT: position_events_seq_key',
      'SELECT: ledger_events_seq_key',
      'ROLLBACK',
    ],
  ],
  [`/v1/audit-events?resourceId=${POSITION}`, ['SELECT: audit_events_resource_occurred_idx']],
  [`/v1/assets/${ASSET}`, ['find_assets_by_id_institution_id: assets_pk']],
  [`/v1/asset-templates/${TEMPLATE}`, ['find_asset_templates_by_id_institution_id: asset_templates_pk']],
  ['/v1/balances?holderReference=holder-7', ['SELECT: positions_holder_created_idx, ledger_events_seq_key']],
  [`/v1/balances?assetId=${QUIET_ASSET}`, ['SELECT: positions_asset_created_idx, ledger_events_seq_key']],
  [
    `/v1/balances?assetId=${QUIET_ASSET}&asOf=2025-01-20T00:00:00Z`,
    ['SELECT: positions_asset_created_idx, ledger_events_seq_key'],
  ],
];

/** The same, of what belongs to an institution, by the rest of the path behind its id. */
export const OF_INSTITUTION: readonly [path: string, sent: string[]][] = [
  ['', ['find_institutions_by_id: institutions_pk']],
  ['/api-keys', ['find_institutions_by_id: institutions_pk', 'SELECT: api_keys_institution_created_idx']],
  [
    '/api-keys?includeRevoked=true',
    ['find_institutions_by_id: institutions_pk', 'SELECT: api_keys_institution_created_idx'],
  ],
  ['/policies', ['find_institutions_by_id: institutions_pk', 'SELECT: institution_policies_region_key']],
];

/** Of the step of a position that has a number. */
function cursorOf(seq: number): string {
  return Buffer.from(JSON.stringify([seq])).toString('base64url');
}
