import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';

const NOW = '2026-01-02T03:04:05.678Z';
const LATER = '2026-01-02T03:05:05.678Z';
const HASH = 'a'.repeat(64);
const stamps = { version: 1, created_at: NOW, updated_at: NOW };

/** One valid row of each table; tests change a column and see what the database says. */
const ROWS = {
  institutions: { id: 'inst_1', name: 'One', regions: ['US'], verticals: ['CONSTRUCTION'], ...stamps },
  api_keys: {
    id: 'ak_1',
    institution_id: 'inst_1',
    label: 'ops',
    role: 'admin',
    key_hash: HASH,
    pepper_version: 'one',
    prefix: 'egk_1',
    ...stamps,
  },
  asset_templates: {
    id: 'tmpl_1',
    institution_id: 'inst_1',
    code: 'CONSTR_ESCROW',
    name: 'Escrow',
    vertical: 'CONSTRUCTION',
    region: 'US',
    config: { currency: 'USD' },
    ...stamps,
  },
  assets: {
    id: 'ast_1',
    institution_id: 'inst_1',
    template_id: 'tmpl_1',
    label: 'A',
    metadata: {},
    ...stamps,
  },
  institution_policies: { id: 'pol_1', institution_id: 'inst_1', region: 'US', config: null, ...stamps },
  positions: {
    id: 'pos_1',
    institution_id: 'inst_1',
    asset_id: 'ast_1',
    holder_reference: 'holder',
    currency: 'USD',
    amount: '100.00',
    released_amount: '0',
    refunded_amount: '0',
    state: 'CREATED',
    ledger_head: HASH,
    ...stamps,
  },
  position_events: {
    id: 'ple_1',
    institution_id: 'inst_1',
    position_id: 'pos_1',
    seq: 1,
    from_state: null,
    to_state: 'CREATED',
    at: NOW,
    created_at: NOW,
  },
  ledger_events: {
    id: 'le_1',
    institution_id: 'inst_1',
    position_id: 'pos_1',
    seq: 1,
    kind: 'POSITION_CREATED',
    previous_state: null,
    new_state: 'CREATED',
    currency: 'USD',
    payload: {},
    previous_hash: '0'.repeat(64),
    hash: HASH,
    at: NOW,
    created_at: NOW,
  },
  audit_events: {
    id: 'aud_1',
    institution_id: 'inst_1',
    occurred_at: NOW,
    method: 'POST',
    path: '/v1/positions',
    action: 'POSITION_CREATED',
    outcome: 'SUCCESS',
    status_code: 201,
    request_id: 'r-1',
    payload: {},
    created_at: NOW,
  },
  checkpoints: {
    id: 'ckpt_1',
    institution_id: 'inst_1',
    number: 1,
    range_after: null,
    range_until: NOW,
    ledger_event_count: 1,
    audit_event_count: 0,
    merkle_root: HASH,
    previous_hash: '0'.repeat(64),
    hash: HASH,
    key_id: 'a'.repeat(32),
    signature: 'x',
    created_at: NOW,
  },
  idempotency_records: {
    institution_id: 'inst_1',
    key: 'k-1',
    request_hash: HASH,
    status: 201,
    headers: {},
    body: '{}',
    created_at: NOW,
    expires_at: NOW,
  },
};
type TableName = keyof typeof ROWS;
const TABLES = Object.keys(ROWS) as TableName[];
const HISTORY: TableName[] = ['position_events', 'ledger_events', 'audit_events', 'checkpoints'];

describe('the schema', () => {
  let database: TestDatabase;
  let owner: Client;
  let service: Client;
  beforeAll(async () => {
    database = await openTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    service = new Client({ connectionString: database.url });
    await Promise.all([owner.connect(), service.connect()]);
    for (const table of TABLES) await insert(table, {});
  });
  afterAll(async () => {
    await Promise.all([owner.end(), service.end()]);
    await database.close();
  });

  /** As the service: a valid row with some columns changed. */
  async function insert(table: TableName, changes: Record<string, unknown>): Promise<void> {
    const row = { ...ROWS[table], ...changes };
    await service.query(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1)`, [row]);
  }

  /** Columns that make a row another one than the row that is there already. */
  const another = (id: string): Record<string, unknown> => ({ id, seq: 2 });

  describe.each(HISTORY)('%s', (table) => {
    test.each([`UPDATE ${table} SET created_at = created_at`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])(
      'refuses %s to the service and to the owner, also when no row is met',
      async (statement) => {
        await expect(service.query(statement)).rejects.toMatchObject({
          code: '42501',
          message: `permission denied for table ${table}`,
        });
        await expect(owner.query(statement)).rejects.toMatchObject({
          code: '42501',
          message: `${table} is append-only: ${statement.split(' ')[0]} is refused`,
        });
        if (statement.startsWith('TRUNCATE')) return;
        await expect(owner.query(`${statement} WHERE false`)).rejects.toMatchObject({ code: '42501' });
      },
    );
  });

  test.each(TABLES.filter((table) => table !== 'idempotency_records'))(
    'keeps the service from removing rows of %s',
    async (table) => {
      await expect(service.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    },
  );

  test('lets the service update what changes, and remove expired idempotency records', async () => {
    await service.query('BEGIN');
    expect(await service.query('UPDATE positions SET version = version + 1')).toMatchObject({ rowCount: 1 });
    expect(await service.query('DELETE FROM idempotency_records')).toMatchObject({ rowCount: 1 });
    await service.query('ROLLBACK');
  });

  describe('across tenants', () => {
    beforeAll(() => insert('institutions', { id: 'inst_2' }));

    test.each<[TableName, string]>([
      ['assets', 'assets_template_fk'],
      ['positions', 'positions_asset_fk'],
      ['position_events', 'position_events_position_fk'],
      ['ledger_events', 'ledger_events_position_fk'],
    ])('refuses a reference from %s', async (table, constraint) => {
      const row = insert(table, { institution_id: 'inst_2' });
      await expect(row).rejects.toMatchObject({ code: '23503', constraint });
    });

    test.each<TableName>(['api_keys', 'asset_templates', 'institution_policies'])(
      'refuses an unknown institution in %s',
      async (table) => {
        const row = insert(table, { id: 'other', institution_id: 'inst_3' });
        await expect(row).rejects.toMatchObject({ code: '23503', constraint: `${table}_institution_fk` });
      },
    );
  });

  test.each<[TableName, Record<string, unknown>, string]>([
    ['institution_policies', { id: 'pol_2' }, 'institution_policies_region_key'],
    ['position_events', { id: 'ple_2' }, 'position_events_seq_key'],
    ['ledger_events', { id: 'le_2' }, 'ledger_events_seq_key'],
    ['idempotency_records', {}, 'idempotency_records_pk'],
    ['checkpoints', { id: 'ckpt_2' }, 'checkpoints_number_key'],
  ])('refuses a second row in %s with the same key', async (table, changes, constraint) => {
    await expect(insert(table, changes)).rejects.toMatchObject({ code: '23505', constraint });
  });

  const moved = (state: string, released_amount: string, refunded_amount: string) => ({
    state,
    released_amount,
    refunded_amount,
  });
  const transfer = (debit_account: string | null, credit_account: string | null, amount: string | null) => ({
    kind: 'POSITION_STATE_CHANGED',
    previous_state: 'CREATED',
    new_state: 'FUNDED',
    debit_account,
    credit_account,
    amount,
  });
  /** The checkpoint after the one that is there. */
  const next = (changes: Record<string, unknown>) => ({
    number: 2,
    range_after: NOW,
    range_until: LATER,
    ...changes,
  });

  test.each<[TableName, Record<string, unknown>, string]>([
    ['institutions', { regions: ['US', 'MARS'] }, 'institutions_regions_check'],
    ['institutions', { verticals: ['GOLD'] }, 'institutions_verticals_check'],
    ['institutions', { version: 0 }, 'institutions_version_check'],
    ['api_keys', { role: 'root' }, 'api_keys_role_check'],
    ['asset_templates', { vertical: 'GOLD' }, 'asset_templates_vertical_check'],
    ['asset_templates', { region: 'MARS' }, 'asset_templates_region_check'],
    ['institution_policies', { region: 'MARS' }, 'institution_policies_region_check'],
    ['positions', { state: 'LOST' }, 'positions_state_check'],
    ['positions', { currency: 'usd' }, 'positions_currency_check'],
    ['positions', { amount: '0' }, 'positions_amount_check'],
    ['positions', { amount: 'NaN' }, 'positions_amount_check'],
    ['positions', { ledger_head: 'A'.repeat(64) }, 'positions_ledger_head_check'],
    ['positions', moved('RELEASED', '-1', '0'), 'positions_released_amount_check'],
    ['positions', moved('CANCELLED', '0', '-1'), 'positions_refunded_amount_check'],
    ['positions', moved('CANCELLED', '60', '50'), 'positions_moved_amount_check'],
    ['positions', moved('CREATED', '1', '0'), 'positions_state_amounts_check'],
    ['positions', moved('FUNDED', '0', '1'), 'positions_state_amounts_check'],
    ['positions', moved('PARTIALLY_RELEASED', '0', '0'), 'positions_state_amounts_check'],
    ['positions', moved('PARTIALLY_RELEASED', '100', '0'), 'positions_state_amounts_check'],
    ['positions', moved('PARTIALLY_RELEASED', '50', '1'), 'positions_state_amounts_check'],
    ['positions', moved('RELEASED', '99', '0'), 'positions_state_amounts_check'],
    ['positions', moved('CANCELLED', '40', '50'), 'positions_state_amounts_check'],
    ['positions', moved('EXPIRED', '100', '0'), 'positions_state_amounts_check'],
    ['position_events', { seq: 0, from_state: 'CREATED', to_state: 'FUNDED' }, 'position_events_seq_check'],
    ['position_events', { from_state: 'LOST', to_state: 'FUNDED' }, 'position_events_from_state_check'],
    ['position_events', { from_state: 'CREATED', to_state: 'LOST' }, 'position_events_to_state_check'],
    ['position_events', { from_state: null, to_state: 'FUNDED' }, 'position_events_first_check'],
    [
      'position_events',
      { amount: '-1', from_state: 'CREATED', to_state: 'FUNDED' },
      'position_events_amount_check',
    ],
    ['ledger_events', { ...transfer(null, null, null), kind: 'NEWS' }, 'ledger_events_kind_check'],
    [
      'ledger_events',
      { ...transfer(null, null, null), kind: 'POSITION_CREATED' },
      'ledger_events_first_check',
    ],
    ['ledger_events', transfer('depositor', 'escrow', null), 'ledger_events_transfer_check'],
    ['ledger_events', transfer(null, 'escrow', '1'), 'ledger_events_transfer_check'],
    ['ledger_events', transfer('escrow', 'escrow', '1'), 'ledger_events_two_accounts_check'],
    ['ledger_events', transfer('bank', 'escrow', '1'), 'ledger_events_debit_account_check'],
    ['ledger_events', transfer('depositor', 'bank', '1'), 'ledger_events_credit_account_check'],
    ['ledger_events', transfer('depositor', 'escrow', '0'), 'ledger_events_amount_check'],
    ['ledger_events', { ...transfer(null, null, null), hash: 'short' }, 'ledger_events_hash_check'],
    [
      'ledger_events',
      { ...transfer(null, null, null), previous_hash: '' },
      'ledger_events_previous_hash_check',
    ],
    ['audit_events', { action: 'MAGIC' }, 'audit_events_action_check'],
    ['audit_events', { outcome: 'MAYBE' }, 'audit_events_outcome_check'],
    ['checkpoints', next({ number: 0 }), 'checkpoints_number_check'],
    ['checkpoints', next({ range_after: null }), 'checkpoints_range_check'],
    ['checkpoints', next({ number: 1 }), 'checkpoints_range_check'],
    ['checkpoints', next({ range_after: LATER }), 'checkpoints_range_check'],
    ['checkpoints', next({ ledger_event_count: -1, audit_event_count: 2 }), 'checkpoints_counts_check'],
    ['checkpoints', next({ ledger_event_count: 2, audit_event_count: -1 }), 'checkpoints_counts_check'],
    ['checkpoints', next({ merkle_root: 'short' }), 'checkpoints_hashes_check'],
    ['checkpoints', next({ previous_hash: '' }), 'checkpoints_hashes_check'],
    ['checkpoints', next({ hash: HASH.toUpperCase() }), 'checkpoints_hashes_check'],
  ])('refuses in %s %j', async (table, changes, constraint) => {
    const row = insert(table, { ...another('other'), ...changes });
    await expect(row).rejects.toMatchObject({ code: '23514', constraint });
  });

  describe('accepts', () => {
    beforeEach(() => service.query('BEGIN'));
    afterEach(() => service.query('ROLLBACK'));

    test.each([
      moved('FUNDED', '0', '0'),
      moved('PARTIALLY_RELEASED', '99.99', '0'),
      moved('RELEASED', '100', '0'),
      moved('CANCELLED', '0', '0'),
      moved('CANCELLED', '30', '70'),
      moved('EXPIRED', '0', '100'),
    ])('a position that is %j', async (changes) => {
      await insert('positions', { ...another('pos_2'), ...changes });
    });

    test('a checkpoint after another, and one of another institution, or of the platform', async () => {
      await insert('checkpoints', { id: 'ckpt_2', ...next({}) });
      await insert('checkpoints', { institution_id: 'inst_nobody' });
    });

    test('a ledger event that moves money, and one that moves none', async () => {
      await insert('ledger_events', { ...another('le_2'), ...transfer('depositor', 'escrow', '100') });
      await insert('ledger_events', { ...transfer(null, null, null), id: 'le_3', seq: 3 });
    });
  });
});
