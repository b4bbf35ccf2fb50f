import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuditService } from '#audit';
import { auditBinding, AuditEventEntity } from '#audit/testing';
import { newId, Reply } from '#kernel';
import { stageInsert } from '#persistence';
import { aBox, BoxEntity, openStore, TEST_ENTITIES, TEST_TABLES, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import type { CommandRunner, Decision } from './command-runner.js';
import { IdempotencyRecordEntity, newCommandRunner } from './testing.js';

describe.each(BACKENDS)('a command whose sender names its key and its thing, on %s', (backend) => {
  let store: TestStore;
  let commands: CommandRunner;

  beforeAll(async () => {
    const entities = [...TEST_ENTITIES, AuditEventEntity, IdempotencyRecordEntity];
    store = await openStore(backend, entities, TEST_TABLES);
    const audit = new AuditService(store.bind(auditBinding));
    commands = newCommandRunner(store, audit, new FixedClock('2026-05-06T07:08:09.123Z'));
  });
  afterAll(async () => store.close());

  test.each(['', 'once '])('never waits for itself, though it names both alike: "%s"', async (before) => {
    const box = aBox({ institutionId: newId('inst') });
    const key = newId('pos');
    const { institutionId } = box;
    const request = {
      principal: { role: 'admin', institutionId, apiKeyId: newId('ak') } as const,
      ...{ method: 'POST', path: '/v1/boxes', requestId: 'request-7', clientIp: '192.0.2.7' },
      precondition: {},
      idempotencyKey: { key, requestHash: '0'.repeat(64) },
    };
    const decision: Decision<BoxEntity> = {
      result: box,
      stage: (changes) => stageInsert(changes, BoxEntity, box),
      audit: { action: 'ASSET_CREATED', institutionId, resourceType: 'box', resourceId: box.id },
    };
    const decide = async (): Promise<Decision<BoxEntity>> => Promise.resolve(decision);
    const reply = await commands.run(request, decide, ({ id }) => Reply.created({ id }), {
      queueKey: before + key,
    });
    expect(reply.status).toBe(201);
  });
});
