import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BACKENDS } from '#testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeService, openService } from './support/service.js';
import { foundTenant } from './support/tenant.js';

const run = promisify(execFile);

/** The program that the client's README shows. */
async function readExample(): Promise<string> {
  const readme = await readFile('libs/client/README.md', 'utf8');
  const example = /<!-- example -->\s*```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  if (example === undefined) throw new Error('libs/client/README.md has lost its example.');
  return example;
}

/** The options of a consumer who is told of every doubt. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  target: 'es2024',
  module: 'nodenext',
  noEmit: true,
  skipLibCheck: true,
};

describe('the package of somebody who uses the client', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'escrowgrid-consumer-'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(resolve('.'), join(folder, 'node_modules/escrowgrid'));
    await symlink(resolve('node_modules/@types'), join(folder, 'node_modules/@types'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'example.ts'), await readExample());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the compiler has against a program. */
  async function compile(file: string, options: object): Promise<string> {
    const project = join(folder, `${file}.json`);
    await writeFile(project, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files: [file] }));
    const compiler = resolve('node_modules/typescript/bin/tsc');
    return run(process.execPath, [compiler, '-p', project]).then(
      ({ stdout }) => stdout,
      (refused: { stdout?: string }) => String(refused.stdout),
    );
  }

  test('is told by the compiler that the example of the README is right', async () => {
    expect(await compile('example.ts', { lib: ['es2024'], types: ['node'] })).toBe('');
  });

  test('may be for a browser, which knows nothing of Node, and is told where it is wrong', async () => {
    await writeFile(
      join(folder, 'page.ts'),
      `import { createClient } from 'escrowgrid/client';
       const client = createClient({ baseUrl: location.origin, apiKey: '' });
       // @ts-expect-error -- an amount is a text
       void client.POST('/v1/positions/batch', { body: { items: [{ amount: 10 }] } });`,
    );
    expect(await compile('page.ts', { lib: ['es2024', 'dom', 'dom.iterable'], types: [] })).toBe('');
  });

  test.each(BACKENDS)('runs the example on %s, which prints what the README says', async (backend) => {
    const service = await openService(backend);
    try {
      const { adminKey } = await foundTenant(service);
      const fromSource = resolve('apps/api/test/support/from-source.ts');
      const { stdout } = await run(process.execPath, ['--import', fromSource, join(folder, 'example.ts')], {
        env: { PATH: process.env['PATH'], ESCROWGRID_URL: service.url, ESCROWGRID_API_KEY: adminKey },
      });
      const promised = [...(await readExample()).matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)];
      expect(stdout.trim().split('\n')).toEqual(promised.map(([, line]) => line));
      expect(promised).toHaveLength(2);
    } finally {
      await closeService(service);
    }
  });
});
