import { ASSETS, HOLDERS } from './tenant.js';

/**
 * The writes of the service's commands as plain SQL, for the ceiling. Ids are a prefix and 26 digits, as wide as
 * the real ones, and ascend with time as they do. `:names` stand for values, also inside quotes, where a colon is
 * therefore followed by a blank:
 * - `:key` makes the ids of what is written; a number of 16 digits, used once;
 * - `:asset`, `:holder` choose among the assets and holders;
 * - `:position` is the key of the position to move, `:version` the one it has, `:released` what is out after it.
 */
export interface Insert {
  readonly table: string;
  /** Expressions, by column. */
  readonly row: Readonly<Record<string, string>>;
}

const FIRST_KEY = 1_000_000_000_000_000n;
const ID_START = '01kz5m9qae';
const INSTITUTION = `'inst_${ID_START}${FIRST_KEY}'`;
const POLICY = `'pol_${ID_START}${FIRST_KEY}'`;

const id = (prefix: string, name = ':key'): string => `'${prefix}_${ID_START}' || ${name}::text`;
const hash = `lpad(:key::text, 64, 'a1b2c3d4')`;
const asset = `'ast_${ID_START}' || (${FIRST_KEY} + :asset::int)`;

/** A key of the run with that number: run 0 is what a database is filled with. */
export function firstKey(run: number): bigint {
  return FIRST_KEY + BigInt(run) * 10_000_000_000n;
}

const position: Insert = {
  table: 'positions',
  row: {
    id: id('pos'),
    institution_id: INSTITUTION,
    asset_id: asset,
    holder_reference: `'holder-' || :holder::text`,
    currency: `'USD'`,
    amount: '1000.00',
    released_amount: '0',
    refunded_amount: '0',
    state: `'CREATED'`,
    external_reference: `'contract-' || :key::text`,
    ledger_head: hash,
    version: '1',
    created_at: 'now()',
    updated_at: 'now()',
  },
};

interface Step {
  readonly seq: string;
  readonly positionKey: string;
  readonly from: string | null;
  readonly to: string;
  readonly amount: string;
  readonly transfer: readonly [debit: string, credit: string] | null;
}

const quoted = (text: string | null): string => (text === null ? 'NULL' : `'${text}'`);

function historyOf({ seq, positionKey, from, to, amount, transfer }: Step): Insert[] {
  const [debit, credit] = transfer ?? [null, null];
  const owner = { institution_id: INSTITUTION, position_id: id('pos', positionKey) };
  const isFirst = from === null;
  const payload = isFirst
    ? `jsonb_build_object('amount', '1000.00', 'assetId', ${asset}, 'externalReference',
       'contract-' || :key::text, 'holderReference', 'holder-' || :holder::text)`
    : `'{"metadataHash": null, "reason": null}'`;
  const path = isFirst ? `'/v1/positions'` : `'/v1/positions/' || ${id('pos', positionKey)} || '/transition'`;
  return [
    {
      table: 'position_events',
      row: {
        id: id('ple'),
        ...owner,
        seq,
        from_state: quoted(from),
        to_state: quoted(to),
        amount,
        reason: 'NULL',
        metadata: 'NULL',
        at: 'now()',
        created_at: 'now()',
      },
    },
    {
      table: 'ledger_events',
      row: {
        id: id('le'),
        ...owner,
        seq,
        kind: isFirst ? `'POSITION_CREATED'` : `'POSITION_STATE_CHANGED'`,
        previous_state: quoted(from),
        new_state: quoted(to),
        debit_account: quoted(debit),
        credit_account: quoted(credit),
        amount: transfer === null ? 'NULL' : amount,
        currency: `'USD'`,
        payload,
        previous_hash: hash,
        hash,
        at: 'now()',
        created_at: 'now()',
      },
    },
    {
      table: 'audit_events',
      row: {
        id: id('aud'),
        institution_id: INSTITUTION,
        occurred_at: 'now()',
        api_key_id: `'ak_${ID_START}${FIRST_KEY}'`,
        method: `'POST'`,
        path,
        action: isFirst ? `'POSITION_CREATED'` : `'POSITION_TRANSITIONED'`,
        outcome: `'SUCCESS'`,
        resource_type: `'position'`,
        resource_id: id('pos', positionKey),
        status_code: isFirst ? '201' : '200',
        request_id: `'018f6d3a-7c1e-7000-8000-' || right(:key::text, 12)`,
        client_ip: `'127.0.0.1'`,
        payload: `'{"seq": ${isFirst ? 1 : 2}, "amount": "1000.00", "toState": "${to}", "currency": "USD"}'`,
        created_at: 'now()',
      },
    },
  ];
}

const opening: readonly Insert[] = [
  position,
  ...historyOf({
    seq: '1',
    positionKey: ':key',
    from: null,
    to: 'CREATED',
    amount: '1000.00',
    transfer: null,
  }),
];

/** What is written to create a position. */
export const CREATE: readonly string[] = opening.map(insertText);

/** What each step of a position writes, from CREATED to RELEASED; step N is taken at version N. */
export const STEPS: readonly (readonly string[])[] = [
  move('CREATED', 'FUNDED', '1000.00'),
  move('FUNDED', 'PARTIALLY_RELEASED', '200.00'),
  ...Array.from({ length: 3 }, () => move('PARTIALLY_RELEASED', 'PARTIALLY_RELEASED', '200.00')),
  move('PARTIALLY_RELEASED', 'RELEASED', '200.00'),
];

/** What the service asks before it writes; the ceiling does without. */
export const GUARDS = {
  policy: `SELECT version FROM institution_policies WHERE id = ${POLICY} AND institution_id = ${INSTITUTION}`,
  position:
    `SELECT version FROM positions WHERE id = ${id('pos', ':position')} ` +
    `AND institution_id = ${INSTITUTION} FOR NO KEY UPDATE`,
};

/** The UPDATE and the inserts of one step. */
function move(from: string, to: string, amount: string): string[] {
  const update =
    `UPDATE positions SET released_amount = :released, state = '${to}', ledger_head = ${hash}, ` +
    `version = :version::int + 1, updated_at = now() WHERE id = ${id('pos', ':position')} ` +
    `AND institution_id = ${INSTITUTION} AND version = :version::int`;
  const transfer =
    to === 'FUNDED' ? (['depositor', 'escrow'] as const) : (['escrow', 'beneficiary'] as const);
  const seq = ':version::int + 1';
  return [
    update,
    ...historyOf({ seq, positionKey: ':position', from, to, amount, transfer }).map(insertText),
  ];
}

function insertText({ table, row }: Insert): string {
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`;
}

/** Fills an empty database with an institution and `positions` positions, as their creation leaves them. */
export function fillStatements(positions: number): string[] {
  const stamps = `1, now(), now()`;
  const template = `'tmpl_${ID_START}${FIRST_KEY}'`;
  const rows = `FROM generate_series(${FIRST_KEY}, ${FIRST_KEY + BigInt(positions) - 1n}) AS key`;
  return [
    `INSERT INTO institutions (id, name, regions, verticals, version, created_at, updated_at)
     VALUES (${INSTITUTION}, 'Bench Escrow', '{US}', '{CONSTRUCTION}', ${stamps})`,
    `INSERT INTO institution_policies (id, institution_id, region, config, version, created_at, updated_at)
     VALUES (${POLICY}, ${INSTITUTION}, 'US', '{"minAmount": "1.00", "maxAmount": "1000000.00"}', ${stamps})`,
    `INSERT INTO asset_templates
       (id, institution_id, code, name, vertical, region, config, version, created_at, updated_at)
     VALUES (${template}, ${INSTITUTION}, 'CONSTR_ESCROW', 'Project escrow', 'CONSTRUCTION', 'US',
       '{"currency": "USD", "region": "US"}', ${stamps})`,
    `INSERT INTO assets (id, institution_id, template_id, label, metadata, version, created_at, updated_at)
     SELECT 'ast_${ID_START}' || (${FIRST_KEY} + number), ${INSTITUTION}, ${template},
       'Harbour bridge ' || number, '{}', ${stamps} FROM generate_series(0, ${ASSETS - 1}) AS number`,
    ...opening.map(({ table, row }) => {
      const values = Object.values(row).map((expression) =>
        expression
          .replaceAll(':key', 'key')
          .replaceAll(':asset', `(key % ${ASSETS})`)
          .replaceAll(':holder', `(key % ${HOLDERS})`),
      );
      return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) SELECT ${values.join(', ')} ${rows}`;
    }),
  ];
}

/** SQL with `:names` as SQL with `$1, $2 …` and the names in that order; `::casts` stay. */
export function numbered(sql: string): { text: string; names: string[] } {
  const names: string[] = [];
  const text = sql.replaceAll(/(?<!:):([a-z]+)/g, (_, name: string) => `$${names.push(name)}`);
  return { text, names };
}
