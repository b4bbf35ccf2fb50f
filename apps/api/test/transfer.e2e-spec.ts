import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '#testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { verifyCommand } from '../../cli/src/verify-command.js';
import { fillOddly, type OddStore } from './support/odd-store.js';
import { LateClock, newSealKey, sealedCheckpoints, type SealKey } from './support/sealed-service.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { done, openPosition } from './support/tenant.js';
import { exportOf, movedTo, on, runExport, runImport } from './support/transfer.js';

/** Rows of one kind in an export. */
const rowsOf = (text: string, kind: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`{"kind":"${kind}"`));

/** Exports another store of the same content, byte for byte, and answers by nothing but it. */
describe('an export of everything, moved from memory to PostgreSQL and back', () => {
  let folder: string;
  let key: SealKey;
  let memory: Installation;
  let first: TestDatabase;
  let second: TestDatabase;
  let odd: OddStore;
  let text: string;

  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'escrowgrid-transfer-'));
    key = newSealKey();
    memory = await newInstallation('memory');
    const service = await startService(memory, key.settings, new LateClock());
    odd = await fillOddly(service);
    for (const { id } of odd.tenants) await sealedCheckpoints(service, id);
    const from = ['--from', service.url, '--output', file('memory.ndjson')];
    const exported = await runExport(from, { ROOT_API_KEY: memory.rootKey });
    await service.stop();
    expect(exported).toMatchObject({ status: 0, complaints: [] });
    text = await readFile(file('memory.ndjson'), 'utf8');
    [first, second] = [await openTestDatabase(), await openTestDatabase()];
  });
  afterAll(async () => {
    for (const database of [first, second]) await database.close();
    key.remove();
    await rm(folder, { recursive: true });
  });

  test('is a file that its owner alone can read, and nothing else is left beside it', async () => {
    expect((await stat(file('memory.ndjson'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['memory.ndjson']);
  });

  test('begins with its format, ends with its digest, and holds rows of every kind but kept answers', () => {
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ format: 'escrowgrid-export', version: 1 });
    const { counts, sha256 } = lines.at(-1);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(counts).sort()).toEqual([
      'api_keys',
      'asset_templates',
      'assets',
      'audit_events',
      'checkpoints',
      'institution_policies',
      'institutions',
      'ledger_events',
      'position_events',
      'positions',
    ]);
    for (const [kind, many] of Object.entries(counts))
      expect(rowsOf(text, kind)).toHaveLength(many as number);
    expect(Object.values(counts)).not.toContain(0);
  });

  test('is taken by an empty database, which then exports the same bytes', async () => {
    const imported = await runImport('', on(first), { words: [file('memory.ndjson')] });
    expect(imported).toMatchObject({ status: 0, complaints: [] });
    expect(imported.printed).toContainEqual(
      expect.stringMatching(/^\d+ positions verified .* none broken; [1-9]/),
    );
    expect(await exportOf(first)).toBe(text);
  });

  test('is then taken by a memory at start, which gives out the same bytes', async () => {
    await writeFile(file('database.ndjson'), await exportOf(first));
    const service = await startService(movedTo(memory, undefined), { IMPORT_FILE: file('database.ndjson') });
    const answer = await service.root.get('/v1/export');
    await service.stop();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.text).toBe(text);
  });

  test('is taken by another database, from which everything goes on', async () => {
    expect(await runImport(text, { ...on(second), SEAL_PUBLIC_KEYS_FILE: key.publicKeyFile })).toMatchObject({
      status: 0,
      complaints: [],
    });
    expect(await exportOf(second)).toBe(text);
    await expectGoesOn(await startService(movedTo(memory, second), key.settings, new LateClock()));
    const verified = { status: undefined as number | undefined, printed: [] as string[] };
    const terminal = {
      environment: { ...on(second), ...key.settings },
      print: (line: string) => verified.printed.push(line),
      complain: (line: string) => verified.printed.push(line),
      exitWith: (status: number) => (verified.status = status),
    };
    await verifyCommand(terminal, new PassThrough()).parseAsync([], { from: 'user' });
    expect(verified).toEqual({ status: 0, printed: [expect.stringMatching(/none broken.*none broken/)] });
  });

  async function expectGoesOn(service: Service): Promise<void> {
    try {
      const [ours] = odd.tenants;
      if (ours === undefined) throw new Error('There is no tenant.');
      const rotated = service.client(odd.rotatedKey);
      expect((await rotated.get('/v1/positions')).status).toBe(200);
      const before = await sealedCheckpoints(service, ours.id);
      const positionId = await openPosition(service.client(ours.adminKey), ours.assetId, '5.00');
      done(await rotated.get(`/v1/positions/${positionId}`));
      const after = await sealedCheckpoints(service, ours.id, ({ number }) => number > before.length);
      expect(after.map(({ number }) => number)).toEqual(after.map((_, index) => index + 1));
      expect(after.slice(0, before.length)).toEqual(before);
    } finally {
      await service.stop();
    }
  }
});
