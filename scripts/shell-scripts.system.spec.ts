import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

/** What ShellCheck says of scripts, together with what they source. */
async function faultsIn(files: readonly string[], folder = '.'): Promise<string> {
  const words = ['--external-sources', '--source-path=SCRIPTDIR', '--format=gcc', ...files];
  return promisify(execFile)('shellcheck', words, { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

async function scriptsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sh'));
  return names.map((name) => join(folder, name)).sort();
}

describe('shell scripts', () => {
  test('are faultless to ShellCheck', async () => {
    const scripts = await scriptsIn('scripts');
    expect(scripts).toEqual(['scripts/backup.sh', 'scripts/restore-drill.sh', 'scripts/restore.sh']);
    expect(await faultsIn([...scripts, '.ci/run'])).toBe('');
  });

  test('source every file that is there for it, so that none goes unread', async () => {
    const texts = await Promise.all((await scriptsIn('scripts')).map((file) => readFile(file, 'utf8')));
    const unread = (await scriptsIn('scripts/backup')).filter(
      (file) => !texts.some((text) => text.includes(`. "$here/${file.slice('scripts/'.length)}"`)),
    );
    expect(unread).toEqual([]);
  });

  test('are refused for a fault', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shellcheck-'));
    await writeFile(join(folder, 'bad.sh'), '#!/bin/bash\nrm -rf $1/*\n');
    expect(await faultsIn(['bad.sh'], folder)).toMatch(/SC2086/);
    await rm(folder, { recursive: true });
  });
});
