import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withClient } from '#testing';
import { LateClock, newSealKey, sealedCheckpoints, waitFor, type SealKey } from './support/sealed-service.js';
import { scrape } from './support/scraped.js';
import { closeService, openService, type Service } from './support/service.js';
import { foundTenant, type Tenant } from './support/tenant.js';

const SEALED = 'escrowgrid_sealed_timestamp_seconds';

describe('the metric of the last seals', () => {
  let service: Service;
  let sealKey: SealKey;
  let tenant: Tenant;

  beforeAll(async () => {
    sealKey = newSealKey();
    service = await openService('postgres', sealKey.settings, new LateClock());
    tenant = await foundTenant(service);
  });
  afterAll(async () => {
    await closeService(service);
    sealKey.remove();
  });

  const sealedAt = async (): Promise<number> => (await scrape(service)).value(SEALED);

  test('tells when sealing began, and goes on with every round', async () => {
    const first = await sealedAt();
    expect(Math.abs(Date.now() / 1_000 - first)).toBeLessThan(60);
    const isLater = async (): Promise<true | undefined> => ((await sealedAt()) > first ? true : undefined);
    await waitFor('a round of seals', isLater);
  });

  test('stays where it was while the history of one institution cannot be sealed', async () => {
    await sealedCheckpoints(service, tenant.id);
    const { ownerUrl = '' } = service.installation.database ?? {};
    await withClient(ownerUrl, async (client) => {
      const of = client.escapeLiteral(tenant.id);
      await client.query(
        `ALTER TABLE checkpoints DISABLE TRIGGER USER; DELETE FROM checkpoints WHERE institution_id = ${of}`,
      );
    });
    // A round that was under way may yet be whole.
    const roundsMs = 3_000;
    const stopped = await waitFor('seals that stay', async () => {
      const before = await sealedAt();
      await new Promise((resolve) => setTimeout(resolve, roundsMs));
      return (await sealedAt()) === before ? before : undefined;
    });
    expect(Date.now() / 1_000 - stopped).toBeGreaterThan(2);
  });
});
