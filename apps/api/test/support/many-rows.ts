import { withClient } from '#testing';

/** The ids of the tenants whose rows a database is filled with: 90, 9 and 1 of a hundred. */
export interface Owners {
  readonly large: string;
  readonly middle: string;
  readonly small: string;
}

const MANY = 100_000;

/** The id of a row that a database was filled with; the numbers of rows follow the moments of their creation. */
export function numberedId(prefix: string, number: number): string {
  return `${prefix}_${String(number).padStart(26, '0')}`;
}

/**
 * Fills a database, as its owner, with the rows of three tenants and statistics of them: 100 thousand positions with
 * their steps and as many audit events and idempotency records, thousands of assets, templates, institutions and keys. Three rows at a time
 * are of one moment. Only hashes and the books of a position say nothing.
 */
export async function fillWithManyRows(ownerUrl: string, { large, middle, small }: Owners): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    const [largeText, middleText, smallText] = [large, middle, small].map((id) => client.escapeLiteral(id));
    await client.query(`
      CREATE FUNCTION pg_temp.numbered(prefix text, number int) RETURNS text IMMUTABLE LANGUAGE sql
        RETURN prefix || '_' || lpad(number::text, 26, '0');
      CREATE FUNCTION pg_temp.owner(number int) RETURNS text IMMUTABLE LANGUAGE sql
        RETURN CASE WHEN number % 100 = 0 THEN ${smallText} WHEN number % 100 < 10 THEN ${middleText} ELSE ${largeText} END;
      CREATE FUNCTION pg_temp.large() RETURNS text IMMUTABLE LANGUAGE sql RETURN ${largeText};
      CREATE FUNCTION pg_temp.made(number int) RETURNS timestamptz IMMUTABLE LANGUAGE sql
        RETURN '2025-01-01T00:00:00Z'::timestamptz + number / 3 * interval '1 minute';
      CREATE FUNCTION pg_temp.dice(number int, sides int, cast_at text) RETURNS int IMMUTABLE LANGUAGE sql
        RETURN abs(hashtext(cast_at || number) % sides);
      -- References are right by the way they are counted; to look each of them up would take longer than all the rest.
      SET session_replication_role = replica;
      ${INSTITUTIONS}; ${ASSETS}; ${POSITIONS}; ${STEPS}; ${AUDIT_EVENTS}; ${IDEMPOTENCY_RECORDS}; ${CHECKPOINTS};
      ANALYZE;`);
  });
}

/** Of the large tenant: an asset with an eighth of all positions, and a template with a third of all assets. */
export const BUSY = { assetId: numberedId('ast', 10), templateId: numberedId('tmpl', 10) };

const INSTITUTIONS = `
  INSERT INTO institutions (id, name, regions, verticals, version, created_at, updated_at)
  SELECT pg_temp.numbered('inst', n), 'Institution ' || n, '{US}', '{CONSTRUCTION}', 1, pg_temp.made(n * 33), pg_temp.made(n * 33)
  FROM generate_series(1, 3000) n;

  INSERT INTO institution_policies (id, institution_id, region, config, version, created_at, updated_at)
  SELECT pg_temp.numbered('pol', n * 4 + r::int), pg_temp.numbered('inst', n), region, NULL, 1, pg_temp.made(n * 33), pg_temp.made(n * 33)
  FROM generate_series(1, 3000) n, unnest('{US,EU_UK,SG,UAE}'::text[]) WITH ORDINALITY AS regions (region, r);

  INSERT INTO api_keys (id, institution_id, label, role, key_hash, pepper_version, prefix, version, created_at, updated_at)
  SELECT pg_temp.numbered('ak', n), CASE WHEN n > 1000 THEN pg_temp.large() ELSE pg_temp.numbered('inst', n) END, 'Key', 'admin', repeat('0', 64), '1', 'egk_' || lpad(n::text, 26, '0'), 1,
    pg_temp.made(n * 33), pg_temp.made(n * 33)
  FROM generate_series(1, 3000) n`;

const ASSETS = `
  INSERT INTO asset_templates (id, institution_id, code, name, vertical, region, config, version, created_at, updated_at)
  SELECT pg_temp.numbered('tmpl', n), pg_temp.owner(n), (ARRAY['CONSTR_ESCROW', 'CONSTR_RETAINAGE', 'TF_INVOICE'])[kind],
    'Template ' || n, CASE kind WHEN 3 THEN 'TRADE_FINANCE' ELSE 'CONSTRUCTION' END,
    (ARRAY['US', 'EU_UK', 'SG'])[1 + pg_temp.dice(n, 3, 'region')],
    jsonb_build_object('currency', (ARRAY['USD', 'EUR'])[1 + n % 2], 'maxTenorDays', n), 1, pg_temp.made(n * 25), pg_temp.made(n * 25)
  FROM generate_series(1, 4000) n, LATERAL (SELECT 1 + pg_temp.dice(n, 3, 'code') AS kind) d;

  INSERT INTO assets (id, institution_id, template_id, label, metadata, version, created_at, updated_at)
  SELECT pg_temp.numbered('ast', n), pg_temp.owner(n),
    pg_temp.numbered('tmpl', CASE WHEN n % 100 > 9 AND n % 3 = 0 THEN 10 ELSE 1 + (n - 1) % 4000 END),
    'Asset ' || n, jsonb_build_object('project', 'project ' || n), 1, pg_temp.made(n * 12), pg_temp.made(n * 12)
  FROM generate_series(1, 8000) n`;

const POSITIONS = `
  INSERT INTO positions (id, institution_id, asset_id, holder_reference, currency, amount, released_amount,
    refunded_amount, state, external_reference, ledger_head, version, created_at, updated_at)
  SELECT pg_temp.numbered('pos', n), pg_temp.owner(n),
    pg_temp.numbered('ast', CASE WHEN n % 100 > 9 AND n % 7 = 0 THEN 10 ELSE 1 + (n - 1) % 8000 END),
    'holder-' || pg_temp.dice(n, 500, 'holder'),
    (ARRAY['USD', 'USD', 'USD', 'EUR', 'JPY'])[1 + pg_temp.dice(n, 5, 'currency')], amount,
    CASE state WHEN 'PARTIALLY_RELEASED' THEN amount / 2 WHEN 'RELEASED' THEN amount ELSE 0 END, 0, state,
    CASE WHEN n % 2 = 0 THEN 'contract ' || n % 300 END, repeat('0', 64),
    CASE state WHEN 'CREATED' THEN 1 WHEN 'PARTIALLY_RELEASED' THEN 3 WHEN 'RELEASED' THEN 3 ELSE 2 END,
    pg_temp.made(n), pg_temp.made(n)
  FROM generate_series(1, ${MANY}) n, LATERAL (
    SELECT 1 + pg_temp.dice(n, 100000, 'amount') AS amount,
      CASE WHEN percent < 40 THEN 'CREATED' WHEN percent < 75 THEN 'FUNDED' WHEN percent < 83 THEN 'PARTIALLY_RELEASED'
        WHEN percent < 95 THEN 'RELEASED' WHEN percent < 99 THEN 'CANCELLED' ELSE 'EXPIRED' END AS state
    FROM (SELECT pg_temp.dice(n, 100, 'state') AS percent) d
  ) s`;

const STEPS = `
  CREATE TEMPORARY TABLE steps ON COMMIT PRESERVE ROWS AS
  SELECT row_number() OVER (ORDER BY p.created_at + seq * interval '10 minutes', p.id)::int AS n, p.institution_id,
    p.id AS position_id, p.amount, p.currency, seq,
    CASE seq WHEN 2 THEN 'CREATED' WHEN 3 THEN 'FUNDED' END AS from_state,
    CASE WHEN seq = 1 THEN 'CREATED' WHEN seq = p.version THEN p.state ELSE 'FUNDED' END AS to_state,
    p.created_at + seq * interval '10 minutes' AS at
  FROM positions p, generate_series(1, p.version) seq;

  INSERT INTO position_events (id, institution_id, position_id, seq, from_state, to_state, at, created_at)
  SELECT pg_temp.numbered('ple', n), institution_id, position_id, seq, from_state, to_state, at, at FROM steps;

  INSERT INTO ledger_events (id, institution_id, position_id, seq, kind, previous_state, new_state, debit_account,
    credit_account, amount, currency, payload, previous_hash, hash, at, created_at)
  SELECT pg_temp.numbered('le', n), institution_id, position_id, seq,
    CASE seq WHEN 1 THEN 'POSITION_CREATED' ELSE 'POSITION_STATE_CHANGED' END, from_state, to_state,
    CASE WHEN seq > 1 THEN 'depositor' END, CASE WHEN seq > 1 THEN 'escrow' END, CASE WHEN seq > 1 THEN amount END,
    currency, '{}', repeat('0', 64), repeat('0', 64), at, at
  FROM steps`;

const AUDIT_EVENTS = `
  INSERT INTO audit_events (id, institution_id, occurred_at, api_key_id, method, path, action, outcome, resource_type,
    resource_id, status_code, request_id, client_ip, payload, created_at)
  SELECT pg_temp.numbered('aud', n), pg_temp.owner(n), pg_temp.made(n), pg_temp.numbered('ak', 1 + pg_temp.dice(n, 300, 'key')),
    'POST', '/v1/positions', (ARRAY['POSITION_CREATED', 'POSITION_TRANSITIONED', 'POSITION_TRANSITIONED', 'ASSET_UPDATED'])[kind],
    'SUCCESS', CASE kind WHEN 4 THEN 'asset' ELSE 'position' END,
    CASE kind WHEN 4 THEN pg_temp.numbered('ast', 1 + (n - 1) % 8000) ELSE pg_temp.numbered('pos', n) END,
    200, 'request-' || n, '127.0.0.1', '{}', pg_temp.made(n)
  FROM generate_series(1, ${MANY}) n, LATERAL (SELECT 1 + pg_temp.dice(n, 4, 'action') AS kind) d`;

const IDEMPOTENCY_RECORDS = `
  INSERT INTO idempotency_records (institution_id, key, request_hash, status, headers, body, created_at, expires_at)
  SELECT pg_temp.owner(n), 'key-' || n, repeat('0', 64), 201, '{}', '{}', pg_temp.made(n),
    pg_temp.made(n) + interval '10 years'
  FROM generate_series(1, ${MANY}) n`;

const CHECKPOINTS = `
  INSERT INTO checkpoints (id, institution_id, number, range_after, range_until, ledger_event_count, audit_event_count,
    merkle_root, previous_hash, hash, key_id, signature, created_at)
  SELECT pg_temp.numbered('ckpt', n), pg_temp.large(), n, CASE WHEN n > 1 THEN pg_temp.made(n * 3 - 3) END,
    pg_temp.made(n * 3), 1, 1, repeat('0', 64), repeat('0', 64), repeat('0', 64), repeat('0', 32), repeat('A', 86) || '==', pg_temp.made(n * 3)
  FROM generate_series(1, 20000) n`;
