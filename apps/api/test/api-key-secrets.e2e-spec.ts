import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, withClient } from '#testing';
import type { Answer } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { closeService, newInstallation, openService, startService, type Service } from './support/service.js';
import { done, foundTenant, issueKey, type Tenant } from './support/tenant.js';

const LIST = '/v1/institutions';

/** Every row of every table of a service, as text. */
async function everyRow({ installation: { database } }: Service): Promise<string[]> {
  if (database === undefined) return [];
  return withClient(database.ownerUrl, async (client) => {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const rows: string[] = [];
    for (const { name } of tables.rows) {
      const found = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      rows.push(...found.rows.map(({ row }) => `${name} ${row}`));
    }
    return rows;
  });
}

describe.each(BACKENDS)('the secrets of API keys on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;
  let keys: string;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
    keys = `/v1/institutions/${tenant.id}/api-keys`;
  });
  afterAll(() => closeService(service));

  test('are of 256 random bits, each of which is as often set as not', async () => {
    const made = await Promise.all(
      Array.from({ length: 100 }, async () => issueKey(service, tenant.id, 'read_only')),
    );
    const secrets = made.map(({ text }) => text.split('_')[2] ?? '');
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(secrets).size).toBe(100);
    const bits = secrets.map((secret) => BigInt(`0x${secret}`).toString(2).padStart(256, '0'));
    const oneSided = Array.from(
      { length: 256 },
      (_none, bit) => bits.filter((each) => each[bit] === '1').length,
    )
      // Of a hundred throws of a coin, fewer than 15 or more than 85 the same way: once in many millions of runs.
      .filter((ones) => ones < 15 || ones > 85);
    expect(oneSided).toEqual([]);
  });

  test('are shown once, and are in no table, answer, replay or refusal', async () => {
    const json = { label: 'Reports', role: 'admin' };
    const answers: Answer[] = [];
    const twice = async (path: string, body: unknown): Promise<string> => {
      const headers = { 'idempotency-key': `"${randomBytes(8).toString('hex')}"` };
      const first = await service.root.send('POST', path, { json: body, headers });
      answers.push(await service.root.send('POST', path, { json: body, headers }));
      expect(answers.at(-1)?.body).toEqual({ ...first.body, apiKey: null });
      return done(first).apiKey;
    };
    const created = await twice(keys, json);
    const id = `ak_${created.split('_')[1]}`;
    const rotated = await twice(`${keys}/${id}/rotate`, { overlapSeconds: 60 });
    const successorId = `ak_${rotated.split('_')[1]}`;
    const holder = service.client(rotated);
    answers.push(
      await holder.get(`${keys}?includeRevoked=true`),
      await holder.post(keys, { label: 7, role: rotated }),
      await holder.post(`${keys}/${id}/rotate`),
      await holder.post(`${keys}/${successorId}/revoke`),
      await holder.get('/v1/positions'),
      await service.client(`${created}0`).get('/v1/positions'),
      await service.root.get('/v1/audit-events?limit=200&order=desc'),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 400, 409, 200, 401, 401, 200]);
    await service.stop();

    const { environment, rootKey } = service.installation;
    const rows = await everyRow(service);
    if (backend === 'postgres')
      expect(rows.filter((row) => row.includes(successorId)).length).toBeGreaterThan(2);
    const everything = [...rows, ...answers.map(({ text, headers }) => text + JSON.stringify([...headers]))];
    for (const text of [created, rotated]) {
      const [, , secret = 'none', checksum = 'none'] = text.split('_');
      expect(everything.filter((each) => each.includes(secret) || each.includes(`_${checksum}`))).toEqual([]);
    }
    for (const secret of [rootKey, environment.API_KEY_PEPPER ?? 'none']) {
      expect(everything.filter((each) => each.includes(secret))).toEqual([]);
    }
    service = await startService(service.installation);
  });
});

describe.each(BACKENDS)('root keys on %s', (backend) => {
  test('are two while they are exchanged, and each lets in for as long as it is configured', async () => {
    const installation = await newInstallation(backend);
    const [old, next] = [installation.rootKey, randomBytes(24).toString('hex')];
    const statuses = async (setting: string): Promise<number[]> => {
      const service = await startService(installation, { ROOT_API_KEY: setting });
      const answers = [old, next, `${old},${next}`].map(async (text) => service.client(text).get(LIST));
      const found = (await Promise.all(answers)).map(({ status }) => status);
      await service.stop();
      return found;
    };
    expect(await statuses(old)).toEqual([200, 401, 401]);
    expect(await statuses(`${old},${next}`)).toEqual([200, 200, 401]);
    expect(await statuses(next)).toEqual([401, 200, 401]);
    await installation.database?.close();
  });

  test.each([
    ['127.0.0.1', 200],
    ['127.0.0.0/8,2001:db8::/32', 200],
    ['::ffff:127.0.0.1', 200],
    ['127.0.0.2', 401],
    ['10.0.0.0/8,2001:db8::/32', 401],
    ['::/0', 401],
  ])(
    'that are allowed from %s are answered %i from 127.0.0.1, like any other bad key',
    async (cidrs, status) => {
      const installation = await newInstallation(backend);
      const free = await startService(installation);
      const tenant = backend === 'postgres' ? await foundTenant(free) : undefined;
      await free.stop();
      const service = await startService(installation, { ROOT_API_KEY_ALLOWED_CIDRS: cidrs });
      const spoofed = { 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1', 'x-real-ip': '10.0.0.1' };
      for (const headers of [{}, spoofed]) {
        const answer = await service.root.get(LIST, headers);
        expect(answer.status).toBe(status);
        if (status !== 401) continue;
        expectProblem(answer, LIST, { status, code: 'auth.invalid_key' });
        const unknown = await service.client('nonsense').get(LIST, headers);
        expect({ ...answer.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
        expect([...answer.headers.keys()]).toEqual([...unknown.headers.keys()]);
      }
      // It binds root keys alone.
      if (tenant) expect((await service.client(tenant.adminKey).get(LIST)).status).toBe(200);
      await closeService(service);
    },
  );
});
