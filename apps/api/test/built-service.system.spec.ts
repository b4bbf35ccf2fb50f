import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer } from './support/client.js';
import { forgedKey } from './support/forged-key.js';
import { recordedRefusals } from './support/recorded-refusals.js';
import { newInstallation, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, issueKey, move, openPosition, type Tenant } from './support/tenant.js';

/** Tests run the sources through another compiler than the one that makes what is shipped. */
describe.each(BACKENDS)('the service that is built, on %s', (backend) => {
  let installation: Installation;
  let service: ServiceProcess;
  let tenant: Tenant;

  beforeAll(async () => {
    execFileSync('npm', ['run', 'build', '--silent']);
    installation = await newInstallation(backend);
    service = await ServiceProcess.start(installation, {}, () => undefined, 'build');
    tenant = await foundTenant(service);
  }, 120_000);
  afterAll(async () => {
    await service.terminate();
    await installation.database?.close();
  });

  test('lets nobody in without a good key, says so, and puts it on record', async () => {
    const revoked = await issueKey(service, tenant.id, 'admin');
    done(await tenant.admin.post(`/v1/institutions/${tenant.id}/api-keys/${revoked.id}/revoke`));
    for (const key of [undefined, 'garbage', forgedKey(), revoked.text]) {
      const answer = await service.client(key).get('/v1/positions');
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.any(String)]);
    }
    const refusals = await recordedRefusals(service.root, 4, '&action=AUTH_FAILED');
    expect(refusals.map(({ payload }) => payload.reason).sort()).toEqual([
      'malformed',
      'missing',
      'revoked',
      'unknown',
    ]);
  });

  test('carries out a story, and refuses in every way', async () => {
    const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
    const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;
    expect(await statusOf(move(tenant.admin, id, 'FUNDED'))).toBe(200);
    expect(await statusOf(move(tenant.admin, id, 'FUNDED'))).toBe(409);
    expect(await statusOf(move(tenant.admin, id, 'PARTIALLY_RELEASED', '99.00'))).toBe(422);
    expect(await statusOf(move(tenant.reader, id, 'RELEASED'))).toBe(403);
    expect(await statusOf(tenant.admin.get('/v1/positions?limit=0'))).toBe(400);
    expect(await statusOf(tenant.admin.get('/v1/positions/none'))).toBe(404);
    expect(await statusOf(tenant.admin.send('DELETE', '/v1/positions'))).toBe(405);
    const verification = await tenant.reader.get(`/v1/positions/${id}/ledger/verification`);
    expect(done(verification).verified).toBe(true);
  });
});
