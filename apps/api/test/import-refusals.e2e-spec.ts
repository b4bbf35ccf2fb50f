import { BACKENDS, openTestDatabase, withClient, type Backend, type TestDatabase } from '#testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from './support/answer.js';
import { movedTo, on, runImport, sealed, TakenApart } from './support/transfer.js';
import { newInstallation, startService, type Installation } from './support/service.js';
import { done, foundTenant, issueKey, move, openPosition } from './support/tenant.js';

type Rows = { kind: string; row: Json }[];

let installation: Installation;
let text: string;
let apart: TakenApart;
let lines: string[];

beforeAll(async () => {
  installation = await newInstallation('memory');
  const service = await startService(installation);
  const tenants = [await foundTenant(service), await foundTenant(service, 'Southern Escrow')];
  for (const { admin, assetId, id } of tenants) {
    await issueKey(service, id, 'read_only');
    const positionId = await openPosition(admin, assetId, '10.00');
    done(await move(admin, positionId, 'FUNDED'));
    done(await move(admin, positionId, 'PARTIALLY_RELEASED', '4.00'));
    await openPosition(admin, assetId, '20.00');
  }
  text = (await service.root.get('/v1/export')).text;
  await service.stop();
  apart = TakenApart.of(text);
  lines = text.trimEnd().split('\n');
});

const lineOf = (kind: string, at = 0): number =>
  2 + apart.rows.findIndex((row) => row === apart.rows.filter((each) => each.kind === kind)[at]);
const changed =
  (kind: string, members: Json, at = 0) =>
  () =>
    apart.with(kind, (row) => Object.assign(row, members), at);
const without = (index: number): string => sealed([...lines.slice(0, index), ...lines.slice(index + 1, -1)]);
const moved = (from: number, to: number): string => {
  const copy = lines.slice(0, -1);
  copy.splice(to, 0, ...copy.splice(from, 1));
  return sealed(copy);
};

/** What is done to an export, and what is then said of it, with the line that it is said of. */
type Damage = readonly [name: string, damaged: () => string, said: () => string];

const ofForm: Damage[] = [
  ['nothing at all', () => '', () => 'line 1: the export ends before its last line: it was cut off'],
  ['some other text', () => 'Hello.\n', () => 'line 1: this is no export: its first line is no JSON text'],
  [
    'some other JSON',
    () => '{"data":[]}\n',
    () => 'line 1: this is no export: its first line does not say so',
  ],
  [
    'a later version of the format',
    () => text.replace('"version":1}', '"version":2}'),
    () => 'line 1: the format is of version 2, and this program reads 1',
  ],
  [
    'another schema',
    () => text.replace('"clientIp",', ''),
    () => 'line 1: the export is of another schema than this program knows',
  ],
  [
    'no last line',
    () => `${lines.slice(0, -1).join('\n')}\n`,
    () => `line ${lines.length}: the export ends before`,
  ],
  ['a line cut off', () => text.slice(0, -5), () => `line ${lines.length}: the line is cut off in its midst`],
  ['two exports', () => text + text, () => `line ${lines.length + 1}: something stands behind the last line`],
  [
    'a line that is no JSON',
    () => sealed([...lines.slice(0, -1), '{"kind":']),
    () => `line ${lines.length}: the line is no JSON text`,
  ],
  [
    'blanks in a line',
    () => text.replace('{"kind":"assets","row"', '{"kind": "assets","row"'),
    () => `line ${lineOf('assets')}: the line is no JSON object in canonical form`,
  ],
  [
    'a member twice',
    () => text.replace('"kind":"assets"', '"kind":"assets","kind":"assets"'),
    () => `line ${lineOf('assets')}: the line is no JSON object in canonical form`,
  ],
  ['bytes that are no UTF-8', () => '\ufeff' + text, () => 'line 1: this is no export'],
  [
    'a line of no kind',
    () => text.replace('{"kind":"assets"', '{"kind":"cars"'),
    () => `line ${lineOf('assets')}: the line is of no kind that the first line lists`,
  ],
  [
    'kept answers',
    () => text.replace('{"kind":"assets"', '{"kind":"idempotency_records"'),
    () => `line ${lineOf('assets')}: the line is of no kind that the first line lists`,
  ],
  [
    'a line too long',
    () => `${text}${'x'.repeat(1_100_000)}`,
    () => 'the line is longer than any of an export',
  ],
  [
    'another digest',
    () => text.replace(/"sha256":"./, '"sha256":"x'),
    () => `line ${lines.length}: the SHA-256 of the lines before is another one`,
  ],
  [
    'a row changed',
    () => text.replace('Southern Escrow', 'Southern Escr0w'),
    () => `line ${lines.length}: the SHA-256 of the lines before is another one`,
  ],
  [
    'other counts',
    () => text.replace(/"assets":2/, '"assets":3'),
    () => `line ${lines.length}: the export says that it holds`,
  ],
];

const ofRows: Damage[] = [
  [
    'a member too many',
    changed('assets', { color: 'red' }),
    () => `line ${lineOf('assets')}: assets.color is unknown`,
  ],
  [
    'a member too few',
    changed('assets', { label: undefined }),
    () => `line ${lineOf('assets')}: assets.label is missing`,
  ],
  [
    'a null',
    changed('assets', { label: null }, 1),
    () => `line ${lineOf('assets', 1)}: assets.label must not be null`,
  ],
  ['a number for a text', changed('assets', { label: 7 }), () => 'assets.label must be text'],
  [
    'a text for a number',
    changed('positions', { version: '1' }),
    () => 'positions.version must be a whole number',
  ],
  [
    'a number that is not whole',
    changed('positions', { version: 1.5 }),
    () => 'positions.version must be a whole number',
  ],
  ['a version of zero', changed('positions', { version: 0 }), () => 'positions.version must be 1 or more'],
  [
    'a number for an amount',
    changed('positions', { amount: 10 }),
    () => 'positions.amount must be an exact amount',
  ],
  ['an exponent', changed('positions', { amount: '1e1' }), () => 'positions.amount must be an exact amount'],
  [
    'zeros behind an amount',
    changed('positions', { amount: '10.00' }),
    () => 'positions.amount must be an exact amount',
  ],
  ['no amount', changed('positions', { amount: '0' }), () => 'positions.amount must be more than zero'],
  [
    'a currency of nowhere',
    changed('positions', { currency: 'ABC' }),
    () => 'positions.currency must be the code',
  ],
  [
    'a state of its own',
    changed('positions', { state: 'HELD' }),
    () => 'positions.state must be one of CREATED, FUNDED',
  ],
  [
    'an action of its own',
    changed('audit_events', { action: 'X' }),
    () => 'audit_events.action must be one of',
  ],
  [
    'a role of its own',
    changed('api_keys', { role: 'root' }),
    () => 'api_keys.role must be one of admin, read_only',
  ],
  [
    'a region of its own',
    changed('institutions', { regions: ['MOON'] }),
    () => 'institutions.regions must hold only',
  ],
  [
    'a day that is none',
    changed('assets', { createdAt: '2026-02-30T00:00:00.000Z' }),
    () => 'assets.createdAt must be a moment',
  ],
  [
    'a moment too fine',
    changed('assets', { createdAt: '2026-02-20T00:00:00.000001Z' }),
    () => 'assets.createdAt must be a moment',
  ],
  ['a list for an object', changed('assets', { metadata: [] }), () => 'assets.metadata must be an object'],
  [
    'a NUL character',
    changed('assets', { metadata: { a: ['\0'] } }),
    () => 'assets.metadata must not hold the character U+0000',
  ],
  [
    'an id of another kind',
    changed('assets', { templateId: `ast_${'0'.repeat(26)}` }),
    () => 'assets.templateId must be an id that begins with tmpl_',
  ],
  [
    'a malformed id',
    changed('assets', { id: 'ast_1' }),
    () => 'assets.id must be an id that begins with ast_',
  ],
  ['a malformed hash', changed('ledger_events', { hash: 'x' }), () => 'ledger_events.hash must match'],
  [
    'rows out of order',
    () => moved(lineOf('ledger_events') - 1, lineOf('ledger_events')),
    () => 'the row stands behind one that it belongs before',
  ],
  [
    'kinds out of order',
    () => moved(lineOf('api_keys') - 1, lines.length - 2),
    () => 'the row stands behind one that it belongs before',
  ],
  [
    'a row twice',
    () =>
      sealed(
        lines.slice(0, -1).flatMap((line, index) => (index === lineOf('assets') - 1 ? [line, line] : [line])),
      ),
    () => `line ${lineOf('assets') + 1}: the row has the key of the row before it`,
  ],
];

const ofReferences: Damage[] = [
  ['an institution gone', () => without(lineOf('institutions') - 1), () => 'to a row that is not there'],
  [
    'a reference to what is another institution’s',
    () => apart.with('positions', (row, rows) => (row.assetId = foreignAsset(row, rows))),
    () =>
      `line ${lineOf('positions')}: the row of positions refers (positions_asset_fk) to a row that is not there`,
  ],
  [
    'a unique key twice',
    () => apart.with('institution_policies', (row, rows) => (row.region = other(row, rows).region)),
    () => 'has a key (institution_policies_region_key) that a row before it has',
  ],
];

const ofHistory: Damage[] = [
  [
    'an amount, everywhere alike',
    () => everywhere('10', '11'),
    () => 'does not hold at step 1: ledger event 1 does not have the hash',
  ],
  [
    'an amount of a position',
    changed('positions', { amount: '11' }),
    () => 'the amount of the position is not the one in its ledger',
  ],
  [
    'a holder',
    changed('positions', { holderReference: 'me' }),
    () => 'the holder of the position is not the one in its ledger',
  ],
  ['a ledger event gone', () => without(lineOf('ledger_events') - 1), () => 'ledger event 1 is missing'],
  ['an event gone', () => without(lineOf('position_events') - 1), () => 'position event 1 is missing'],
];

function foreignAsset({ institutionId }: Json, rows: Rows): string {
  return rows.find(({ kind, row }) => kind === 'assets' && row.institutionId !== institutionId)?.row.id;
}

function other({ id, institutionId }: Json, rows: Rows): Json {
  return rows.find(
    ({ kind, row }) =>
      kind === 'institution_policies' && row.institutionId === institutionId && row.id !== id,
  )?.row;
}

function everywhere(before: string, after: string): string {
  return apart.with('positions', (position, rows) => {
    for (const { row } of rows)
      if (row.id === position.id || row.positionId === position.id) {
        if (row.amount === before) row.amount = after;
        if (row.payload?.amount === `${before}.00`) row.payload.amount = `${after}.00`;
      }
  });
}

/** What breaks each CHECK on several columns of a row: memory has none, and finds it when it verifies what the rows tell. */
const ofSeveralColumns: Readonly<Record<string, () => string>> = {
  checkpoints_range_check: withCheckpoint,
  ledger_events_first_check: changed('ledger_events', { newState: 'FUNDED' }),
  ledger_events_transfer_check: changed('ledger_events', { amount: '1' }),
  ledger_events_two_accounts_check: changed('ledger_events', { debitAccount: 'escrow' }, 1),
  position_events_first_check: changed('position_events', { toState: 'FUNDED' }),
  positions_moved_amount_check: changed('positions', { releasedAmount: '11' }),
  positions_state_amounts_check: changed('positions', { refundedAmount: '1' }),
};

/** The first checkpoint of an institution seals from the beginning, and this one from later on. */
function withCheckpoint(): string {
  const hash = '0'.repeat(64);
  const at = '2026-01-31T12:00:00.000Z';
  return apart.with('institutions', ({ id: institutionId }, rows) => {
    const row: Json = {
      ...{ id: `ckpt_${'0'.repeat(26)}`, institutionId, number: 1, ledgerEventCount: 0, auditEventCount: 0 },
      ...{ rangeAfter: at, rangeUntil: '2026-01-31T13:00:00.000Z', createdAt: at },
      ...{ merkleRoot: hash, previousHash: hash, hash, keyId: 'none', signature: 'none' },
    };
    const before = rows.findLastIndex(({ kind }) => kind === 'audit_events');
    rows.splice(before + 1, 0, { kind: 'checkpoints', row });
  });
}

const ALL: Damage[] = [...ofForm, ...ofRows, ...ofReferences, ...ofHistory];

/** Has a store take a text, and answers what was said. */
type Take = (text: string) => Promise<string>;

describe.each(BACKENDS)('an export is not taken by %s', (backend: Backend) => {
  let database: TestDatabase | undefined;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'escrowgrid-import-'));
    if (backend === 'postgres') database = await openTestDatabase();
  });
  afterAll(async () => {
    await database?.close();
    await rm(folder, { recursive: true });
  });

  const takenByDatabase: Take = async (given) => {
    if (database === undefined) throw new Error('There is no database.');
    const { status, complaints, printed } = await runImport(given, on(database));
    expect({ status, printed }).toEqual({ status: 4, printed: [] });
    return complaints.join('\n');
  };

  /** A service that refused would not have come to listen. */
  const takenByMemory: Take = async (given) => {
    const path = join(folder, 'import.ndjson');
    await writeFile(path, given);
    const start = startService(movedTo(installation, undefined), { IMPORT_FILE: path });
    return start.then(
      async (service) => service.stop().then(() => 'It was taken.'),
      (error: Error) => error.message,
    );
  };

  test.each(ALL)('with %s, and the line is told', async (_, damaged, said) => {
    const take = backend === 'memory' ? takenByMemory : takenByDatabase;
    expect(await take(damaged())).toContain(said());
  });

  test.each(Object.entries(ofSeveralColumns))('with a row that breaks %s', async (name, damaged) => {
    const said = backend === 'memory' ? / does not hold at step |checkpoint 1 of / : `(${name})`;
    expect(await (backend === 'memory' ? takenByMemory : takenByDatabase)(damaged())).toMatch(said);
  });

  test('with any of these, and none has left a row', async () => {
    const take = backend === 'memory' ? takenByMemory : null;
    if (take !== null) return expect(await take(text)).toBe('It was taken.');
    expect(await runImport(text, on(database as TestDatabase))).toMatchObject({ status: 0, complaints: [] });
  });
});

test('the CHECKs on several columns that a database has are those that memory is tried with', async () => {
  const database = await openTestDatabase();
  const { rows } = await withClient(database.ownerUrl, async (client) =>
    client.query<{ conname: string }>(
      `SELECT conname FROM pg_constraint WHERE contype = 'c' AND cardinality(conkey) > 1 ORDER BY conname`,
    ),
  ).finally(async () => database.close());
  // Of these, each condition is on one column, and judged by itself.
  const ofOneEach = ['checkpoints_counts_check', 'checkpoints_hashes_check'];
  expect(rows.map(({ conname }) => conname)).toEqual([...ofOneEach, ...Object.keys(ofSeveralColumns)].sort());
});
