import { openTestDatabase, withClient, type TestDatabase, BACKENDS } from '#testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from './support/answer.js';
import { expectProblem } from './support/problems.js';
import { waitFor } from './support/sealed-service.js';
import { closeService, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';
import { movedTo, on, runImport } from './support/transfer.js';

let service: Service;
let tenant: Tenant;

const PATH = '/v1/export';
const headersOf = ({ installation }: Service): Record<string, string> => ({
  'x-api-key': installation.rootKey,
});

/** So much that it does not fit into what lies between the service and a client that takes nothing. */
async function fillWithMuch(): Promise<void> {
  const metadata = Object.fromEntries(
    Array.from({ length: 16 }, (_none, index) => [`note ${index}`, 'x'.repeat(900)]),
  );
  for (let round = 0; round < 150; round += 1) {
    await Promise.all(
      Array.from({ length: 20 }, async (_none, index) =>
        done(
          await tenant.admin.post('/v1/assets', {
            templateId: tenant.templateId,
            label: `Asset ${round} ${index}`,
            metadata,
          }),
        ),
      ),
    );
  }
}

/** An export of which the first bytes were taken, and nothing else. */
async function beginExport(): Promise<{ rest: () => Promise<string>; drop: () => Promise<void> }> {
  const answer = await fetch(service.url + PATH, { headers: headersOf(service) });
  expect(answer.status).toBe(200);
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error('The answer has no body.');
  await reader.read();
  const rest = async (): Promise<string> => {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done: isEnd, value } = await reader.read();
      if (isEnd) return text;
      text += decoder.decode(value, { stream: true });
    }
  };
  return { rest, drop: async () => reader.cancel() };
}

/** Whether the last line of an export has come. */
const isWhole = (text: string): boolean => /"sha256":"[0-9a-f]{64}"\}\n$/.test(text.slice(-100));

async function nextExport(): Promise<string> {
  const answer = await waitFor('the next export', async () => {
    const asked = await service.root.get(PATH);
    return asked.status === 200 ? asked : undefined;
  });
  return answer.text;
}

describe.each(BACKENDS)('an export from a service on %s', (backend) => {
  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
  });
  afterAll(async () => closeService(service));

  test('is of one moment while commands go on: no command is in it by half', async () => {
    let isOver = false;
    const work = Array.from({ length: 6 }, async () => {
      while (!isOver) {
        const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
        done(await move(tenant.admin, id, 'FUNDED'));
        done(await move(tenant.admin, id, 'PARTIALLY_RELEASED', '1.00'));
        done(await move(tenant.admin, id, 'RELEASED'));
      }
    });
    const texts: string[] = [];
    while (texts.length < 8) texts.push((await service.root.get(PATH)).text);
    isOver = true;
    await Promise.all(work);
    for (const text of texts) expectWhole(text);
    await expectTaken(texts.at(-1) ?? '');
  });
});

describe.each(BACKENDS)('a long export from a service on %s', (backend) => {
  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
    await fillWithMuch();
  });
  afterAll(async () => closeService(service));

  test('is written once at a time, and again when nobody wants it any more', async () => {
    const first = await beginExport();
    expectProblem(await service.root.get(PATH), PATH, { status: 409, code: 'export.under_way' });
    await first.drop();
    expect(isWhole(await nextExport())).toBe(true);
  });

  test('goes on as of its moment however slowly it is taken, while others write', async () => {
    const slow = await beginExport();
    for (let index = 0; index < 20; index += 1) await openPosition(tenant.admin, tenant.assetId, '1.00');
    const text = await slow.rest();
    expect(isWhole(text)).toBe(true);
    expect(text.slice(-400)).toContain('"positions":0');
  });

  if (backend === 'postgres')
    test('is cut, so that its taker sees it, when the database goes away', async () => {
      const cut = await beginExport();
      const { ownerUrl } = service.installation.database as TestDatabase;
      await withClient(ownerUrl, async (client) =>
        waitFor('a session that waits for the taker', async () => {
          const { rowCount } = await client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`,
          );
          return rowCount === 0 ? undefined : rowCount;
        }),
      );
      await expectCut(cut.rest());
      expect(isWhole(await nextExport())).toBe(true);
    });

  test('is cut, so that its taker sees it, when the service stops', async () => {
    const cut = await beginExport();
    await Promise.all([expectCut(cut.rest()), service.stop()]);
    service = await startService(service.installation);
  });
});

/** A failure that would show all of an export would help nobody. */
async function expectCut(rest: Promise<string>): Promise<void> {
  const ended = await rest.then(
    (text) => `with ${text.length} characters`,
    () => 'cut',
  );
  expect(ended).toBe('cut');
}

/** Every position has just the events, ledger events and audit events of its steps. */
function expectWhole(text: string): void {
  const rows = text
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as { kind: string; row: Json });
  const positions = rows.filter(({ kind }) => kind === 'positions').map(({ row }) => row);
  const steps = (kind: string, name: string): Map<string, number> =>
    new Map(
      [
        ...Map.groupBy(
          rows.filter((each) => each.kind === kind),
          ({ row }) => row[name] as string,
        ),
      ].map(([id, some]) => [id, some.length]),
    );
  const versions = new Map(positions.map(({ id, version }) => [id, version]));
  expect(steps('position_events', 'positionId')).toEqual(versions);
  expect(steps('ledger_events', 'positionId')).toEqual(versions);
  const audited = [...steps('audit_events', 'resourceId')].filter(([id]) => id?.startsWith('pos_'));
  expect(new Map(audited)).toEqual(versions);
}

async function expectTaken(text: string): Promise<void> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'escrowgrid-export-'));
  try {
    expect(await runImport(text, on(database))).toMatchObject({ status: 0, complaints: [] });
    await writeFile(join(folder, 'export.ndjson'), text);
    const settings = { IMPORT_FILE: join(folder, 'export.ndjson') };
    await (await startService(movedTo(service.installation, undefined), settings)).stop();
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
}
