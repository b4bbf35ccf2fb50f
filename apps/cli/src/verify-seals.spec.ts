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
import { openService, type Service } from '../../api/test/support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../../api/test/support/tenant.js';
import { verifyCommand } from './verify-command.js';

const AS_OWNER_OF_ALL = `SET session_replication_role = replica; `;

describe('escrowgrid verify, of checkpoints', () => {
  let service: Service;
  let database: TestDatabase;
  let key: SealKey;
  let tenant: Tenant;
  let other: Tenant;
  let positionId: string;
  let exportFile: string;
  let checkpoints: Json[];

  beforeAll(async () => {
    key = newSealKey();
    service = await openService('postgres', key.settings, new LateClock());
    database = service.installation.database as TestDatabase;
    tenant = await foundTenant(service);
    other = await foundTenant(service, 'Southern Escrow');
    positionId = await openPosition(tenant.admin, tenant.assetId, '12.50');
    await sealedCheckpoints(service, tenant.id);
    done(await move(tenant.admin, positionId, 'FUNDED'));
    await sealedCheckpoints(service, other.id);
    checkpoints = await sealedCheckpoints(service, tenant.id, ({ number }) => number >= 2);
    // From here on nothing else is sealed.
    await service.stop();
    exportFile = join(key.folder, 'checkpoints.json');
    writeFileSync(exportFile, JSON.stringify({ data: checkpoints, page: { limit: 200, nextCursor: null } }));
  });
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
        /^1 positions checked, 2 ledger events, none broken; \d+ checkpoints, none broken; in /,
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
    const foreign = newSealKey();
    try {
      const { status, printed } = await verify(['--public-keys', foreign.publicKeyFile]);
      expect([status, printed[0]]).toEqual([4, expect.stringContaining('not among those given')]);
    } finally {
      foreign.remove();
    }
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
        `broken: ${tenant.id} checkpoint 1: 1 of the 1 ledger events that it seals are gone`,
        expect.stringMatching(`^broken: ${tenant.id} checkpoint \\d+: 1 of the 1 ledger events`),
        expect.stringMatching(/^0 positions checked, 0 ledger events, none broken; /),
      ],
    ]);
  });

  test('finds an audit event that was changed', async () => {
    const set = (address: string): string =>
      `UPDATE audit_events SET client_ip = '${address}' WHERE action = 'POSITION_CREATED'`;
    const { status, printed } = await whileTampered(set('192.0.2.99'), set('127.0.0.1'));
    expect([status, printed[0]]).toEqual([
      4,
      `broken: ${tenant.id} checkpoint 1: an event that it seals was changed`,
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

  test('finds checkpoints that take the place of those that were exported, however well they are signed', async () => {
    const forged = join(key.folder, 'other.json');
    writeFileSync(forged, JSON.stringify([{ ...checkpoints[0], createdAt: '2026-01-01T00:00:00.000Z' }]));
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
    const file = join(key.folder, 'bad.json');
    writeFileSync(file, text);
    const { status, printed } = await verify(['--checkpoints', file]);
    expect([status, printed]).toEqual([1, [expect.stringMatching(words)]]);
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
