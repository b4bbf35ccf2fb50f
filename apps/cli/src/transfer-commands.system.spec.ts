import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ImportService } from '#transfer';
import { openEmptyDatabase, openTestDatabase, withClient, type TestDatabase } from '#testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../api/test/support/sealed-service.js';
import { closeService, openService, type Service } from '../../api/test/support/service.js';
import { foundTenant, openPosition } from '../../api/test/support/tenant.js';
import { exportOf, on, runExport, runImport } from '../../api/test/support/transfer.js';
import { openTransfer } from './transfer-context.js';

const fromSource = fileURLToPath(new URL('../../api/test/support/from-source.ts', import.meta.url));
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Of JavaScript: what the process needs besides for its code fits in, and many rows do not. */
const HEAP_MB = 128;
const BATCHES = 25;

let service: Service;
let database: TestDatabase;
let folder: string;

/** A process of its own, with the heap that an installation on a small machine has. */
function startCommand(words: readonly string[], environment: NodeJS.ProcessEnv) {
  const flags = [`--max-old-space-size=${HEAP_MB}`, '--import', fromSource, main];
  return spawn(process.execPath, [...flags, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function run(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const child = startCommand(words, environment);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return `${printed}exit ${status}`;
}

async function openPositions(): Promise<void> {
  const { admin, assetId } = await foundTenant(service);
  const item = { assetId, holderReference: 'holder', currency: 'USD', amount: '10.00' };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const items = Array.from({ length: 1_000 }, () => item);
    expect((await admin.post('/v1/positions/batch', { items })).status).toBe(201);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'escrowgrid-commands-'));
  service = await openService('postgres');
  database = service.installation.database as TestDatabase;
  await openPositions();
}, 120_000);
afterAll(async () => {
  await closeService(service);
  await rm(folder, { recursive: true });
});

describe('a hundred thousand rows', () => {
  test('are exported and imported in a process that could not hold them', async () => {
    const [straight, served] = [join(folder, 'straight.ndjson'), join(folder, 'served.ndjson')];
    expect(await run(['export', '--output', straight], on(database))).toMatch(/rows.*\nexit 0$/);
    const words = ['export', '--from', service.url, '--output', served];
    expect(await run(words, { ROOT_API_KEY: service.installation.rootKey })).toMatch(/rows.*\nexit 0$/);
    const text = await readFile(straight, 'utf8');
    expect((await readFile(served, 'utf8')) === text).toBe(true);
    expect(text.split('\n').length).toBeGreaterThan(100_000);
    const empty = await openTestDatabase();
    try {
      expect(await run(['import', straight], on(empty))).toMatch(/25000 positions verified[^]*exit 0$/);
      expect((await exportOf(empty)) === text).toBe(true);
    } finally {
      await empty.close();
    }
  }, 240_000);
});

describe('escrowgrid export', () => {
  test('says what it wrote, under a name with the time unless it is given one', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { status, printed } = await runExport([], on(database));
      expect({ status, printed }).toEqual({
        status: 0,
        printed: [
          expect.stringMatching(/^escrowgrid-\d{8}T\d{6}Z\.ndjson: \d+ rows, SHA-256 .* [0-9a-f]{64}$/),
        ],
      });
      const name = printed[0]?.split(':', 1)[0] ?? '';
      expect(await readFile(name, 'utf8')).toMatch(/^\{"format":"escrowgrid-export"/);
    } finally {
      process.chdir(before);
    }
  });

  test('draws its progress on a terminal, and on nothing else', async () => {
    const path = join(folder, 'drawn.ndjson');
    expect((await runExport(['--output', path], on(database), { isTTY: true })).drawn).toMatch(
      /\d+% \| \d+ of 25000 positions/,
    );
    expect((await runExport(['--output', path], on(database))).drawn).toBe('');
  });

  test.each<[string, () => NodeJS.ProcessEnv, string[], RegExp]>([
    ['a database that is not named', () => ({}), [], /DATABASE_URL: is required/],
    ['no root key', () => ({}), ['--from', 'http://127.0.0.1:1'], /set ROOT_API_KEY or ROOT_API_KEY_FILE/],
    [
      'a service that is not there',
      () => ({ ROOT_API_KEY: 'x' }),
      ['--from', 'http://127.0.0.1:1'],
      /fetch failed|ECONNREFUSED|bad port/,
    ],
  ])('fails with %s', async (_, environment, words, said) => {
    const path = join(folder, 'never.ndjson');
    const { status, complaints } = await runExport(['--output', path, ...words], environment());
    expect({ status, complaints }).toEqual({ status: 1, complaints: [expect.stringMatching(said)] });
    expect((await readdir(folder)).filter((name) => name.startsWith('never'))).toEqual([]);
  });

  test('takes the root key from the file of settings of the service', async () => {
    const settings = join(folder, 'settings');
    await writeFile(settings, `ROOT_API_KEY=${service.installation.rootKey},another\nPORT=nowhere\n`);
    const words = ['--from', service.url, '--output', '-'];
    const { status, output } = await runExport(words, { CONFIG_FILE: settings, ROOT_API_KEY: 'of before' });
    expect({ status, isWhole: output === (await exportOf(database)) }).toEqual({ status: 0, isWhole: true });
  });

  test('writes what a link leads to, and takes the place of nothing but a file', async () => {
    const [link, target] = [join(folder, 'link.ndjson'), join(folder, 'linked.ndjson')];
    await symlink(target, link);
    await writeFile(target, 'of before');
    expect((await runExport(['--output', link], on(database))).status).toBe(0);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, 'utf8')).toMatch(/^\{"format":"escrowgrid-export"/);
    expect(await runExport(['--output', folder], on(database))).toMatchObject({
      status: 1,
      complaints: [expect.stringMatching(/is no file; - is standard output$/)],
    });
  });

  test('sends the root key to no other host by http, and leaves no file', async () => {
    const words = ['--from', 'http://192.0.2.1', '--output', join(folder, 'never.ndjson')];
    const { status, complaints } = await runExport(words, { ROOT_API_KEY: 'x' });
    expect({ status, complaints }).toEqual({
      status: 1,
      complaints: [expect.stringMatching(/or say --plain-http$/)],
    });
    expect(await readdir(folder)).not.toContain('never.ndjson');
  });

  test('fails with a key that the service does not take, and says what it answered', async () => {
    const { status, complaints } = await runExport(['--from', service.url], { ROOT_API_KEY: 'not-it' });
    expect({ status, complaints }).toEqual({
      status: 1,
      complaints: [expect.stringMatching(/answered 401: /)],
    });
  });

  describe('from a service that does not send all of it', () => {
    let server: Server;
    let url: string;
    let answer: { text: string; isCut: boolean };

    beforeAll(async () => {
      server = createServer((_, response) => {
        response.writeHead(200).write(answer.text);
        setImmediate(() => (answer.isCut ? response.destroy() : response.end()));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => void server.close());

    test.each([
      ['since the connection is cut', true, /terminated|aborted|cut off|other side closed/],
      ['though the answer ends well', false, /the export ends before its last line: it was cut off/],
    ])('fails %s, and leaves the file of before as it was', async (_, isCut, said) => {
      const path = join(folder, 'kept.ndjson');
      await writeFile(path, 'of before');
      const whole = await exportOf(database);
      answer = { text: whole.slice(0, whole.indexOf('\n', 2_000) + 1), isCut };
      const { status, complaints } = await runExport(['--from', url, '--output', path], {
        ROOT_API_KEY: 'x',
      });
      expect({ status, complaints }).toEqual({ status: 1, complaints: [expect.stringMatching(said)] });
      expect(await readFile(path, 'utf8')).toBe('of before');
      expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
    });
  });
});

describe('escrowgrid import', () => {
  let text: string;
  let empty: TestDatabase;

  beforeAll(async () => {
    const small = await openService('memory');
    const { admin, assetId } = await foundTenant(small);
    await openPosition(admin, assetId, '1.00');
    text = (await small.root.get('/v1/export')).text;
    await small.stop();
  });
  beforeEach(async () => {
    empty = await openTestDatabase();
  });
  afterEach(async () => empty.close());

  test('tells what is there and verified', async () => {
    const { status, printed, drawn } = await runImport(text, on(empty));
    expect({ status, drawn }).toEqual({ status: 0, drawn: '' });
    expect(printed).toEqual([
      ...[
        'institutions: 1',
        'api_keys: 2',
        'asset_templates: 1',
        'assets: 1',
        'audit_events: 6',
        'checkpoints: 0',
      ],
      ...['institution_policies: 4', 'positions: 1', 'ledger_events: 1', 'position_events: 1'],
      '1 positions verified with 1 ledger events, none broken; 0 checkpoints, none broken, signatures not judged.',
      expect.stringMatching(/^All is stored\. SHA-256 of what stood before the last line: [0-9a-f]{64}$/),
      'Plans are good once the owner has run ANALYZE, or autovacuum has.',
    ]);
  });

  test('draws its progress on a terminal', async () => {
    const { drawn } = await runImport(text, on(empty), { isTTY: true });
    expect(drawn).toContain('positions verified');
  });

  test('refuses a database that is not empty, also for the same export again', async () => {
    expect((await runImport(text, on(empty))).status).toBe(0);
    const { status, complaints } = await runImport(text, on(empty));
    expect({ status, complaints }).toEqual({
      status: 5,
      complaints: [expect.stringMatching(/^It is not empty: there are rows in institutions, api_keys, /)],
    });
    expect(await exportOf(empty)).toBe(text);
  });

  test('refuses a database that somebody writes to', async () => {
    await withClient(empty.ownerUrl, async (client) => {
      await client.query('BEGIN; LOCK TABLE institutions IN ROW EXCLUSIVE MODE');
      expect(await runImport(text, on(empty))).toMatchObject({
        status: 5,
        complaints: ['Somebody else is writing to it: is a service or another import at work?'],
      });
    });
  });

  test('says to migrate first where that was not done', async () => {
    const bare = await openEmptyDatabase();
    try {
      const { status, complaints } = await runImport(text, { DATABASE_URL: bare.ownerUrl });
      expect({ status, complaints }).toEqual({
        status: 1,
        complaints: [expect.stringMatching(/migrate up/)],
      });
    } finally {
      await bare.close();
    }
  });

  test('fails with a file that is not there', async () => {
    const { status, complaints } = await runImport('', on(empty), { words: [join(folder, 'none.ndjson')] });
    expect({ status, complaints }).toEqual({ status: 1, complaints: [expect.stringMatching(/ENOENT/)] });
  });

  test('leaves nothing behind when what it reads from breaks', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Promise.resolve(Buffer.from(text.slice(0, -200)));
        throw new Error('The pipe broke.');
      })(),
    );
    const { status, complaints } = await runImport(broken, on(empty));
    expect({ status, complaints }).toEqual({ status: 1, complaints: ['The pipe broke.'] });
    expect((await runImport(text, on(empty))).status).toBe(0);
  });

  /** Begins an import of which only a part comes, and waits until some of it has been written. */
  async function importHalf(): Promise<ReturnType<typeof startCommand>> {
    const child = startCommand(['import', '-'], on(empty));
    // Of what it has not read when it ends, nobody needs to be told.
    child.stdin.on('error', () => undefined);
    child.stdin.write((await exportOf(database)).slice(0, 8_000_000));
    await waitFor('rows that nobody sees yet', async () =>
      withClient(empty.ownerUrl, async (client) => {
        const { rows } = await client.query(`SELECT pg_relation_size('audit_events') > 0 AS "hasBegun"`);
        return (rows as { hasBegun: boolean }[])[0]?.hasBegun === true ? true : undefined;
      }),
    );
    return child;
  }

  test('leaves nothing behind when it is killed half-way', async () => {
    const child = await importHalf();
    child.kill('SIGKILL');
    await once(child, 'close');
    const taken = await waitFor('the next import', async () => {
      const seen = await runImport(text, on(empty));
      return seen.complaints.some((line) => line.startsWith('Somebody else is writing')) ? undefined : seen;
    });
    expect(taken).toMatchObject({ status: 0, complaints: [] });
    expect(await exportOf(empty)).toBe(text);
  });

  test('takes back what it has written when it is told to stop, and says so', async () => {
    const child = await importHalf();
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(complaints).toBe('Stopped: nothing was stored.\n');
    expect(await runImport(text, on(empty))).toMatchObject({ status: 0, complaints: [] });
  });

  test.each(['positions verified', 'checkpoints verified'])(
    'takes back all that it has written when it is told to stop before the %s are',
    async (last) => {
      const transfer = await openTransfer(on(empty));
      const stopping = new AbortController();
      const begin = (kind: string): void => (kind === last ? stopping.abort() : undefined);
      const options = { progress: { begin, advance: () => undefined }, signal: stopping.signal };
      const imported = transfer.get(ImportService).importFrom(Readable.from([Buffer.from(text)]), options);
      await expect(imported).rejects.toMatchObject({ name: 'AbortError' });
      await transfer.close();
      expect(await runImport(text, on(empty))).toMatchObject({ status: 0, complaints: [] });
    },
  );
});
