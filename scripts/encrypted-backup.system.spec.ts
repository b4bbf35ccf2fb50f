import { execFile } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, type TestDatabase } from '#testing';
import {
  buildTools,
  changeManifest,
  contentOf,
  manifestOf,
  newFolder,
  removeFolder,
  runScript,
  type Settings,
} from '../apps/api/test/support/backup-scripts.js';
import { newInstallation, startService } from '../apps/api/test/support/service.js';
import { tellStory } from '../apps/api/test/support/story.js';

const run = promisify(execFile);

/** Makes a key in a folder, and answers how to encrypt for it, and what finds it again. */
const TOOLS: Record<string, (folder: string) => Promise<{ recipient: string; keys: Settings }>> = {
  gpg: async (folder) => {
    await chmod(folder, 0o700);
    const key = ['--passphrase', '', '--quick-generate-key', 'backups@example.com', 'default', 'default'];
    await run('gpg', ['--homedir', folder, '--batch', '--quiet', ...key]);
    return { recipient: 'backups@example.com', keys: { GNUPGHOME: folder } };
  },
  age: async (folder) => {
    const identity = join(folder, 'identity.txt');
    await run('age-keygen', ['--output', identity]);
    const [, recipient = ''] = /public key: (\S+)/.exec(await readFile(identity, 'utf8')) ?? [];
    return { recipient, keys: { BACKUP_AGE_IDENTITY: identity } };
  },
};

describe.each(Object.keys(TOOLS))('a backup that is encrypted with %s', (tool) => {
  let folder: string;
  let keys: Settings;
  let strangersKeys: Settings;
  let recipient: string;
  let source: TestDatabase;
  const folders: string[] = [];

  beforeAll(async () => {
    await buildTools();
    const makeKey = TOOLS[tool] as (folder: string) => Promise<{ recipient: string; keys: Settings }>;
    for (let number = 0; number < 3; number += 1) folders.push(await newFolder());
    const [forBackups = '', ofKey = '', ofStranger = ''] = folders;
    folder = forBackups;
    ({ recipient, keys } = await makeKey(ofKey));
    strangersKeys = (await makeKey(ofStranger)).keys;
    const installation = await newInstallation('postgres');
    const service = await startService(installation);
    await tellStory(service);
    await service.stop();
    source = installation.database as TestDatabase;
  }, 120_000);
  afterAll(async () => {
    await source.close();
    for (const each of folders) await removeFolder(each);
  });

  const backUp = (words: string[], settings: Settings = {}) =>
    runScript('backup.sh', ['--dir', folder, ...words], {
      DATABASE_URL: source.ownerUrl,
      ...keys,
      ...settings,
    });

  test.each(['custom', 'plain'])(
    'in %s format tells nothing, and is restored by whoever has the key',
    async (format) => {
      const { status, printed } = await backUp(['--format', format, '--encrypt', `${tool}:${recipient}`]);
      expect(status).toBe(0);
      const file = printed.trim();
      expect(file.endsWith(`.${tool}`)).toBe(true);
      expect((await manifestOf(file))['encryption']).toBe(tool);
      const bytes = (await readFile(file)).toString('latin1');
      for (const text of ['PGDMP', 'CREATE TABLE', 'Northern Escrow']) expect(bytes).not.toContain(text);
      const empty = await openEmptyDatabase();
      try {
        const settings = { DATABASE_URL: empty.ownerUrl };
        const before = await contentOf(empty.ownerUrl);
        const stranger = await runScript('restore.sh', [file], { ...settings, ...strangersKeys });
        expect([stranger.status, stranger.said]).toEqual([
          1,
          expect.stringMatching(/nothing was changed in/),
        ]);
        expect(await contentOf(empty.ownerUrl)).toBe(before);

        expect(await runScript('restore.sh', [file], { ...settings, ...keys })).toMatchObject({ status: 0 });
        expect(await contentOf(empty.ownerUrl)).toBe(await contentOf(source.ownerUrl));
        const drill = await runScript('restore-drill.sh', ['--dir', folder], { ...settings, ...keys });
        expect(drill).toMatchObject({ status: 0, printed: expect.stringContaining(basename(file)) });
      } finally {
        await empty.close();
      }
    },
    90_000,
  );

  test('is kept out of the database where its end is missing and only the tool can tell', async () => {
    const { printed } = await backUp(['--format', 'plain', '--encrypt', `${tool}:${recipient}`]);
    const file = printed.trim();
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, -1));
    const { stdout } = await run('sha256sum', [file]);
    await changeManifest(file, { sha256: stdout.slice(0, 64), sizeBytes: bytes.length - 1 });
    const empty = await openEmptyDatabase();
    try {
      const before = await contentOf(empty.ownerUrl);
      const told = await runScript('restore.sh', [file], { DATABASE_URL: empty.ownerUrl, ...keys });
      expect([told.status, told.said]).toEqual([1, expect.stringMatching(/nothing was changed in/)]);
      expect(await contentOf(empty.ownerUrl)).toBe(before);
    } finally {
      await empty.close();
    }
  });

  test('is refused before any work where there is no such recipient', async () => {
    const names = await readdir(folder);
    const { status, said } = await backUp(['--encrypt', `${tool}:nobody@example.com`]);
    expect([status, said]).toEqual([
      1,
      expect.stringMatching(/nothing can be encrypted for nobody@example\.com/),
    ]);
    expect(await readdir(folder)).toEqual(names);
  });
});
