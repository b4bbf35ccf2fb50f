import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contextFiles, isIgnored, rulesOf } from './context-files.js';

describe('a .dockerignore', () => {
  test.each<[string, string[], string[]]>([
    ['names at the top', ['.env', 'secrets'], ['.env', 'secrets/key', 'secrets/a/b']],
    ['names in any folder', ['**/*.pem'], ['key.pem', 'a/key.pem', 'a/b/key.pem']],
    ['one name in each folder', ['apps/*/test'], ['apps/api/test', 'apps/api/test/x.ts']],
    ['one character', ['a?c'], ['abc']],
    ['everything', ['*'], ['.npmrc', 'a/b']],
    ['slashes around a name', ['/dist/'], ['dist/x.js']],
  ])('leaves out %s', (_, lines, paths) => {
    for (const path of paths)
      expect([path, isIgnored(rulesOf(lines.join('\n')), path)]).toEqual([path, true]);
  });

  test.each<[string, string[], string[]]>([
    ['deeper than a pattern goes', ['*.pem', 'test'], ['a/key.pem', 'a/test', 'test.ts']],
    ['with other characters', ['a.c', 'a?c'], ['abbc', 'a/c']],
    ['that is brought back', ['*', '!apps/*/src', '!.npmrc'], ['apps/api/src/main.ts', '.npmrc']],
    ['that is only spoken of', ['# dist', ''], ['dist', '# dist']],
  ])('leaves in what is %s', (_, lines, paths) => {
    for (const path of paths)
      expect([path, isIgnored(rulesOf(lines.join('\n')), path)]).toEqual([path, false]);
  });

  test('goes by the last line that meets a path', () => {
    const rules = rulesOf('*\n!libs/*/src\n**/*.spec.ts');
    expect(isIgnored(rules, 'libs/kernel/src/money.ts')).toBe(false);
    expect(isIgnored(rules, 'libs/kernel/src/money.spec.ts')).toBe(true);
    expect(isIgnored(rules, 'libs/kernel/README.md')).toBe(true);
  });
});

describe('the build context', () => {
  let folder: string;

  async function write(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), '');
    }
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'context-files-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('holds the files that are left, in order, from whatever folder they are in', async () => {
    await write('b', 'a/src/deep/x', 'a/test/y', 'node_modules/a/src/z', '.env');
    await writeFile(join(folder, '.dockerignore'), '*\n!a/src\n!b\n');
    expect(await contextFiles(folder)).toEqual(['a/src/deep/x', 'b']);
  });

  test('of this project is what the build reads: no secret, data, test or tool', async () => {
    const files = await contextFiles('.');
    expect(files).toEqual(
      expect.arrayContaining([
        'package-lock.json',
        'apps/api/src/main.ts',
        'migrations/roles.sql',
        'LICENSE',
      ]),
    );
    const places = new Set(files.map((file) => (file.includes('/') ? `${file.split('/')[0] ?? ''}/` : file)));
    expect([...places].sort()).toEqual([
      '.npmrc',
      'LICENSE',
      'apps/',
      'libs/',
      'migrations/',
      'nest-cli.json',
      'package-lock.json',
      'package.json',
      'tsconfig.build.json',
      'tsconfig.json',
    ]);
    const tests = /^libs\/testing\/|[.-]spec\.ts$|\/testing\.ts$|\/test[/-]|gate-fixtures/;
    expect(files.filter((file) => tests.test(file))).toEqual([]);
    for (const never of [
      '.env',
      '.git/config',
      '.data/root-api-key',
      'migrations/.env.spec.ts',
      'dist/x.js',
      'libs/client/src/index.ts',
    ]) {
      expect(files).not.toContain(never);
    }
  });
});
