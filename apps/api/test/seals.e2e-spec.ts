import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Json } from './support/client.js';
import { readPages, readRows } from './support/pages.js';
import { aHash, anId, aTime, UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { LateClock, newSealKey, sealedCheckpoints, waitFor, type SealKey } from './support/sealed-service.js';
import { endOf, expectSealed, historyOf, keyIdOf, type History } from './support/seals.js';
import { closeService, newInstallation, openService, type Service } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

const PLATFORM = `inst_${'0'.repeat(26)}`;
const pathOf = (institutionId: string): string => `/v1/institutions/${institutionId}/checkpoints`;
const verificationOf = (institutionId: string, number: number | string): string =>
  `${pathOf(institutionId)}/${number}/verification`;

describe.each(BACKENDS)('seals on %s', (backend) => {
  let key: SealKey;
  let service: Service;
  let tenant: Tenant;
  let idle: Tenant;
  let positionId: string;

  /** The checkpoints of a tenant once they seal all that its lists show. */
  async function allSealed(who: Tenant): Promise<{ checkpoints: Json[]; history: History }> {
    const history = await historyOf(who.admin);
    const checkpoints = await sealedCheckpoints(service, who.id, ({ until }) => until >= endOf(history));
    return { checkpoints, history };
  }

  beforeAll(async () => {
    key = newSealKey();
    service = await openService(backend, key.settings, new LateClock());
    tenant = await foundTenant(service);
    idle = await foundTenant(service, 'Southern Escrow');
    positionId = await openPosition(tenant.admin, tenant.assetId, '1000.10', { externalReference: 'Nº 7 🏗' });
  });
  afterAll(async () => {
    await closeService(service);
    key.remove();
  });

  test('are made of all that an institution’s lists show, and can be recomputed from them alone', async () => {
    const { checkpoints, history } = await allSealed(tenant);
    for (const [index, checkpoint] of checkpoints.entries()) {
      expect(checkpoint).toEqual({
        id: anId('ckpt'),
        institutionId: tenant.id,
        number: index + 1,
        after: index === 0 ? null : aTime,
        until: aTime,
        ledgerEventCount: expect.any(Number),
        auditEventCount: expect.any(Number),
        merkleRoot: aHash,
        previousHash: index === 0 ? '0'.repeat(64) : checkpoints[index - 1]?.hash,
        keyId: keyIdOf(key.publicKey),
        createdAt: aTime,
        hash: aHash,
        signature: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/),
      });
    }
    expect(history.ledger).toHaveLength(1);
    expectSealed(checkpoints, history, key.publicKey);
  });

  test('are verified by every role of the institution and by root, with one answer', async () => {
    const { checkpoints } = await allSealed(tenant);
    for (const { number, hash } of checkpoints) {
      for (const client of [tenant.reader, tenant.admin, service.root]) {
        const { status, body } = await client.get(verificationOf(tenant.id, number));
        expect([status, body]).toEqual([200, { verified: true, number, hash, signature: 'good', why: null }]);
      }
    }
  });

  test('follow each other: what happens next comes under the next checkpoint', async () => {
    const before = (await allSealed(tenant)).checkpoints;
    const funding = {
      toState: 'FUNDED',
      reason: 'wire received',
      metadata: { lots: [1, { a: null, b: true }] },
    };
    done(await tenant.admin.post(`/v1/positions/${positionId}/transition`, funding));
    done(await move(tenant.admin, positionId, 'PARTIALLY_RELEASED', '300.05'));
    const { checkpoints, history } = await allSealed(tenant);
    expect(checkpoints.length).toBeGreaterThan(before.length);
    expect(checkpoints.slice(0, before.length)).toEqual(before);
    expect(history.ledger).toHaveLength(3);
    expectSealed(checkpoints, history, key.publicKey);
    const { number } = checkpoints.at(-1);
    expect(done(await tenant.reader.get(verificationOf(tenant.id, number)))).toMatchObject({
      verified: true,
    });
  });

  test('are none where nothing happened since the last', async () => {
    const { checkpoints } = await allSealed(idle);
    // Meanwhile the others of this suite are sealed round after round.
    done(await move(tenant.admin, positionId, 'PARTIALLY_RELEASED', '0.05'));
    await allSealed(tenant);
    await pause(1_500);
    expect(await readRows(idle.reader, pathOf(idle.id))).toEqual(checkpoints);
  });

  test('are made of the platform’s own audit trail too, for root and nobody else', async () => {
    const ofPlatform = async (): Promise<History | undefined> => {
      const rows = await readRows(service.root, '/v1/audit-events');
      const audit = rows.filter(({ institutionId }) => institutionId === null);
      return audit.length === 0 ? undefined : { ledger: [], audit };
    };
    done(await service.root.post('/v1/institutions', { name: 'Western Escrow', regions: ['SG'] }));
    const wanted = await service.client('garbage').get('/v1/positions');
    expect(wanted.status).toBe(401);
    const history = await waitFor('an audit event of the platform', ofPlatform);
    const checkpoints = await sealedCheckpoints(service, PLATFORM, ({ until }) => until >= endOf(history));
    expect(checkpoints.map(({ institutionId }) => institutionId)).toEqual(checkpoints.map(() => null));
    expectSealed(checkpoints, history, key.publicKey);
    expect(done(await service.root.get(verificationOf(PLATFORM, 1)))).toMatchObject({ verified: true });
    for (const path of [pathOf(PLATFORM), verificationOf(PLATFORM, 1)]) {
      for (const client of [tenant.admin, tenant.reader]) {
        expectProblem(await client.get(path), path, { status: 404, code: 'institution.unknown' });
      }
    }
  });

  test('of another tenant are as unknown as nobody’s, whatever their number', async () => {
    await allSealed(tenant);
    for (const id of [tenant.id, UNKNOWN.institution, 'nothing']) {
      for (const path of [pathOf(id), verificationOf(id, 1), verificationOf(id, 'x')]) {
        for (const client of [idle.admin, idle.reader]) {
          expectProblem(await client.get(path), path, { status: 404, code: 'institution.unknown' });
        }
      }
    }
  });

  test('are shown to nobody without a key', async () => {
    for (const path of [pathOf(tenant.id), verificationOf(tenant.id, 1)]) {
      expectProblem(await service.client().get(path), path, { status: 401, code: 'auth.missing_key' });
      expectProblem(await service.client('garbage').get(path), path, {
        status: 401,
        code: 'auth.invalid_key',
      });
    }
  });

  test('are changed and removed by nobody: there is no such method', async () => {
    for (const [path, methods] of [
      [pathOf(tenant.id), ['POST', 'PUT', 'PATCH', 'DELETE']],
      [verificationOf(tenant.id, 1), ['POST', 'PUT', 'PATCH', 'DELETE']],
    ] as const) {
      for (const method of methods) {
        const answer = await service.root.send(method, path, { json: {} });
        expectProblem(answer, path, { status: 405, code: 'request.wrong_method' });
      }
    }
  });

  test.each([
    '0',
    '-1',
    '1e3',
    '01',
    '1.0',
    '+1',
    '٣',
    ' 1',
    'x',
    '2147483648',
    '99999999999',
    '9'.repeat(40),
  ])('of the number %s are unknown', async (number) => {
    await allSealed(tenant);
    const path = verificationOf(tenant.id, encodeURIComponent(number));
    expectProblem(await tenant.reader.get(path), path, { status: 404, code: 'checkpoint.unknown' });
  });

  test('of a number that is yet to come are unknown', async () => {
    const { checkpoints } = await allSealed(idle);
    const path = verificationOf(idle.id, checkpoints.length + 1);
    expectProblem(await idle.reader.get(path), path, { status: 404, code: 'checkpoint.unknown' });
  });

  test('take no query to be verified', async () => {
    const path = `${verificationOf(tenant.id, 1)}?fast=true`;
    expect((await tenant.reader.get(path)).status).toBe(400);
  });

  test('are listed in pages, in either order, and counted', async () => {
    await allSealed(tenant);
    const client = idle.reader;
    const path = pathOf(idle.id);
    const ask = async (query: string): Promise<Answer> => client.get(`${path}?${query}`);
    const all = (await allSealed(idle)).checkpoints;
    expect((await readPages(client, `${path}?limit=1`)).map((page) => page.length)).toEqual(all.map(() => 1));
    expect(await readRows(client, `${path}?limit=1`)).toEqual(all);
    expect(await readRows(client, `${path}?limit=1&order=desc`)).toEqual(all.toReversed());
    expect(done(await ask('limit=1&include=total')).page).toMatchObject({ limit: 1, total: all.length });
    const ours = done(await tenant.reader.get(`${pathOf(tenant.id)}?limit=1`)).page.nextCursor;
    expect(ours).not.toBeNull();
    const foreign = done(await service.root.get('/v1/institutions?limit=1')).page.nextCursor;
    for (const query of ['limit=0', 'limit=201', 'order=up', 'cursor=x', `cursor=${foreign}`, 'number=1']) {
      expect([query, (await ask(query)).status]).toEqual([query, 400]);
    }
  });
});

describe.each(BACKENDS)('without a signing key on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend, { SEAL_INTERVAL_SECONDS: '1' }, new LateClock(0));
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  test('nothing is sealed, and the list of checkpoints is empty', async () => {
    await pause(4_000);
    for (const [client, id] of [
      [tenant.reader, tenant.id],
      [service.root, PLATFORM],
    ] as const) {
      const { status, body } = await client.get(pathOf(id));
      expect([status, body]).toEqual([200, { data: [], page: { limit: 50, nextCursor: null } }]);
    }
    const path = verificationOf(tenant.id, 1);
    expectProblem(await tenant.reader.get(path), path, { status: 404, code: 'checkpoint.unknown' });
  });
});

describe('the log of a service', () => {
  const logOf = async (settings: Readonly<Record<string, string>>): Promise<string> => {
    let log = '';
    const installation = await newInstallation('memory');
    const service = await ServiceProcess.start(installation, settings, (text) => (log += text));
    expect(await service.terminate()).toBe(0);
    return log;
  };

  test('says once that seals are off, and nothing of it when they are on', async () => {
    const off = (await logOf({})).split('\n').filter((line) => line.includes('Seals are off'));
    expect(off.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'warn', msg: 'Seals are off: SEAL_SIGNING_KEY_FILE is not set.' },
    ]);
    const key = newSealKey();
    const on = await logOf(key.settings);
    key.remove();
    expect(on).not.toContain('Seals are off');
  });
});
