import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '#testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ReloadedService } from './support/reloaded-service.js';
import { waitFor } from './support/sealed-service.js';
import { foundTenant, openPosition } from './support/tenant.js';
import { exportOf, on, runImport } from './support/transfer.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const fromSource = join(root, 'apps/api/test/support/from-source.ts');

let folder: string;
let service: ReloadedService;
let database: TestDatabase;
let text: string;

/** The commands that the page asks its reader to run, by the name of their block. */
async function blockOf(name: string): Promise<string> {
  const page = await readFile(join(root, 'docs/MIGRATING.md'), 'utf8');
  const block = new RegExp(`<!-- run: ${name} -->\\s*\`\`\`bash\\n([^]*?)\`\`\``).exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/MIGRATING.md has lost its commands to ${name}.`);
  return block;
}

function shell(script: string, environment: NodeJS.ProcessEnv) {
  return spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
}

async function run(name: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const child = shell(await blockOf(name), environment);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('close', (status) => (status === 0 ? resolve(printed) : reject(new Error(`exit ${status}`))));
  });
}

/** A command on the path that runs a program of the house from its sources. */
async function putOnPath(name: string, program: string): Promise<void> {
  const line = `exec '${process.execPath}' --import '${fromSource}' '${join(root, program)}' "$@"`;
  await writeFile(join(folder, name), `#!/bin/sh\n${line}\n`);
  await chmod(join(folder, name), 0o700);
}

/** What an export tells, but for when keys were last used, which a service notes at no certain moment. */
function told(exported: string): string[] {
  return exported
    .replaceAll(/"lastUsedAt":"[^"]*"/g, '"lastUsedAt":null')
    .split('\n')
    .slice(0, -2);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'escrowgrid-migrating-'));
  await putOnPath('escrowgrid', 'apps/cli/src/main.ts');
  await putOnPath('service', 'apps/api/src/main.ts');
  // The first database that is migrated for a test makes the user as whom services connect.
  await (await openTestDatabase()).close();
});
afterAll(async () => rm(folder, { recursive: true }));

beforeEach(async () => {
  service = await ReloadedService.start('memory');
  const { admin, assetId } = await foundTenant(service.process);
  await openPosition(admin, assetId, '1000.10');
  text = (await service.process.root.get('/v1/export')).text;
});
afterEach(async () => {
  await service.close();
  await database.close();
});

test('the page’s way from memory to a database without a restart leads there', async () => {
  database = await openEmptyDatabase();
  await run('take-over', {
    CONFIG_FILE: service.file,
    DATABASE_URL: database.url,
    MIGRATIONS_DATABASE_URL: database.ownerUrl,
    SERVICE_PID: String(service.process.pid),
  });
  while (service.timesSaid('New workers serve on the settings read again.') === 0) {
    if (service.process.hasEnded) throw new Error(service.written);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // On a connection that was kept, the old worker says first that it is no longer the one to ask.
  const served = await waitFor('an answer of the new worker', async () => {
    const answer = await service.process.root.get('/v1/export');
    return answer.status === 200 ? answer.text : undefined;
  });
  expect(told(served)).toEqual(told(text));
  expect(told(await exportOf(database))).toEqual(told(text));
});

test('the page’s way from memory to a database with a restart leads there', async () => {
  database = await openEmptyDatabase();
  const printed = await run('restart', {
    DATABASE_URL: database.url,
    MIGRATIONS_DATABASE_URL: database.ownerUrl,
    ROOT_API_KEY: service.installation.rootKey,
    SERVICE_URL: service.process.url,
  });
  expect(printed).toContain('1 positions verified with 1 ledger events, none broken');
  expect(told(await exportOf(database))).toEqual(told(text));
  expect(await exportOf(database)).toBe(await readFile(join(folder, 'moved.ndjson'), 'utf8'));
});

test('the page’s way back to memory leads there', async () => {
  database = await openTestDatabase();
  expect((await runImport(text, on(database))).status).toBe(0);
  const script = (await blockOf('back')).replace('node dist/apps/api/src/main.js', 'exec service');
  const { rootKey, environment } = service.installation;
  const child = shell(script, { ...environment, ...on(database), LOG_LEVEL: 'info' });
  try {
    let printed = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.on('close', () => reject(new Error(printed)));
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const [, found] = /"url":"([^"]+)"/.exec(printed) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const answer = await fetch(`${url}/v1/export`, { headers: { 'x-api-key': rootKey } });
    expect(await answer.text()).toBe(text);
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
});

test('the page’s way from one database to another leads there', async () => {
  database = await openTestDatabase();
  const other = await openTestDatabase();
  try {
    expect((await runImport(text, on(database))).status).toBe(0);
    await run('between', { OLD_DATABASE_URL: database.url, NEW_DATABASE_URL: other.url });
    expect(await exportOf(other)).toBe(text);
  } finally {
    await other.close();
  }
});
