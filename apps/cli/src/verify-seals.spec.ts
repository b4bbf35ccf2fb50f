import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withClient, type TestDatabase } from '#testing';
import type { Json } from '../../api/test/support/client.js';
import {
  LateClock,
  newSealKey,
  sealedCheckpoints,
  type SealKey,
} from '../../api/test/support/sealed-service.js';
import { endOf, historyOf, numberAt, type History } from '../../api/test/support/seals.js';
import { openService, type Service } from '../../api/test/support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../../api/test/support/tenant.js';
import { verifyCommand } from './verify-command.js';

const PLATFORM = `inst_${'0'.repeat(26)}`;
const AS_OWNER_OF_ALL = `SET session_replication_role = replica; `;

describe('escrowgrid verify, of checkpoints', () => {
  let service: Service;
  let database: TestDatabase;
  let key: SealKey;
  let tenant: Tenant;
  let other: Tenant;
  let exportFile: string;
  let history: History;
  /** Of the tenant, of the other one and of the platform: all of them are in the exported file. */
  let checkpoints: Json[];
  let ofOther: Json[];
  let ofPlatform: Json[];
  const inAll = (): number => checkpoints.length + ofOther.length + ofPlatform.length;

  /** The checkpoints of a tenant once they seal all that its lists show. */
  async function allSealed({ id, admin }: Tenant): Promise<Json[]> {
    const end = endOf(await historyOf(admin));
    return sealedCheckpoints(service, id, ({ until }) => until >= end);
  }

  /** Writes a file of checkpoints, and answers where it is. */
  function aFile(name: string, content: unknown): string {
    const file = join(key.folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  beforeAll(async () => {
    key = newSealKey();
    service = await openService('postgres', key.settings, new LateClock());
    database = service.installation.database as TestDatabase;
    tenant = await foundTenant(service);
    other = await foundTenant(service, 'Southern Escrow');
    const positionId = await openPosition(tenant.admin, tenant.assetId, '12.50');
    // Whose key is unknown is told of in the platform's own audit trail.
    expect((await service.client('garbage').get('/v1/positions')).status).toBe(401);
    await allSealed(tenant);
    done(await move(tenant.admin, positionId, 'FUNDED'));
    history = await historyOf(tenant.admin);
    checkpoints = await allSealed(tenant);
    ofOther = await allSealed(other);
    ofPlatform = await sealedCheckpoints(service, PLATFORM);
    // From here on nothing else is sealed.
    await service.stop();
    const data = [...checkpoints, ...ofOther, ...ofPlatform];
    exportFile = aFile('checkpoints.json', { data, page: { limit: 200, nextCursor: null } });
  }, 120_000);
  afterAll(async () => {
    await database.close();
    key.remove();
  });

  /** Runs `verify` with `words`, and tells what a shell would have seen of it. */
  async function verify(words: string[], settings: NodeJS.ProcessEnv = {}) {
    const seen = { status: undefined as number | undefined, printed: [] as string[] };
    const command = verifyCommand(
      {
        environment: { DATABASE_URL: database.url, ...settings },
        print: (line) => seen.printed.push(line),
        complain: (line) => seen.printed.push(line),
        exitWith: (status) => (seen.status = status),
      },
      new PassThrough(),
    );
    await command.parseAsync(words, { from: 'user' });
    return seen;
  }

  /** What `verify` finds while history is other than it was; afterwards it is what it was. */
  async function whileTampered(tamper: string, mend: string, words: string[] = []) {
    const change = async (sql: string): Promise<unknown> =>
      withClient(database.ownerUrl, async (owner) => owner.query(disarmed(sql)));
    await change(tamper);
    try {
      return await verify(['--public-keys', key.publicKeyFile, ...words]);
    } finally {
      await change(mend);
    }
  }

  /** Triggers that fire always have to be taken away by name: who owns the tables can do so. */
  function disarmed(sql: string): string {
    const tables = ['position_events', 'ledger_events', 'audit_events', 'checkpoints'];
    const each = (verb: string): string =>
      tables.map((table) => `ALTER TABLE ${table} ${verb} TRIGGER ${table}_append_only`).join('; ');
    return `BEGIN; ${AS_OWNER_OF_ALL} ${each('DISABLE')}; ${sql}; ${each('ENABLE ALWAYS')}; COMMIT`;
  }

  test('finds them whole, also against those that were exported, and judges their signatures', async () => {
    const { status, printed } = await verify([
      '--public-keys',
      key.publicKeyFile,
      '--checkpoints',
      exportFile,
    ]);
    expect(printed).toEqual([
      expect.stringMatching(
        new RegExp(
          `^1 positions checked, 2 ledger events, none broken; ${inAll()} checkpoints, none broken, ${inAll()} as exported; in `,
        ),
      ),
    ]);
    expect(status).toBe(0);
  });

  test('takes the public key from the settings of the service, and says when it has none', async () => {
    const given = await verify(['--json'], { SEAL_SIGNING_KEY_FILE: key.privateKeyFile });
    expect([given.status, JSON.parse(given.printed[0] ?? '')]).toEqual([
      0,
      expect.objectContaining({ verified: true, signaturesJudged: true, brokenCheckpoints: 0 }),
    ]);
    const without = await verify([]);
    expect([without.status, without.printed]).toEqual([
      0,
      [expect.stringContaining('signatures not judged')],
    ]);
  });

  test('believes none but the public keys it is given, whatever the settings say', async () => {
    const foreign = newSealKey();
    try {
      for (const settings of [
        {},
        { SEAL_SIGNING_KEY_FILE: key.privateKeyFile },
        { SEAL_PUBLIC_KEYS_FILE: key.publicKeyFile },
      ]) {
        const { status, printed } = await verify(['--public-keys', foreign.publicKeyFile], settings);
        expect([status, printed[0]]).toEqual([4, expect.stringContaining('not among those given')]);
      }
      const settings = { SEAL_SIGNING_KEY_FILE: foreign.privateKeyFile };
      expect((await verify(['--public-keys', key.publicKeyFile], settings)).status).toBe(0);
    } finally {
      foreign.remove();
    }
  });

  test('counts those that are as they were exported, of one institution or in a part', async () => {
    const countOf = async (...words: string[]): Promise<Json> =>
      JSON.parse((await verify(['--json', ...words])).printed.at(-1) ?? '');
    expect(await countOf()).toMatchObject({ checkpoints: inAll(), exported: null });
    const ofTenant = await countOf('--institution', tenant.id, '--checkpoints', exportFile);
    expect(ofTenant).toMatchObject({ checkpoints: checkpoints.length, exported: checkpoints.length });
    const changed = { ...checkpoints[0], createdAt: '2026-01-01T00:00:00.000Z' };
    const part = aFile('part.json', [changed, checkpoints[1], checkpoints[1]]);
    expect(await countOf('--checkpoints', part)).toMatchObject({ checkpoints: inAll(), exported: 1 });
  });

  test('finds a position that was removed with all of its history, which nothing else tells of', async () => {
    const kept = ['positions', 'position_events', 'ledger_events'];
    const { status, printed } = await whileTampered(
      [
        ...kept.map((table) => `CREATE TABLE kept_${table} AS TABLE ${table}`),
        ...kept.reverse().map((table) => `DELETE FROM ${table}`),
      ].join('; '),
      kept
        .reverse()
        .flatMap((table) => [`INSERT INTO ${table} TABLE kept_${table}`, `DROP TABLE kept_${table}`])
        .join('; '),
    );
    expect([status, printed]).toEqual([
      4,
      [
        ...history.ledger.map(
          ({ at }) =>
            `broken: ${tenant.id} checkpoint ${numberAt(checkpoints, at)}: 1 of the 1 ledger events that it seals are gone`,
        ),
        expect.stringMatching(/^0 positions checked, 0 ledger events, none broken; /),
      ],
    ]);
  });

  test('finds an audit event that was changed', async () => {
    const set = (address: string): string =>
      `UPDATE audit_events SET client_ip = '${address}' WHERE action = 'POSITION_CREATED'`;
    const { status, printed } = await whileTampered(set('192.0.2.99'), set('127.0.0.1'));
    const opened = history.audit.find(({ action }) => action === 'POSITION_CREATED');
    expect([status, printed[0]]).toEqual([
      4,
      `broken: ${tenant.id} checkpoint ${numberAt(checkpoints, opened?.occurredAt)}: an event that it seals was changed`,
    ]);
  });

  test('finds checkpoints that are gone by those that were exported', async () => {
    const last = checkpoints.at(-1);
    const remove = `CREATE TABLE kept_checkpoints AS TABLE checkpoints; DELETE FROM checkpoints WHERE id = '${last?.id}'`;
    const mend = `INSERT INTO checkpoints SELECT * FROM kept_checkpoints WHERE id = '${last?.id}'; DROP TABLE kept_checkpoints`;
    expect((await whileTampered(remove, mend)).status).toBe(0);
    const { status, printed } = await whileTampered(remove, mend, ['--checkpoints', exportFile]);
    expect([status, printed[0]]).toEqual([
      4,
      `broken: ${tenant.id} checkpoint ${last?.number}: it was exported, and is gone`,
    ]);
  });

  test.each([
    ['an institution', () => [other.id, ofOther] as const],
    ['the platform', () => [PLATFORM, ofPlatform] as const],
  ])('finds that all checkpoints of %s are gone by those that were exported', async (_case, whose) => {
    const [id, exported] = whose();
    const remove = `CREATE TABLE kept_checkpoints AS TABLE checkpoints; DELETE FROM checkpoints WHERE institution_id = '${id}'`;
    const mend = `INSERT INTO checkpoints SELECT * FROM kept_checkpoints WHERE institution_id = '${id}'; DROP TABLE kept_checkpoints`;
    expect((await whileTampered(remove, mend)).status).toBe(0);
    for (const words of [[], ['--institution', id]]) {
      const { status, printed } = await whileTampered(remove, mend, ['--checkpoints', exportFile, ...words]);
      expect([status, printed.slice(0, -1)]).toEqual([
        4,
        exported.map(({ number }) => `broken: ${id} checkpoint ${number}: it was exported, and is gone`),
      ]);
    }
  });

  test('finds checkpoints that take the place of those that were exported, however well they are signed', async () => {
    const forged = aFile('other.json', [{ ...checkpoints[0], createdAt: '2026-01-01T00:00:00.000Z' }]);
    const { status, printed } = await verify(['--checkpoints', forged]);
    expect([status, printed[0]]).toEqual([
      4,
      `broken: ${tenant.id} checkpoint 1: it is not the one that was exported`,
    ]);
  });

  test.each([
    ['is no JSON', 'x', /JSON/],
    ['holds something else', '{"data": [{"id": "x"}]}', /holds no checkpoints in the form/],
    ['holds nothing', '[]', /holds no checkpoints in the form/],
  ])('exits 1 and says why when the file of checkpoints %s', async (_case, text, words) => {
    const { status, printed } = await verify(['--checkpoints', aFile('bad.json', text)]);
    expect([status, printed]).toEqual([1, [expect.stringMatching(words)]]);
  });

  test('exits 1 and says why when the file of checkpoints contradicts itself', async () => {
    for (const [of, whose] of [
      [tenant.id, checkpoints],
      [PLATFORM, ofPlatform],
    ] as const) {
      const one = whose[0];
      const file = aFile('two.json', [one, { ...one, signature: 'x' }]);
      expect(await verify(['--checkpoints', file])).toEqual({
        status: 1,
        printed: [`The file ${file} contradicts itself at checkpoint 1 of ${of}.`],
      });
    }
  });

  test('exits 1 and says why when the file holds no checkpoints of the institution', async () => {
    const file = aFile('of-other.json', ofOther);
    expect(await verify(['--institution', tenant.id, '--checkpoints', file])).toEqual({
      status: 1,
      printed: [`The file ${file} holds no checkpoints of the institution ${tenant.id}.`],
    });
  });

  test('exits 1 and says why when a file is not there', async () => {
    expect(await verify(['--checkpoints', '/nowhere.json'])).toMatchObject({ status: 1 });
    const { status, printed } = await verify(['--public-keys', '/nowhere.pem']);
    expect([status, printed[0]]).toEqual([
      1,
      expect.stringContaining('SEAL_PUBLIC_KEYS_FILE: the file /nowhere.pem cannot be read'),
    ]);
  });
});
