import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Answer, Client } from './support/client.js';
import { OF_INSTITUTION, READS } from './support/keyed-reads.js';
import { LISTS, MEMBER_LISTS, pagesOf } from './support/list-indexes.js';
import { BUSY, fillWithManyRows, numberedId } from './support/many-rows.js';
import { outline, plansOf, reads, runPlan, type PlanNode } from './support/query-plan.js';
import { recordStatements } from './support/recorded-statements.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, move, openPosition, type Tenant } from './support/tenant.js';

const FILLING_MS = 120_000;

describe('among 100 thousand rows', () => {
  let service: Service;
  let large: Tenant;
  let small: Tenant;
  let planner: pg.Client;
  /** The cursor of a row half-way through every list. */
  let halfway: string;

  beforeAll(async () => {
    // Keys are kept for as long as the tests take: none of them is looked up in between.
    service = await openService('postgres', { API_KEY_MAX_AGE_MS: '60000' });
    large = await foundTenant(service);
    small = await foundTenant(service);
    const middle = await foundTenant(service);
    const ownerUrl = service.installation.database?.ownerUrl ?? '';
    await fillWithManyRows(ownerUrl, { large: large.id, middle: middle.id, small: small.id });
    planner = new pg.Client({ connectionString: ownerUrl });
    await planner.connect();
    const page = await large.admin.get('/v1/positions?limit=1&createdAfter=2025-01-12T00:00:00Z');
    halfway = done(page).page.nextCursor;
    done(await small.admin.get('/v1/positions?limit=1'));
  }, FILLING_MS);
  afterAll(async () => {
    await planner?.end();
    await closeService(service);
  });

  /** What a request has the service send, each statement with the indexes that its plans read: `name: index, index`. */
  async function sentFor(request: () => Promise<Answer>): Promise<string[]> {
    const sent = await recordStatements(async () => done(await request()));
    const told: string[] = [];
    for (const statement of sent) {
      const title = statement.name ?? /\w+/.exec(statement.text)?.[0] ?? '';
      const plans = await plansOf(planner, statement);
      const read = new Set(plans.map((plan) => reads(plan).join(', ')));
      told.push([title, ...[...read].filter((indexes) => indexes !== '')].join(': '));
    }
    return told;
  }

  describe('a list reads no more than a page, and as much far on as at its beginning', () => {
    /** Sends one statement, which has one plan: it is not kept prepared. */
    async function planOf(client: Client, path: string): Promise<PlanNode> {
      const sent = await recordStatements(async () => done(await client.get(path)));
      const plans = await Promise.all(sent.map(async (statement) => plansOf(planner, statement)));
      expect(plans).toEqual([[expect.anything()]]);
      return plans[0]?.[0] as PlanNode;
    }

    test.each(LISTS)('of a tenant: %s along %s', async (path, along) => {
      for (const [page, scan] of pagesOf(path, along, halfway)) {
        expect(outline(await planOf(large.admin, page))).toEqual(['Limit', `  ${scan}`]);
      }
    });

    test.each(LISTS)('of all tenants, the page of each merged: %s along %s', async (path, along) => {
      for (const [page, scan] of pagesOf(path, along, halfway)) {
        expect(outline(await planOf(service.root, page))).toEqual([
          'Limit',
          '  Sort',
          '    Nested Loop',
          '      CTE Scan tenant filtering id',
          '      Limit',
          `        ${scan}`,
        ]);
      }
    });

    test.each(MEMBER_LISTS)(
      'of what has a text that few have: %s of %s along %s',
      async (path, table, found) => {
        const bySearch = [
          'Sort',
          `  Bitmap Heap Scan ${table} filtering institution_id`,
          `    Bitmap Index Scan ${found}`,
        ];
        for (const order of ['asc', 'desc']) {
          const page = `${path}&order=${order}`;
          expect(outline(await planOf(large.admin, page))).toEqual(['Limit', ...indented(1, bySearch)]);
          expect(outline(await planOf(service.root, page))).toEqual([
            'Limit',
            '  Sort',
            '    Nested Loop',
            '      CTE Scan tenant filtering id',
            '      Limit',
            ...indented(4, bySearch),
          ]);
        }
      },
    );

    test('of institutions', async () => {
      for (const [page, scan] of pagesOf('/v1/institutions', 'institutions_created_idx', halfway)) {
        expect(outline(await planOf(service.root, page))).toEqual(['Limit', `  ${scan}`]);
      }
    });

    test('of checkpoints', async () => {
      const sent = await sentFor(async () => large.admin.get(`/v1/institutions/${large.id}/checkpoints`));
      expect(sent.at(-1)).toBe('SELECT: checkpoints_number_key');
    });

    test('the tenants that there are to merge are found by one step in an index each', async () => {
      for (const list of ['positions', 'ledger-events', 'audit-events', 'assets', 'asset-templates']) {
        const [statement] = await recordStatements(async () => done(await service.root.get(`/v1/${list}`)));
        const plan = statement && (await runPlan(planner, statement));
        const walk = plan?.Plans?.find((step) => step['Subplan Name'] === 'CTE tenant');
        // Every index of the table begins with the institution: any will do.
        expect(
          walk && outline(walk).map((line) => line.replace(/Only Scan .*_(idx|key|pk)/, 'Scan')),
        ).toEqual([
          'Recursive Union',
          '  Result',
          '    Limit',
          expect.stringMatching(/^ {6}Index Scan/),
          '  WorkTable Scan tenant filtering id',
          '    Result',
          '      Limit',
          '        Index Scan by institution_id',
        ]);
      }
    });

    test.each([
      '/v1/positions?currency=GBP',
      '/v1/positions?minAmount=9999999',
      '/v1/audit-events?action=POLICY_PUT',
      '/v1/ledger-events?kind=POSITION_CREATED',
    ])('a tenant with few rows has none but its own read: %s', async (path) => {
      const plan = await planOf(small.admin, path);
      expect(outline(plan).at(-1)).toMatch(/Index Scan .* by institution_id/);
    });

    test.each(LISTS)('a page of 200 takes as many statements as a page of 1: %s', async (path) => {
      for (const client of [large.admin, service.root]) {
        for (const limit of [1, 200]) {
          const page = path.includes('?') ? `${path}&limit=${limit}` : `${path}?limit=${limit}`;
          expect(await recordStatements(async () => done(await client.get(page)))).toHaveLength(1);
        }
      }
    });
  });

  describe('a total', () => {
    const count = /^SELECT count\(\*\) /;

    test.each([
      '/v1/positions',
      `/v1/positions?assetId=${BUSY.assetId}&currency=JPY`,
      '/v1/audit-events?occurredAfter=2025-01-02T00:00:00Z',
    ])('is counted by one statement more: %s', async (path) => {
      for (const client of [large.admin, service.root]) {
        const counted = `${path}${path.includes('?') ? '&' : '?'}limit=200&include=total`;
        const sent = await recordStatements(async () => done(await client.get(counted)));
        expect(sent.map(({ text }) => count.test(text))).toEqual([false, true]);
      }
    });

    test.each([
      `/v1/positions/${numberedId('pos', 77)}/events`,
      `/v1/ledger-events?positionId=${numberedId('pos', 77)}`,
      '/v1/institutions/{id}/api-keys',
      '/v1/institutions/{id}/policies',
    ])('makes three with the one that finds whose list it is: %s', async (path) => {
      const counted = `${path.replace('{id}', large.id)}${path.includes('?') ? '&' : '?'}include=total`;
      const sent = await recordStatements(async () => done(await large.admin.get(counted)));
      expect(sent.map(({ text }) => count.test(text))).toEqual([false, false, true]);
    });

    test('of a tenant with few rows looks at its own alone', async () => {
      for (const path of ['/v1/positions', '/v1/audit-events', '/v1/positions?state=FUNDED']) {
        const counted = `${path}${path.includes('?') ? '&' : '?'}include=total`;
        const [, statement] = await recordStatements(async () => done(await small.admin.get(counted)));
        const [plan] = statement ? await plansOf(planner, statement) : [];
        expect(plan && outline(plan).at(-1)).toMatch(/Index (Only )?Scan .* by institution_id/);
      }
    });
  });

  describe('what is asked for by a key is found by it', () => {
    test.each(READS)('%s', async (path, sent) => {
      expect(await sentFor(async () => large.admin.get(path))).toEqual(sent);
    });

    test.each(OF_INSTITUTION)('/v1/institutions/{id}%s', async (path, sent) => {
      expect(await sentFor(async () => large.admin.get(`/v1/institutions/${large.id}${path}`))).toEqual(sent);
    });

    test('the institution of a tenant, of which there is one', async () => {
      expect(await sentFor(async () => large.admin.get('/v1/institutions'))).toEqual([
        'SELECT: institutions_pk',
      ]);
    });

    test('the balances of a tenant with few rows, by its own rows', async () => {
      expect(await sentFor(async () => small.admin.get('/v1/balances'))).toEqual([
        expect.stringMatching(/^SELECT: ledger_events_(seq_key|institution_created_idx)$/),
      ]);
    });

    test('a key that was not seen before', async () => {
      const { text } = await issueKey(service, large.id, 'admin');
      expect(await sentFor(async () => service.client(text).get(`/v1/assets/${BUSY.assetId}`))).toEqual([
        'find_api_keys_by_id: api_keys_pk',
        'find_assets_by_id_institution_id: assets_pk',
      ]);
    });
  });

  describe('a command reads, locks and updates by primary keys, and a commit is all that it waits for', () => {
    const COMMIT_OF_OPENING = [
      'BEGIN',
      'require_unchanged_institution_policies: institution_policies_pk',
      'insert_audit_events',
      'insert_positions',
      'insert_ledger_events',
      'insert_position_events',
      'require_recent',
      'COMMIT',
    ];
    const claim = () => ({
      assetId: large.assetId,
      holderReference: 'holder-1',
      currency: 'USD',
      amount: '5.00',
    });
    const withEvents =
      'find_positions_by_id_institution_id_with_position_events_seq: positions_pk, position_events_seq_key';

    test('opening a position reads nothing beyond facts that are kept', async () => {
      await openPosition(large.admin, large.assetId, '5.00');
      const open = async (): Promise<Answer> => large.admin.post('/v1/positions', claim());
      expect(await sentFor(open)).toEqual(COMMIT_OF_OPENING);
    });

    test('opening a hundred together reads their policy, and commits as opening one does', async () => {
      await openPosition(large.admin, large.assetId, '5.00');
      const items = Array.from({ length: 100 }, claim);
      const open = async (): Promise<Answer> => large.admin.post('/v1/positions/batch', { items });
      const policy = 'find_institution_policies_by_institution_id_region: institution_policies_region_key';
      expect(await sentFor(open)).toEqual([policy, ...COMMIT_OF_OPENING]);
    });

    test('a command with a key looks for its record, and keeps it; repeated, it does nothing else', async () => {
      const sent = { json: claim(), headers: { 'idempotency-key': 'once' } };
      const open = async (): Promise<Answer> => large.admin.send('POST', '/v1/positions', sent);
      const used = 'find_idempotency_records_by_institution_id_key_request_hash: idempotency_records_pk';
      const commit = COMMIT_OF_OPENING.toSpliced(3, 0, 'insert_idempotency_records');
      expect(await sentFor(open)).toEqual([used, ...commit]);
      expect(await sentFor(open)).toEqual([used, 'SELECT: idempotency_records_pk']);
    });

    test('moving a position reads it and its events, once', async () => {
      const id = await openPosition(large.admin, large.assetId, '5.00');
      const commit = [
        'lock_unchanged_positions: positions_pk',
        'update_positions: positions_pk',
        'insert_audit_events',
        'insert_ledger_events',
        'insert_position_events',
        'require_recent',
        'COMMIT',
      ];
      expect(await sentFor(async () => move(large.admin, id, 'FUNDED'))).toEqual([
        withEvents,
        'BEGIN',
        'require_unchanged_institution_policies: institution_policies_pk',
        ...commit,
      ]);
      const refund = await sentFor(async () => move(large.admin, id, 'CANCELLED'));
      expect(refund).toEqual([withEvents, 'BEGIN', ...commit]);
    });

    test('facts that are not kept yet are read by their keys', async () => {
      const claimOfRoot = { ...claim(), assetId: small.assetId };
      const sent = await sentFor(async () => service.root.post('/v1/positions', claimOfRoot));
      expect(sent).toEqual([
        'find_assets_by_id: assets_pk',
        'find_asset_templates_by_id_institution_id: asset_templates_pk',
        'find_institution_policies_by_institution_id_region: institution_policies_region_key',
        ...COMMIT_OF_OPENING,
      ]);
    });

    test('which fact has changed since it was kept is found by primary keys too', async () => {
      await openPosition(large.admin, large.assetId, '5.00');
      const change = 'UPDATE institution_policies SET version = version + 1 WHERE institution_id = $1';
      await planner.query(change, [large.id]);
      const sent = await sentFor(async () => large.admin.post('/v1/positions', claim()));
      expect(sent.slice(COMMIT_OF_OPENING.length)).toEqual([
        'BEGIN',
        'versions_institution_policies: institution_policies_pk',
        'ROLLBACK',
        'find_institution_policies_by_institution_id_region: institution_policies_region_key',
        ...COMMIT_OF_OPENING,
      ]);
    });

    const CHANGES: [what: string, request: () => Promise<Answer>, sent: string[]][] = [
      [
        'an asset',
        async () =>
          large.admin.patch(`/v1/assets/${large.assetId}`, {
            label: 'Harbour wall',
          }),
        [
          'find_assets_by_id_institution_id: assets_pk',
          'BEGIN',
          'lock_unchanged_assets: assets_pk',
          'update_assets: assets_pk',
        ],
      ],
      [
        'an institution',
        async () =>
          service.root.patch(`/v1/institutions/${large.id}`, {
            name: 'Northern Trust',
          }),
        [
          'find_institutions_by_id: institutions_pk',
          'BEGIN',
          'lock_unchanged_institutions: institutions_pk',
          'update_institutions: institutions_pk',
        ],
      ],
      [
        'a policy',
        async () =>
          large.admin.put(`/v1/institutions/${large.id}/policies/SG`, {
            position: {},
          }),
        [
          'find_institutions_by_id: institutions_pk',
          'find_institution_policies_by_institution_id_region: institution_policies_region_key',
          'BEGIN',
          'lock_unchanged_institution_policies: institution_policies_pk',
          'update_institution_policies: institution_policies_pk',
        ],
      ],
      [
        'an API key',
        async () => large.admin.post(`/v1/institutions/${large.id}/api-keys/${large.readerKeyId}/revoke`),
        [
          'find_institutions_by_id: institutions_pk',
          'find_api_keys_by_id_institution_id: api_keys_pk',
          'SELECT: api_keys_institution_created_idx',
          'BEGIN',
          'lock_unchanged_api_keys: api_keys_pk',
          'update_api_keys: api_keys_pk',
        ],
      ],
    ];
    test.each(CHANGES)('changing %s', async (_what, request, sent) => {
      expect(await sentFor(request)).toEqual([...sent, 'insert_audit_events', 'require_recent', 'COMMIT']);
    });

    test('a template depends on its institution, found by its primary key', async () => {
      const template = {
        code: 'CONSTR_ESCROW',
        name: 'Escrow',
        vertical: 'CONSTRUCTION',
        region: 'US',
      };
      const config = { currency: 'USD', region: 'US' };
      const sent = await sentFor(async () =>
        service.root.post('/v1/asset-templates', {
          institutionId: large.id,
          ...template,
          config,
        }),
      );
      expect(sent).toEqual([
        'find_institutions_by_id: institutions_pk',
        'BEGIN',
        'require_unchanged_institutions: institutions_pk',
        'insert_asset_templates',
        'insert_audit_events',
        'require_recent',
        'COMMIT',
      ]);
    });
  });
});

function indented(levels: number, lines: readonly string[]): string[] {
  return lines.map((line) => '  '.repeat(levels) + line);
}
