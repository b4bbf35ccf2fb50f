import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AuditService } from '#audit';
import { anAuditEvent, auditBinding, AuditEventEntity } from '#audit/testing';
import { FoundingSteps, InstitutionsService } from '#institutions';
import { institutionBinding } from '#institutions/testing';
import { PLATFORM_ID } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { LedgerHistory } from '#positions';
import {
  anOpening,
  foundTenant,
  ledgerEventBinding,
  POSITION_ENTITIES,
  storeSteps,
  type Tenant,
} from '#positions/testing';
import { BACKENDS, FixedClock } from '#testing';
import type { Checkpoint } from './domain/checkpoint.js';
import { SealedEventsReader } from './sealed-events-reader.js';
import { Sealer } from './sealer.js';
import { SealsOptions } from './seals-options.js';
import { SealsVerifier } from './seals-verifier.js';
import { aCheckpoint, aSigningKey, CheckpointEntity, checkpointBinding, moment } from './testing.js';

const UNTIL = moment(1_000);
const NOW = moment(1_100);

describe.each(BACKENDS)('the sealer on %s', (backend) => {
  let store: TestStore;
  let reader: SealedEventsReader;
  let tenant: Tenant;
  const { key, privatePem } = aSigningKey();

  beforeAll(async () => {
    store = await openStore(backend, [...POSITION_ENTITIES, AuditEventEntity, CheckpointEntity]);
    reader = new SealedEventsReader(
      new LedgerHistory(store.bind(ledgerEventBinding)),
      new AuditService(store.bind(auditBinding)),
    );
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    tenant = await foundTenant(store);
  });

  /** A sealer of a process of its own, which seals so many events of each kind at most. */
  function newSealer(maxEvents?: number, checkpoints = store.bind(checkpointBinding)): Sealer {
    const clock = new FixedClock(NOW);
    const institutions = new InstitutionsService(store.bind(institutionBinding), new FoundingSteps(), clock);
    const options = new SealsOptions({ signingKey: privatePem, publicKeys: [], intervalMs: 1, maxEvents });
    return new Sealer(checkpoints, reader, institutions, store.unitOfWork, clock, options);
  }

  const sealNext = async (sealer: Sealer, until = UNTIL): Promise<Checkpoint | undefined> =>
    sealer.sealNext(tenant.institutionId, until, key);
  const storeLedgerEvent = async (at: Date): Promise<void> =>
    storeSteps(store, anOpening({ institutionId: tenant.institutionId, assetId: tenant.assetId, at }));
  const storeAuditEvents = async (...moments: readonly Date[]): Promise<void> => {
    const audit = store.bind(auditBinding);
    await store.unitOfWork.commit((changes) => {
      for (const occurredAt of moments) {
        audit.append(changes, anAuditEvent({ institutionId: tenant.institutionId, occurredAt }));
      }
    });
  };
  /** Seals until there is nothing more to seal, and answers every checkpoint, all of them good. */
  async function sealAll(sealer: Sealer, until = UNTIL): Promise<Checkpoint[]> {
    while ((await sealNext(sealer, until)) !== undefined);
    const verifier = new SealsVerifier(store.bind(checkpointBinding), reader);
    const checkpoints: Checkpoint[] = [];
    for await (const { checkpoint, why } of verifier.verifyAll(
      tenant.institutionId,
      new SealsOptions({
        signingKey: privatePem,
        publicKeys: [],
        intervalMs: 1,
      }).trustedKeys,
    )) {
      expect([checkpoint.number, why]).toEqual([checkpoints.length + 1, null]);
      checkpoints.push(checkpoint);
    }
    return checkpoints;
  }
  const countsOf = (checkpoints: readonly Checkpoint[]): number[][] =>
    checkpoints.map(({ ledgerEventCount, auditEventCount }) => [ledgerEventCount, auditEventCount]);

  test('seals nothing where nothing happened, so that the next checkpoint seals what happens later', async () => {
    const sealer = newSealer();
    expect(await sealNext(sealer)).toBeUndefined();
    await storeAuditEvents(moment(1));
    expect(await sealNext(sealer)).toMatchObject({ number: 1, range: { after: null, until: UNTIL } });
    expect(await sealNext(sealer, moment(2_000))).toBeUndefined();
    await storeLedgerEvent(moment(2_500));
    expect(await sealNext(sealer, moment(3_000))).toMatchObject({
      number: 2,
      range: { after: UNTIL, until: moment(3_000) },
      ledgerEventCount: 1,
      auditEventCount: 0,
      createdAt: NOW,
    });
  });

  test('seals up to the moment that it is given, included, and what is a millisecond later with the next', async () => {
    const sealer = newSealer();
    await storeLedgerEvent(UNTIL);
    await storeAuditEvents(UNTIL, moment(1_000, 1));
    expect(await sealNext(sealer)).toMatchObject({ ledgerEventCount: 1, auditEventCount: 1 });
    expect(await sealNext(sealer)).toBeUndefined();
    expect(await sealNext(sealer, moment(999))).toBeUndefined();
    expect(await sealNext(sealer, moment(1_000, 1))).toMatchObject({
      ledgerEventCount: 0,
      auditEventCount: 1,
    });
  });

  test('seals nothing of another institution, nor of the platform', async () => {
    await storeAuditEvents(moment(1));
    const { institutionId } = await foundTenant(store);
    expect(await newSealer().sealNext(institutionId, UNTIL, key)).toBeUndefined();
    expect(await sealNext(newSealer())).toMatchObject({ auditEventCount: 1 });
  });

  test('knows the platform and every institution as those who have a history', async () => {
    const owners: string[] = [];
    for await (const owner of newSealer().owners()) owners.push(owner);
    expect(owners[0]).toBe(PLATFORM_ID);
    expect(owners).toContain(tenant.institutionId);
    expect(new Set(owners).size).toBe(owners.length);
  });

  test('divides a history that is too long, between its moments', async () => {
    for (const second of [1, 2, 3, 4, 5]) await storeLedgerEvent(moment(second));
    await storeAuditEvents(...[1, 1, 1, 4, 6, 6, 7].map((second) => moment(second)));
    const checkpoints = await sealAll(newSealer(3));
    expect(countsOf(checkpoints)).toEqual([
      [3, 3],
      [2, 3],
      [0, 1],
    ]);
    expect(checkpoints.map(({ range }) => range)).toEqual([
      { after: null, until: moment(3, 999) },
      { after: moment(3, 999), until: moment(6, 999) },
      { after: moment(6, 999), until: UNTIL },
    ]);
  });

  test('seals more than it wants to when they share one moment', async () => {
    const seconds = [1, 2, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    await storeAuditEvents(...seconds.map((second) => moment(second)));
    // For the five of one moment it takes up to eight, and goes back to two.
    const counts = countsOf(await sealAll(newSealer(2)));
    expect(counts.map(([, audit]) => audit)).toEqual([1, 8, 2, 2, 2, 1]);
  });

  test('seals ten thousand events at once, and what is beyond them with the next checkpoint', async () => {
    const moments = Array.from({ length: 10_050 }, (_none, index) => moment(1, Math.floor(index / 100)));
    await storeAuditEvents(...moments);
    const checkpoints = await sealAll(newSealer());
    expect(countsOf(checkpoints)).toEqual([
      [0, 10_000],
      [0, 50],
    ]);
  });

  test('gives each number once when several seal at once, and leaves nothing out', async () => {
    const sealers = [newSealer(4), newSealer(4), newSealer(4)];
    for (let second = 1; second <= 10; second += 1) await storeLedgerEvent(moment(second));
    await storeAuditEvents(...Array.from({ length: 30 }, (_none, index) => moment(Math.floor(index / 2))));
    await Promise.all(
      sealers.map(async (sealer) => {
        for (let turn = 0; turn < 12; turn += 1) await sealNext(sealer);
      }),
    );
    const counts = countsOf(await sealAll(newSealer(4)));
    const sum = (index: number): number => counts.reduce((total, each) => total + (each[index] ?? 0), 0);
    expect([sum(0), sum(1)]).toEqual([10, 30]);
    for (const each of counts.flat()) expect(each).toBeLessThanOrEqual(4);
  });

  test('is left behind by a process that has sealed further, and adds nothing', async () => {
    await storeAuditEvents(moment(1), moment(1_200));
    const [ahead, behind] = [newSealer(), newSealer()];
    await sealNext(ahead, moment(1_500));
    expect(await sealNext(behind, UNTIL)).toBeUndefined();
    const latest = await behind.findLatest(tenant.institutionId);
    expect(latest).toMatchObject({ number: 1, range: { until: moment(1_500) } });
  });

  test('seals after an hour that nothing happened, so that nothing can be slipped in there', async () => {
    await storeAuditEvents(moment(1));
    const sealer = newSealer();
    await sealNext(sealer, moment(10));
    expect(await sealNext(sealer, moment(3_609))).toBeUndefined();
    expect(await sealNext(sealer, moment(3_610))).toMatchObject({
      number: 2,
      range: { after: moment(10), until: moment(3_610) },
      ledgerEventCount: 0,
      auditEventCount: 0,
    });
    await sealAll(sealer, moment(3_610));
  });

  test('does not put its key to a history that lacks a checkpoint which it has seen', async () => {
    await storeAuditEvents(moment(1), moment(20));
    const checkpoints = store.bind(checkpointBinding);
    const seen = jest.spyOn(checkpoints, 'list');
    const sealer = newSealer(undefined, checkpoints);
    await sealNext(sealer, moment(10));
    seen.mockResolvedValue({ items: [] });
    await expect(sealNext(sealer)).rejects.toThrow('A checkpoint is gone, or another stands in its place.');
    seen.mockRestore();
    expect(await sealNext(sealer)).toMatchObject({ number: 2 });
  });

  test('builds on no checkpoint that is not signed with a key of its own, or is later than now', async () => {
    await storeAuditEvents(moment(1));
    const checkpoints = store.bind(checkpointBinding);
    const { institutionId } = tenant;
    const forged = aCheckpoint({ institutionId, key: aSigningKey().key });
    await store.unitOfWork.commit((changes) => checkpoints.append(changes, forged));
    await expect(sealNext(newSealer())).rejects.toThrow('signed with a key that is not among those given');

    tenant = await foundTenant(store);
    await storeAuditEvents(moment(1));
    await sealNext(newSealer(), moment(10_000));
    await expect(sealNext(newSealer())).rejects.toThrow('later than now: the clock was set back');
  });
});
