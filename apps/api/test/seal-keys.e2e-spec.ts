import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Json } from './support/client.js';
import { readRows } from './support/pages.js';
import { LateClock, newSealKey, sealedCheckpoints, type SealKey } from './support/sealed-service.js';
import { keyIdOf } from './support/seals.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { done, foundTenant, openPosition, type Tenant } from './support/tenant.js';

describe('the keys that checkpoints are signed with', () => {
  let installation: Installation;
  let service: Service;
  let tenant: Tenant;
  let [first, second]: SealKey[] = [];
  let old: Json[];

  const path = (): string => `/v1/institutions/${tenant.id}/checkpoints`;
  const reader = () => service.client(tenant.readerKey);
  const start = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    service = await startService(installation, settings, new LateClock());
  };
  /** The judgement on each checkpoint, by its number. */
  const verdicts = async (): Promise<Json[]> => {
    const rows = await readRows(reader(), path());
    return Promise.all(
      rows.map(async ({ number }) => done(await reader().get(`${path()}/${number}/verification`))),
    );
  };
  const good = { verified: true, signature: 'good', why: null };

  beforeAll(async () => {
    installation = await newInstallation('postgres');
    [first, second] = [newSealKey(), newSealKey()];
    await start(first.settings);
    tenant = await foundTenant(service);
    await openPosition(tenant.admin, tenant.assetId, '1.00');
    const history = await readRows(tenant.admin, '/v1/audit-events');
    old = await sealedCheckpoints(service, tenant.id, ({ until }) => until >= history.at(-1)?.occurredAt);
    await service.stop();
  });
  afterEach(() => service.stop());
  afterAll(async () => {
    await installation.database?.close();
    first?.remove();
    second?.remove();
  });

  test('are exchanged without a break: old checkpoints stay good, and new ones follow them', async () => {
    const settings = { ...second?.settings, SEAL_PUBLIC_KEYS_FILE: first?.publicKeyFile ?? '' };
    await start(settings);
    await openPosition(service.client(tenant.adminKey), tenant.assetId, '2.00');
    const rows = await sealedCheckpoints(service, tenant.id, ({ number }) => number > old.length);
    expect(rows.slice(0, old.length)).toEqual(old);
    const [newest] = rows.slice(old.length);
    expect(newest).toMatchObject({
      number: old.length + 1,
      previousHash: old.at(-1)?.hash,
      after: old.at(-1)?.until,
      keyId: keyIdOf(second?.publicKey as never),
    });
    for (const row of old) expect(row.keyId).toBe(keyIdOf(first?.publicKey as never));
    expect(await verdicts()).toMatchObject(rows.map(() => good));
  });

  test('must be known to be believed: without its public key, an old checkpoint is not', async () => {
    await start({ SEAL_SIGNING_KEY_FILE: second?.privateKeyFile ?? '' });
    const [unknown, newest] = [(await verdicts()).slice(0, old.length), (await verdicts()).slice(old.length)];
    const why = 'it is signed with a key that is not among those given';
    expect(unknown).toMatchObject(old.map(() => ({ verified: false, signature: 'unknown_key', why })));
    expect(newest).toMatchObject(newest.map(() => good));
    expect(newest.length).toBeGreaterThan(0);
  });

  test('are needed to seal, and their public parts alone to verify', async () => {
    const both = [first, second]
      .map((key) => key?.publicKey.export({ type: 'spki', format: 'pem' }))
      .join('');
    const file = `${first?.folder}/both.pub`;
    writeFileSync(file, both);
    await start({ SEAL_PUBLIC_KEYS_FILE: file });
    const before = await verdicts();
    expect(before).toMatchObject(before.map(() => good));
  });

  test('are none where none are given: signatures are not judged, all else is', async () => {
    await start({});
    const judged = await verdicts();
    expect(judged).toMatchObject(judged.map(() => ({ verified: true, signature: 'unjudged', why: null })));
  });
});
