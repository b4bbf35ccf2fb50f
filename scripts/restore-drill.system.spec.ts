import { symlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { withClient, type TestDatabase } from '#testing';
import {
  buildTools,
  changeManifest,
  doctor,
  makeBackup,
  newFolder,
  removeFolder,
  runScript,
  scratchDatabases,
  spoil,
  startScript,
  type Told,
} from '../apps/api/test/support/backup-scripts.js';
import { closeService, openService, type Service } from '../apps/api/test/support/service.js';
import { tellStory } from '../apps/api/test/support/story.js';

describe('restore-drill.sh', () => {
  let service: Service;
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    await buildTools();
    service = await openService('postgres');
    await tellStory(service);
    database = service.installation.database as TestDatabase;
  }, 120_000);
  afterAll(async () => closeService(service));
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(async () => removeFolder(folder));

  const drill = (...words: string[]): Promise<Told> =>
    runScript('restore-drill.sh', ['--dir', folder, ...words], { DATABASE_URL: database.ownerUrl });

  test('restores and verifies the newest backup beside the service, and reports', async () => {
    await makeBackup(database.ownerUrl, folder);
    await tellStory(service);
    const newest = await makeBackup(database.ownerUrl, folder);
    const { status, printed, said } = await drill('--max-age', '1');
    expect([status, said]).toEqual([0, expect.stringContaining('checking')]);
    const [backup, asOf, restored, verified, drilled, ...others] = printed.split('\n');
    expect(backup).toBe(`backup    ${newest.slice(folder.length + 1)}, ${/[\d.]+KiB/.exec(printed)?.[0]}`);
    expect(asOf).toMatch(/^as of {5}\d{4}-[-\dT:.]+Z, 0 h 0 min ago$/);
    expect(restored).toMatch(/^restored {2}in \d+ s: .*10 ledger_events, 10 position_events, 2 positions/);
    expect(verified).toMatch(/^verified {2}in \d+ s: 2 positions checked, 10 ledger events, none broken;/);
    expect(drilled).toMatch(/^drilled {3}[-\dT:]+Z, \d+ s in all$/);
    expect(others).toEqual(['']);
    expect(await scratchDatabases(database.ownerUrl)).toEqual([]);
  }, 60_000);

  test('fails when the newest backup is older than it may be', async () => {
    const file = await makeBackup(database.ownerUrl, folder);
    const startedAt = new Date(Date.now() - 3 * 3_600_000 - 60_000).toISOString();
    await changeManifest(file, { startedAt });
    const { status, printed, said } = await drill('--max-age', '3');
    expect([status, printed]).toEqual([1, expect.stringContaining('3 h 1 min ago')]);
    expect(said).toMatch(/the newest backup is older than 3 hours/);
    expect(await scratchDatabases(database.ownerUrl)).toEqual([]);
  });

  test('fails on a newest backup that is damaged, rather than go back to an older one', async () => {
    await makeBackup(database.ownerUrl, folder);
    const newest = await makeBackup(database.ownerUrl, folder);
    await spoil(newest, (bytes) => bytes.subarray(1));
    const { status, said } = await drill();
    expect([status, said]).toEqual([1, expect.stringMatching(/is refused: it is truncated/)]);
  });

  test('fails on what does not verify, and leaves nothing behind', async () => {
    const file = await makeBackup(database.ownerUrl, folder, '--format', 'plain');
    await doctor(file, (sql) => sql.replaceAll('First part is built', 'First part was built'));
    const { status, said } = await drill();
    expect([status, said]).toEqual([1, expect.stringMatching(/broken: [^]*the backup does not verify/)]);
    expect(await scratchDatabases(database.ownerUrl)).toEqual([]);
  }, 60_000);

  test('fails where there is no complete backup', async () => {
    const empty = await drill();
    expect([empty.status, empty.said]).toEqual([1, expect.stringMatching(/has no complete backup/)]);
    await writeFile(`${folder}/escrow-20260101T000000000Z-AAAAAAAA.dump`, 'PGDMP');
    expect((await drill()).said).toMatch(/has no complete backup/);
  });

  test('takes the backups of one database only, where told', async () => {
    await makeBackup(database.ownerUrl, folder);
    expect((await drill('--database', 'other')).said).toMatch(/has no complete backup/);
    const other = 'other-20260101T000000000Z-AAAAAAAA.dump.manifest.json';
    await writeFile(`${folder}/${other}`, '{}');
    const { status, said } = await drill();
    expect([status, said]).toEqual([
      1,
      expect.stringMatching(/of several databases: say --database and one of .*other/),
    ]);
    const linked = `${folder}/link`;
    await symlink('.', linked);
    expect((await drill('--database', 'other', '--dir', linked)).said).toMatch(
      /other-.* is no backup|no file/,
    );
  });

  test('names the scratch databases that are there already, and leaves them to whoever works on them', async () => {
    await makeBackup(database.ownerUrl, folder);
    const left = `escrow_scratch_20260101000000_${process.pid}`;
    await withClient(database.ownerUrl, async (client) => client.query(`CREATE DATABASE ${left}`));
    try {
      const { status, said } = await drill();
      expect([status, said]).toEqual([0, expect.stringContaining(left)]);
    } finally {
      await withClient(database.ownerUrl, async (client) => client.query(`DROP DATABASE ${left}`));
    }
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('drops its scratch database on %s', async (signal) => {
    await makeBackup(database.ownerUrl, folder);
    const { child, ended } = startScript('restore-drill.sh', ['--dir', folder], {
      DATABASE_URL: database.ownerUrl,
    });
    while ((await scratchDatabases(database.ownerUrl)).length === 0) await sleep(10);
    child.kill(signal);
    expect((await ended).status).toBe({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal]);
    expect(await scratchDatabases(database.ownerUrl)).toEqual([]);
  });
});
