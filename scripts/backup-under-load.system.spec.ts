import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, withClient, type TestDatabase } from '#testing';
import {
  buildTools,
  makeBackup,
  manifestOf,
  newFolder,
  removeFolder,
  runScript,
} from '../apps/api/test/support/backup-scripts.js';
import { closeService, openService, type Service } from '../apps/api/test/support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../apps/api/test/support/tenant.js';

const SENDERS = 8;

describe('a backup of a service that works', () => {
  let service: Service;
  let database: TestDatabase;
  let tenant: Tenant;
  let folder: string;

  beforeAll(async () => {
    await buildTools();
    folder = await newFolder();
    service = await openService('postgres');
    database = service.installation.database as TestDatabase;
    tenant = await foundTenant(service);
  }, 120_000);
  afterAll(async () => {
    await closeService(service);
    await removeFolder(folder);
  });

  async function positions(): Promise<number> {
    return withClient(database.ownerUrl, async (client) => {
      const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM positions');
      return rows[0]?.count ?? 0;
    });
  }

  /** Creates and moves positions from all sides until the work is done. */
  async function underLoad<Result>(work: () => Promise<Result>): Promise<Result> {
    let isOver = false;
    const senders = Array.from({ length: SENDERS }, async () => {
      while (!isOver) {
        const id = await openPosition(tenant.admin, tenant.assetId, '12.50');
        done(await move(tenant.admin, id, 'FUNDED'));
        done(await move(tenant.admin, id, 'PARTIALLY_RELEASED', '2.50'));
      }
    });
    try {
      return await work();
    } finally {
      isOver = true;
      await Promise.all(senders);
    }
  }

  test.each(['custom', 'plain'])(
    'is of one moment in %s format: its counts agree with each other and with what is restored, which verifies',
    async (format) => {
      const { file, before, after } = await underLoad(async () => {
        while ((await positions()) < 50);
        const atFirst = await positions();
        const made = await makeBackup(database.ownerUrl, folder, '--format', format);
        return { file: made, before: atFirst, after: await positions() };
      });
      const { rows } = await manifestOf(file);
      expect(rows.positions).toBeGreaterThanOrEqual(before);
      expect(after).toBeGreaterThan(rows.positions ?? Infinity);
      expect(rows.position_events).toBe(rows.ledger_events);

      const empty = await openEmptyDatabase();
      try {
        const { status, printed } = await runScript('restore.sh', [file], { DATABASE_URL: empty.ownerUrl });
        expect(status).toBe(0);
        expect(printed).toContain(
          `${rows.positions} positions checked, ${rows.ledger_events} ledger events, none broken`,
        );
      } finally {
        await empty.close();
      }
    },
    60_000,
  );
});
