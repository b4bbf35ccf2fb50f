import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until, withClient, type TestDatabase } from '#testing';
import type { Json } from '../support/answer.js';
import { LateClock, newSealKey, sealedCheckpoints, type SealKey } from '../support/sealed-service.js';
import { newInstallation, startService, type Installation } from '../support/service.js';
import { ServiceProcess } from '../support/service-process.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../support/tenant.js';
import { CliProcess, type Ran } from '../../../cli/test/support/cli-process.js';

const TABLES = ['position_events', 'ledger_events', 'audit_events', 'checkpoints'];
/** Positions with whatever speaks of them. */
const OF_POSITION: readonly (readonly [table: string, column: string])[] = [
  ['position_events', 'position_id'],
  ['ledger_events', 'position_id'],
  ['audit_events', 'resource_id'],
  ['positions', 'id'],
];

describe('sealed history, rewritten by the owner of its database,', () => {
  let key: SealKey;
  let installation: Installation;
  let database: TestDatabase;
  let tenant: Tenant;
  let removedId: string;
  let exportFile: string;
  let exported: Json[];

  /** Lets history be sealed by a process whose clock says that it is settled. */
  async function whileSealing(
    work: (service: Awaited<ReturnType<typeof startService>>) => Promise<void>,
  ): Promise<void> {
    const service = await startService(installation, key.settings, new LateClock());
    try {
      await work(service);
    } finally {
      await service.stop();
    }
  }

  const asOwner = async (...statements: [sql: string, values?: unknown[]][]): Promise<void> =>
    withClient(database.ownerUrl, async (owner) => {
      for (const [sql, values] of statements) await owner.query(sql, values);
    });
  const verify = async (...words: string[]): Promise<Ran> =>
    CliProcess.escrowgrid(['verify', '--public-keys', key.publicKeyFile, ...words], {
      DATABASE_URL: database.url,
      DB_POOLER: String(database.isPooled),
    }).end();

  /** Everything that a started service says of the tenant’s checkpoints. */
  async function judged(): Promise<Json[]> {
    const process = await ServiceProcess.start(installation, { SEAL_PUBLIC_KEYS_FILE: key.publicKeyFile });
    try {
      const path = `/v1/institutions/${tenant.id}/checkpoints`;
      const reader = process.client(tenant.readerKey);
      const { data } = done(await reader.get(`${path}?limit=200`));
      const answers = data.map(async ({ number }: Json) => reader.get(`${path}/${number}/verification`));
      return (await Promise.all(answers)).map(done);
    } finally {
      await process.terminate();
    }
  }

  beforeAll(async () => {
    key = newSealKey();
    installation = await newInstallation('postgres');
    database = installation.database as TestDatabase;
    await whileSealing(async (service) => {
      tenant = await foundTenant(service);
      const keptId = await openPosition(tenant.admin, tenant.assetId, '5.00');
      removedId = await openPosition(tenant.admin, tenant.assetId, '12.50');
      for (const id of [keptId, removedId]) done(await move(tenant.admin, id, 'FUNDED'));
      const sealed = (checkpoints: readonly Json[]): number =>
        checkpoints.reduce((sum, { ledgerEventCount: count }) => sum + count, 0);
      exported = await until(async () => {
        const checkpoints = await sealedCheckpoints(service, tenant.id);
        return sealed(checkpoints) === 4 && checkpoints;
      }, 'All four events are sealed.');
    });
    exportFile = join(key.folder, 'yesterday.json');
    writeFileSync(exportFile, JSON.stringify({ data: exported, page: { limit: 200, nextCursor: null } }));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    key.remove();
  });

  test('is whole before: for a started service, for the command, and against what was exported', async () => {
    const verdicts = await judged();
    expect(verdicts.map(({ verified, signature }) => [verified, signature])).toEqual(
      exported.map(() => [true, 'good']),
    );
    expect(await verify('--checkpoints', exportFile)).toMatchObject({ status: 0, stderr: '' });
  });

  test('lacks a position that was removed with all that speaks of it, which its checkpoints tell', async () => {
    await asOwner(
      ...TABLES.map((table): [string] => [`ALTER TABLE ${table} DISABLE TRIGGER USER`]),
      ...OF_POSITION.map(([table, column]): [string, unknown[]] => [
        `DELETE FROM ${table} WHERE ${column} = $1`,
        [removedId],
      ]),
    );
    const broken = (await judged()).filter(({ verified }) => verified === false);
    expect(broken.length).toBeGreaterThan(0);
    expect(broken.map(({ why }) => why).join()).toMatch(
      /of the \d+ (?:ledger|audit) events that it seals are gone/,
    );
    const { status, stdout } = await verify();
    expect([status, stdout]).toEqual([4, expect.stringContaining(`broken: ${tenant.id} checkpoint`)]);
    // The records themselves hold: nothing else speaks of what is gone.
    expect(stdout).toContain('1 positions checked, 2 ledger events, none broken');
  });

  test('is sealed anew by who has the key as well: all holds, but for what was exported before', async () => {
    await asOwner(['DELETE FROM checkpoints']);
    await whileSealing(async (service) => {
      // Something happens, so that there is something to seal.
      done(await tenantOf(service).post('/v1/assets', { templateId: tenant.templateId, label: 'Pier' }));
      await sealedCheckpoints(service, tenant.id, ({ auditEventCount }) => auditEventCount > 0);
    });
    await asOwner(
      ...TABLES.map((table): [string] => [`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only`]),
    );
    expect(
      (await judged()).every(({ verified, signature }) => verified === true && signature === 'good'),
    ).toBe(true);
    // Who kept nothing outside of the database is told nothing: docs/SECURITY.md says so.
    expect(await verify()).toMatchObject({ status: 0 });
    const { status, stdout } = await verify('--checkpoints', exportFile);
    expect(status).toBe(4);
    expect(stdout).toContain(`broken: ${tenant.id} checkpoint 1: it is not the one that was exported`);
  });

  const tenantOf = (service: Awaited<ReturnType<typeof startService>>) => service.client(tenant.adminKey);
});
