import { createHash } from 'node:crypto';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, PgBouncer, withClient, type TestDatabase } from '#testing';
import {
  makeBackup,
  manifestOf,
  newFolder,
  removeFolder,
  runScript,
  startScript,
  type Settings,
  type Told,
} from '../apps/api/test/support/backup-scripts.js';
import { closeService, openService, type Service } from '../apps/api/test/support/service.js';
import { tellStory } from '../apps/api/test/support/story.js';

describe('backup.sh', () => {
  let service: Service;
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    service = await openService('postgres');
    await tellStory(service);
    database = service.installation.database as TestDatabase;
  });
  afterAll(async () => closeService(service));
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(async () => removeFolder(folder));

  const backUp = (words: string[] = [], settings: Settings = {}): Promise<Told> =>
    runScript('backup.sh', words, { DATABASE_URL: database.ownerUrl, BACKUP_DIR: folder, ...settings });

  async function countedRows(): Promise<Record<string, number>> {
    return withClient(database.ownerUrl, async (client) => {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      const counts: Record<string, number> = {};
      for (const { name } of tables) {
        const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int FROM ${name}`);
        counts[name] = rows[0]?.count ?? -1;
      }
      return counts;
    });
  }

  test.each([
    ['custom', /\.dump$/, 'PGDMP'],
    ['plain', /\.sql$/, '--\n-- PostgreSQL database dump\n'],
  ])(
    'writes a dump in %s format that nobody else reads, and what is in it',
    async (format, ending, start) => {
      const startedAtMs = Date.now();
      const { status, printed } = await backUp(['--format', format]);
      expect(status).toBe(0);
      const file = printed.trim();
      expect(file).toMatch(ending);
      expect((await readdir(folder)).sort()).toEqual([basename(file), `${basename(file)}.manifest.json`]);
      for (const path of [file, `${file}.manifest.json`]) expect((await stat(path)).mode & 0o777).toBe(0o600);
      const bytes = await readFile(file);
      expect(bytes.toString().startsWith(start)).toBe(true);
      const manifest = await manifestOf(file);
      expect(manifest).toEqual({
        kind: 'escrowgrid-backup',
        manifestVersion: 1,
        file: basename(file),
        format,
        encryption: null,
        sizeBytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        database: new URL(database.ownerUrl).pathname.slice(1),
        rows: await countedRows(),
        migrations: await recordedMigrations(),
        startedAt: expect.any(String),
        finishedAt: expect.any(String),
        serverVersion: expect.stringMatching(/^15\./),
        serverVersionNumber: expect.any(Number),
        pgDumpVersion: expect.stringMatching(/^15\./),
        escrowgridVersion: '0.1.0',
      });
      expect(manifest.rows.positions).toBe(1);
      const [started, finished] = [manifest['startedAt'], manifest['finishedAt']].map((at) =>
        Date.parse(String(at)),
      );
      expect(started).toBeGreaterThanOrEqual(startedAtMs);
      expect(finished).toBeGreaterThan(started ?? Infinity);
      expect(file).toContain(String(manifest['startedAt']).replaceAll(/[-:.]/g, ''));
    },
  );

  async function recordedMigrations(): Promise<unknown> {
    return withClient(database.ownerUrl, async (client) => {
      const { rows } = await client.query('SELECT to_jsonb(m) AS row FROM schema_migrations m ORDER BY id');
      return rows.map(({ row }: { row: unknown }) => row);
    });
  }

  test('takes the connection from a file, and from PG* variables', async () => {
    const secret = join(folder, 'url');
    await writeFile(secret, `${database.ownerUrl}\n`);
    expect(await backUp([], { DATABASE_URL: '', DATABASE_URL_FILE: secret })).toMatchObject({ status: 0 });
    const { hostname, port, username, password, pathname } = new URL(database.ownerUrl);
    const parts = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password };
    expect(await backUp([], { DATABASE_URL: '', ...parts, PGDATABASE: pathname.slice(1) })).toMatchObject({
      status: 0,
    });
  });

  test('leaves nothing that looks finished where pg_dump fails', async () => {
    // The application's role may read every table, and no sequence.
    const { status, printed, said } = await backUp([], { DATABASE_URL: database.url });
    expect([status, printed]).toEqual([1, '']);
    expect(said).toMatch(/the dump failed: .*permission denied for sequence/);
    expect(await readdir(folder)).toEqual([]);
  });

  test('refuses a database that is not one of EscrowGrid', async () => {
    const empty = await openEmptyDatabase();
    try {
      expect(await backUp([], { DATABASE_URL: empty.ownerUrl })).toMatchObject({
        status: 1,
        said: expect.stringMatching(/is not one of EscrowGrid/),
      });
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await empty.close();
    }
  });

  test('refuses a way through a pooler', async () => {
    const bouncer = await PgBouncer.start({ ownerUrl: database.ownerUrl });
    try {
      const { status, said } = await backUp([], { DATABASE_URL: bouncer.url(database.ownerUrl) });
      expect(status).toBe(1);
      expect(said).toMatch(/pooler such as PgBouncer/);
    } finally {
      await bouncer.stop();
    }
  });

  /** Keeps pg_dump waiting in its midst, past all that the counting session asks. */
  async function whilePgDumpIsHeld(work: (backends: () => Promise<number>) => Promise<void>): Promise<void> {
    await withClient(database.ownerUrl, async (client) => {
      await client.query('BEGIN; LOCK TABLE pg_catalog.pg_description IN ACCESS EXCLUSIVE MODE');
      const backends = async (): Promise<number> => {
        const { rowCount } = await client.query(
          `SELECT FROM pg_locks WHERE relation = 'pg_description'::regclass AND NOT granted`,
        );
        return rowCount ?? 0;
      };
      await work(backends);
      await client.query('ROLLBACK');
    });
  }

  test('that is killed leaves nothing that restore.sh takes, and the next one clears it away', async () => {
    const environment = { DATABASE_URL: database.ownerUrl, BACKUP_DIR: folder };
    const { password } = new URL(database.ownerUrl);
    await whilePgDumpIsHeld(async (backends) => {
      const { child, ended } = startScript('backup.sh', [], environment);
      while ((await backends()) === 0) await sleep(20);
      for (const name of await readdir('/proc')) {
        const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
        expect(words).not.toContain(password);
      }
      child.kill('SIGKILL');
      await sleep(100);
      const [left, ...others] = await readdir(folder);
      expect(left).toMatch(/^\.unfinished-/);
      expect(others).toEqual([]);
      const drill = await runScript('restore-drill.sh', ['--dir', folder], environment);
      expect(drill).toMatchObject({
        status: 1,
        said: expect.stringMatching(/has no complete backup/),
      });
      const dump = join(folder, String(left), 'dump');
      const restore = await runScript('restore.sh', [dump, '--yes'], environment);
      expect(restore.status).toBe(1);
      expect(restore.said).toMatch(/is empty|no backup of EscrowGrid, or not a complete one/);
      void ended;
    });
    while ((await backUp()).status !== 0 || (await readdir(folder)).some((name) => name.startsWith('.un'))) {
      // pg_dump, which outlived its script, has what it waited for, and ends in its own time.
      await sleep(100);
    }
  });

  test('ends what it began when it is told to stop', async () => {
    await whilePgDumpIsHeld(async (backends) => {
      const { child, ended } = startScript('backup.sh', [], {
        DATABASE_URL: database.ownerUrl,
        BACKUP_DIR: folder,
      });
      while ((await backends()) === 0) await sleep(20);
      child.kill('SIGTERM');
      expect((await ended).status).toBe(143);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test('two at once make two backups', async () => {
    const both = await Promise.all([backUp(), backUp(['--format', 'plain'])]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    const files = both.map(({ printed }) => basename(printed.trim()));
    expect((await readdir(folder)).sort()).toEqual(
      files.flatMap((file) => [file, `${file}.manifest.json`]).sort(),
    );
    for (const { printed } of both) {
      const bytes = await readFile(printed.trim());
      expect((await manifestOf(printed.trim())).sha256).toBe(
        createHash('sha256').update(bytes).digest('hex'),
      );
    }
  });

  test('keeps as many as it is told, and touches nothing that is not a complete backup of its own', async () => {
    const oldest = await makeBackup(database.ownerUrl, folder);
    const others = [
      'notes.manifest.json',
      'notes',
      'unrelated-20200101T000000000Z-AAAAAAAA.dump',
      'unrelated-20200101T000000000Z-AAAAAAAA.dump.manifest.json',
      basename(oldest).replace(/-\w{8}\.dump/, '-AAAAAAAA.dump'),
    ];
    for (const name of others) await writeFile(join(folder, name), 'kept');
    const second = await makeBackup(database.ownerUrl, folder);
    const failed = await backUp(['--keep', '1'], { DATABASE_URL: database.url });
    expect(failed.status).toBe(1);
    expect(await readdir(folder)).toContain(basename(oldest));

    const linked = join(folder, 'link');
    await symlink('.', linked);
    const third = await makeBackup(database.ownerUrl, linked, '--keep', '2');
    const kept = [second, third].map((file) => basename(file));
    expect((await readdir(folder)).sort()).toEqual(
      ['link', ...others, ...kept.flatMap((file) => [file, `${file}.manifest.json`])].sort(),
    );
  });

  test('has the finished backup copied, and removes none when that fails', async () => {
    const copies = await newFolder();
    const command = `cp "$1" "$BACKUP_MANIFEST" ${copies} && test "$1" = "$BACKUP_FILE"`;
    const { status, printed } = await backUp([], { BACKUP_COPY_COMMAND: command });
    expect(status).toBe(0);
    const first = basename(printed.trim());
    expect((await readdir(copies)).sort()).toEqual([first, `${first}.manifest.json`]);

    const failed = await backUp(['--keep', '1'], { BACKUP_COPY_COMMAND: 'echo no route; false' });
    expect(failed.status).toBe(5);
    expect(failed.said).toMatch(
      /no route\n.*the backup is complete, but BACKUP_COPY_COMMAND failed with status 1/,
    );
    const second = basename(failed.printed.trim());
    expect(await readdir(folder)).toEqual(expect.arrayContaining([first, second]));
    await removeFolder(copies);
  });

  test.each<[string, string[], Settings]>([
    ['a format that it does not know', ['--format', 'tar'], {}],
    ['a number to keep that is none', ['--keep', '0'], {}],
    ['an encryption that it does not know', ['--encrypt', 'rot13:me'], {}],
    ['no folder', [], { BACKUP_DIR: '' }],
    ['no database', [], { DATABASE_URL: '' }],
    ['two databases', [], { DATABASE_URL_FILE: '/dev/null' }],
    ['a URL that is none', [], { DATABASE_URL: 'mysql://user:geheim@host/escrow' }],
    ['a parameter that it would have to pass over', [], { DATABASE_URL: 'postgres://h/escrow?gssencmode=x' }],
    ['an option that it does not know', ['--verbose'], {}],
    ['an option without its value', ['--keep'], {}],
  ])('refuses %s as wrong usage', async (_, words, settings) => {
    const { status, said } = await backUp(words, settings);
    expect(status).toBe(2);
    expect(said).toMatch(/^backup\.sh: .*\(see backup\.sh --help\)\n$/);
    expect(said).not.toContain('geheim');
    expect(await readdir(folder)).toEqual([]);
  });
});
