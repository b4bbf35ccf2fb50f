import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, withClient, type TestDatabase } from '#testing';
import {
  buildTools,
  changeManifest,
  contentOf,
  copyOfBackup,
  doctor,
  makeBackup,
  manifestOf,
  newFolder,
  removeFolder,
  runScript,
  scratchDatabases,
  spoil,
  startScript,
  type Settings,
  type Told,
} from '../apps/api/test/support/backup-scripts.js';
import { newInstallation, openService, startService } from '../apps/api/test/support/service.js';
import { tellStory } from '../apps/api/test/support/story.js';
import { migrateDown } from '../migrations/migrate.js';

describe('restore.sh', () => {
  let folder: string;
  let source: TestDatabase;
  let backups: Record<'custom' | 'plain', string>;
  let content: string;
  /** What is to be replaced: another institution's story, and nobody connected. */
  let target: TestDatabase;
  let before: string;
  let copy: string;

  beforeAll(async () => {
    await buildTools();
    folder = await newFolder();
    const service = await openService('postgres');
    await tellStory(service);
    await service.stop();
    source = service.installation.database as TestDatabase;
    content = await contentOf(source.ownerUrl);
    backups = {
      custom: await makeBackup(source.ownerUrl, folder),
      plain: await makeBackup(source.ownerUrl, folder, '--format', 'plain'),
    };
    const installation = await newInstallation('postgres');
    const other = await startService(installation);
    await tellStory(other);
    await tellStory(other);
    await other.stop();
    target = installation.database as TestDatabase;
    before = await contentOf(target.ownerUrl);
  }, 120_000);
  afterAll(async () => {
    await source.close();
    await target.close();
    await removeFolder(folder);
  });
  beforeEach(async () => {
    copy = await copyOfBackup(backups.plain);
  });
  afterEach(async () => removeFolder(copy.slice(0, copy.lastIndexOf('/'))));

  const restore = (file: string, url: string, words: string[] = [], settings: Settings = {}): Promise<Told> =>
    runScript('restore.sh', [file, ...words], { DATABASE_URL: url, ...settings });

  function withoutPassword(url: string): { href: string; password: string } {
    const { password } = new URL(url);
    return { href: url.replace(`:${password}@`, '@'), password: decodeURIComponent(password) };
  }

  async function expectUntouched({ status, printed, said }: Told, sentence: RegExp): Promise<void> {
    expect(said).toMatch(sentence);
    expect([status, printed]).toEqual([1, '']);
    expect(await contentOf(target.ownerUrl)).toBe(before);
    expect(await scratchDatabases(target.ownerUrl)).toEqual([]);
  }

  describe.each(['custom', 'plain'] as const)('a good backup in %s format', (format) => {
    test('fills an empty database with what was backed up, verifies it, and gives the service its rights', async () => {
      const empty = await openEmptyDatabase();
      try {
        const { status, printed, said } = await restore(backups[format], empty.ownerUrl);
        expect([status, said]).toEqual([0, expect.stringContaining('verifying')]);
        expect(printed).toMatch(/1 positions.*\n1 positions checked, 5 ledger events, none broken/);
        expect(await contentOf(empty.ownerUrl)).toBe(content);
        await withClient(empty.url, async (client) => {
          expect((await client.query('SELECT FROM positions')).rowCount).toBe(1);
          await expect(client.query('DELETE FROM ledger_events')).rejects.toThrow('permission denied');
        });
      } finally {
        await empty.close();
      }
    }, 60_000);

    test('takes the place of what another database held, after a rehearsal', async () => {
      const installation = await newInstallation('postgres');
      const replaced = installation.database as TestDatabase;
      const service = await startService(installation);
      await tellStory(service);
      await service.stop();
      try {
        const { status, said } = await restore(backups[format], replaced.ownerUrl, ['--yes']);
        expect([status, said]).toEqual([0, expect.stringContaining('rehearsing')]);
        expect(await contentOf(replaced.ownerUrl)).toBe(content);
        expect(await scratchDatabases(replaced.ownerUrl)).toEqual([]);
      } finally {
        await replaced.close();
      }
    }, 60_000);
  });

  test('takes the newest of a folder, and judges signatures by the keys that CONFIG_FILE has, which says nothing else here', async () => {
    const empty = await openEmptyDatabase();
    const keys = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    await writeFile(join(folder, 'keys.pem'), keys);
    await writeFile(
      join(folder, 'settings'),
      `DATABASE_URL=${target.ownerUrl}\nSEAL_PUBLIC_KEYS_FILE=${join(folder, 'keys.pem')}\n`,
    );
    const { password, href } = withoutPassword(empty.ownerUrl);
    const database = new URL(source.ownerUrl).pathname.slice(1);
    try {
      const words = ['--dir', folder, '--database', database, '--to', href];
      const { status, printed } = await runScript('restore.sh', words, {
        PGPASSWORD: password,
        CONFIG_FILE: join(folder, 'settings'),
      });
      expect([status, printed]).toEqual([0, expect.stringContaining(basename(backups.plain))]);
      expect(printed).toMatch(/0 checkpoints, none broken; in/);
      expect(await contentOf(empty.ownerUrl)).toBe(content);
    } finally {
      await empty.close();
    }
  }, 60_000);

  test('goes by the rights of an owner who is no superuser', async () => {
    const empty = await openEmptyDatabase();
    const name = new URL(empty.ownerUrl).pathname.slice(1);
    const owner = `${name}_owner`;
    try {
      await withClient(empty.ownerUrl, async (client) => {
        await client.query(`CREATE ROLE ${owner} LOGIN CREATEDB PASSWORD 'x y%/@:' IN ROLE escrowgrid_app`);
        await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`);
      });
      const url = new URL(empty.ownerUrl);
      url.username = owner;
      url.password = encodeURIComponent('x y%/@:');
      expect(await restore(backups.custom, url.href)).toMatchObject({ status: 0 });
      expect(await restore(backups.custom, url.href, ['--yes'])).toMatchObject({ status: 0 });
      expect(await contentOf(empty.ownerUrl, 'without rights')).toBe(
        await contentOf(source.ownerUrl, 'without rights'),
      );
    } finally {
      await empty.close();
      await withClient(target.ownerUrl, async (client) => client.query(`DROP ROLE ${owner}`));
    }
  }, 90_000);

  test('applies the migrations that this release has beyond those of the backup', async () => {
    const older = await newInstallation('postgres');
    const empty = await openEmptyDatabase();
    const { ownerUrl } = older.database as TestDatabase;
    try {
      await migrateDown(ownerUrl, { steps: 1 });
      const file = await makeBackup(ownerUrl, folder);
      const { migrations } = await manifestOf(file);
      expect(await restore(file, empty.ownerUrl)).toMatchObject({ status: 0 });
      const recorded = await withClient(empty.ownerUrl, async (client) =>
        client.query('SELECT FROM schema_migrations'),
      );
      expect(recorded.rowCount).toBe((migrations as unknown[]).length + 1);
    } finally {
      await empty.close();
      await older.database?.close();
    }
  }, 60_000);

  test.each<[string, RegExp, () => Promise<unknown>]>([
    [
      'a damaged byte',
      /its checksum is another/,
      () => spoil(copy, (bytes) => bytes.fill(bytes[5000] === 48 ? 49 : 48, 5000, 5001)),
    ],
    [
      'a truncated file',
      /it is truncated: it has \d+ bytes, and had \d+/,
      () => spoil(copy, (bytes) => bytes.subarray(0, bytes.length / 2)),
    ],
    ['an empty file', /is empty/, () => writeFile(copy, '')],
    ['a manifest that is missing', /manifest\.json is missing/, () => removeFolder(`${copy}.manifest.json`)],
    ['another checksum', /its checksum is another/, () => changeManifest(copy, { sha256: 'f'.repeat(64) })],
    [
      'the manifest of another file',
      /of another file, other\.sql/,
      () => changeManifest(copy, { file: 'other.sql' }),
    ],
    [
      'a manifest of something else',
      /not one of an EscrowGrid/,
      () => changeManifest(copy, { kind: 'else' }),
    ],
    [
      'a manifest of a later form',
      /form that this release/,
      () => changeManifest(copy, { manifestVersion: 2 }),
    ],
    [
      'a manifest that says nothing',
      /does not know|is not one/,
      () => writeFile(`${copy}.manifest.json`, '{}'),
    ],
    ['a manifest that is none', /cannot be understood/, () => writeFile(`${copy}.manifest.json`, 'kind: no')],
    [
      'a newer PostgreSQL',
      /made of PostgreSQL 99\.1, which is newer than/,
      () => changeManifest(copy, { serverVersion: '99.1', serverVersionNumber: 990_001 }),
    ],
    [
      'a newer pg_dump',
      /made by pg_dump 99\.1, which is newer than/,
      () => changeManifest(copy, { pgDumpVersion: '99.1' }),
    ],
    [
      'a migration that is not known',
      /has the migration Tomorrow9, which this release does not know/,
      () => changeManifest(copy, { migrations: [{ id: 1, name: 'Tomorrow9', timestamp: 9 }] }),
    ],
  ])('refuses %s before it touches anything', async (_, sentence, change) => {
    await change();
    const told = await restore(copy, target.ownerUrl, ['--yes']);
    await expectUntouched(told, sentence);
    expect(told.said).not.toMatch(/rehearsing|restoring/);
  });

  test('refuses the dump of some other database', async () => {
    await writeFile(copy, '--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.other (id int);\n');
    await expectUntouched(await restore(copy, target.ownerUrl, ['--yes']), /it is truncated/);
  });

  /** What only shows while it is loaded, with a checksum that is right. */
  const DOCTORED: [string, RegExp, (sql: string) => string][] = [
    [
      'an amount that a constraint forbids',
      /violates check constraint "positions_/,
      (sql) => sql.replace(/^(pos_.*\t)1000\.10000000(\t1000\.10000000\t)/m, '$1-1$2'),
    ],
    [
      'a reference to nobody',
      /violates foreign key/,
      (sql) => sql.replace(/^(ast_\w+\tinst_)\w+/m, `$1${'0'.repeat(26)}`),
    ],
    ['a row that is missing', /rows that were loaded are not those/, (sql) => sql.replace(/^aud_.*\n/m, '')],
    [
      'a table that is missing',
      /does not exist|are not those/,
      (sql) => sql.replaceAll('public.checkpoints', 'public.others'),
    ],
    [
      'another migration',
      /migrations that were loaded/,
      (sql) => sql.replace('\tCreateAssets', '\tCreateOther'),
    ],
    [
      'a broken chain',
      /hash chain|events of positions/,
      (sql) => sql.replace(/^(le_.*\t)0{64}\t/m, `$1${'1'.repeat(64)}\t`),
    ],
    [
      'a release of another amount',
      /events of positions do not make/,
      (sql) => sql.replace(/^(le_.*\tescrow\tbeneficiary\t)300\.05/m, '$1300.06'),
    ],
    [
      'another dump’s text',
      /relation "public\.\w+" does not exist/,
      () => 'CREATE TABLE public.positions (id int);\n',
    ],
  ];

  test.each(DOCTORED)('leaves the database as it was when it meets %s', async (_, sentence, change) => {
    await doctor(copy, change);
    const told = await restore(copy, target.ownerUrl, ['--yes', '--without-rehearsal']);
    await expectUntouched(told, sentence);
    expect(told.said).toMatch(/restoring into .*\n.*nothing was changed in/);
  });

  test('runs nothing but SQL, whatever a dump asks psql for', async () => {
    const trace = `${copy}.ran`;
    await doctor(copy, (sql) => `${sql}\n\\! touch ${trace}\n`);
    const told = await restore(copy, target.ownerUrl, ['--yes', '--without-rehearsal']);
    await expectUntouched(told, /restricted/);
    expect(existsSync(trace)).toBe(false);
  });

  /** The books hold, and the hashes of one position do not: only the code of EscrowGrid can tell. */
  const forge = (sql: string): string => sql.replace('First part is built', 'First part was built');

  test('finds in its rehearsal what only verification tells, and leaves the database as it was', async () => {
    await doctor(copy, forge);
    const told = await restore(copy, target.ownerUrl, ['--yes']);
    await expectUntouched(
      told,
      /broken: inst_\w+ pos_\w+ at step 3: [^]*the backup does not verify; nothing was changed/,
    );
  }, 60_000);

  test('says so, and exits with 4, where verification fails after the fact', async () => {
    const empty = await openEmptyDatabase();
    try {
      await doctor(copy, forge);
      const { status, said } = await restore(copy, empty.ownerUrl);
      expect(status).toBe(4);
      expect(said).toMatch(
        /broken: [^]*was replaced, but this failed afterwards: .*DO NOT LET THE SERVICE ON IT/,
      );
    } finally {
      await empty.close();
    }
  }, 60_000);

  test('replaces nothing without --yes', async () => {
    await expectUntouched(await restore(copy, target.ownerUrl), /holds 2 positions: say --yes to replace/);
  });

  test('replaces nothing that is not EscrowGrid’s, whatever is said', async () => {
    const other = await openEmptyDatabase();
    try {
      await withClient(other.ownerUrl, async (client) => client.query('CREATE TABLE letters (id int)'));
      const { status, said } = await restore(copy, other.ownerUrl, ['--yes']);
      expect([status, said]).toEqual([1, expect.stringMatching(/holds something other than EscrowGrid/)]);
    } finally {
      await other.close();
    }
  });

  test('replaces nothing under a service that is connected, unless told', async () => {
    await withClient(target.url, async () => {
      const told = await restore(copy, target.ownerUrl, ['--yes']);
      await expectUntouched(told, /others are connected to \w+ that may write: escrowgrid_service \(1\)/);
    });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ] as const)('is undone when %s ends it in its midst', async (signal, exitStatus) => {
    await withClient(target.ownerUrl, async (client) => {
      await client.query('BEGIN; SELECT FROM positions');
      const words = [copy, '--yes', '--while-connected', '--without-rehearsal'];
      const { child, ended } = startScript('restore.sh', words, { DATABASE_URL: target.ownerUrl });
      const waits = `SELECT FROM pg_locks WHERE relation = 'positions'::regclass AND NOT granted`;
      while ((await client.query(waits)).rowCount === 0) await sleep(20);
      child.kill(signal);
      await client.query('ROLLBACK');
      expect((await ended).status).toBe(exitStatus);
      // What it started may outlive it for a moment.
      const others = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      while ((await client.query(others)).rowCount !== 0) await sleep(20);
    });
    expect(await contentOf(target.ownerUrl)).toBe(before);
  });

  test('is refused while a migration runs', async () => {
    await withClient(target.ownerUrl, async (client) => {
      await client.query('SELECT pg_advisory_lock(4842733908451501)');
      const words = ['--yes', '--while-connected', '--without-rehearsal'];
      await expectUntouched(
        await restore(copy, target.ownerUrl, words),
        /a migration, or another restore, is running/,
      );
    });
  });

  test.each([
    ['no file', [] as string[]],
    ['two files', ['a', 'b']],
    ['an option that it does not know', ['a', '--force']],
    ['an option without its value', ['a', '--to']],
    ['a password that everybody can read', ['a', '--to', 'postgresql://owner:geheim@localhost/escrow']],
    ['a password among parameters', ['a', '--to', 'postgresql://localhost/escrow?user=o&password=geheim']],
    ['a file and a folder', ['a', '--dir', '.']],
    ['a database without a folder', ['a', '--database', 'escrow']],
  ])('refuses %s as wrong usage', async (_, words) => {
    const { status, said } = await runScript('restore.sh', words, { DATABASE_URL: target.ownerUrl });
    expect([status, said]).toEqual([2, expect.stringMatching(/see restore\.sh --help/)]);
    expect(said).not.toContain('geheim');
  });

  test('wants the right file', async () => {
    await expectUntouched(await restore(`${copy}x`, target.ownerUrl, ['--yes']), /there is no file/);
    expect(basename(copy)).toBe((await manifestOf(copy)).file);
  });
});
