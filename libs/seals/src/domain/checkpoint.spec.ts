import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { PLATFORM_ID } from '#kernel';
import { aChain, aCheckpoint, aSigningKey, moment, someEvents } from '../testing.js';
import {
  checkpointText,
  FIRST_PREVIOUS_HASH,
  hashOf,
  rootOf,
  sealEvents,
  toSealedEvent,
  type Checkpoint,
} from './checkpoint.js';
import { leafHash, merkleRoot } from './merkle-root.js';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

describe('a checkpoint', () => {
  const { key, publicPem } = aSigningKey();
  const first = sealEvents(someEvents(1, 2), { after: null, until: moment(59, 999) }, undefined, {
    id: 'ckpt_1',
    institutionId: 'inst_1',
    key,
    at: moment(60),
  });

  test('says in its text all that it shows but its hash and signature, in one order and without blanks', () => {
    expect(checkpointText(first)).toBe(
      `{"after":null,"auditEventCount":2,"createdAt":"2026-01-01T00:01:00.000Z","id":"ckpt_1","institutionId":"inst_1",` +
        `"keyId":"${key.keyId}","ledgerEventCount":1,"merkleRoot":"${rootOf(someEvents(1, 2))}","number":1,` +
        `"previousHash":"${FIRST_PREVIOUS_HASH}","until":"2026-01-01T00:00:59.999Z"}`,
    );
  });

  test('has the hash of its text, and a signature of it that holds by the public key alone', () => {
    expect(first.hash).toBe(sha256(checkpointText(first)));
    const holds = (text: string): boolean =>
      verify(
        null,
        Buffer.from(text, 'utf8'),
        createPublicKey(publicPem),
        Buffer.from(first.signature, 'base64'),
      );
    expect(holds(checkpointText(first))).toBe(true);
    expect(holds(`${checkpointText(first)} `)).toBe(false);
    expect(first.signature).toMatch(/^[A-Za-z0-9+/]{86}==$/);
  });

  test('is the first of its institution, after nothing', () => {
    expect(first).toMatchObject({
      number: 1,
      range: { after: null, until: moment(59, 999) },
      previousHash: '0'.repeat(64),
      ledgerEventCount: 1,
      auditEventCount: 2,
      keyId: key.keyId,
    });
  });

  test('follows from the one before: its number, where it begins and its hash', () => {
    const [one, two, three] = aChain(3) as [Checkpoint, Checkpoint, Checkpoint];
    expect([one.number, two.number, three.number]).toEqual([1, 2, 3]);
    expect([two.previousHash, three.previousHash]).toEqual([one.hash, two.hash]);
    expect([two.range.after, three.range.after]).toEqual([one.range.until, two.range.until]);
  });

  test('of the platform names no institution', () => {
    const platforms = aCheckpoint({ institutionId: PLATFORM_ID });
    expect(platforms.institutionId).toBe(PLATFORM_ID);
    expect(JSON.parse(checkpointText(platforms))).toMatchObject({ institutionId: null });
  });

  test('has another hash whatever part of what it says is changed', () => {
    const changes: Partial<Checkpoint>[] = [
      { id: 'ckpt_2' },
      { institutionId: 'inst_2' },
      { institutionId: PLATFORM_ID },
      { number: 2 },
      { range: { ...first.range, after: moment(0) } },
      { range: { ...first.range, until: moment(60) } },
      { ledgerEventCount: 2 },
      { auditEventCount: 3 },
      { merkleRoot: FIRST_PREVIOUS_HASH },
      { previousHash: first.merkleRoot },
      { keyId: '0'.repeat(32) },
      { createdAt: moment(60, 1) },
    ];
    const hashes = changes.map((change) => hashOf({ ...first, ...change }));
    expect(new Set([...hashes, first.hash]).size).toBe(changes.length + 1);
  });

  test('seals the ledger first and the audit trail behind it, each event by its canonical text', () => {
    const ledger = toSealedEvent(moment(9), { b: 'ä', a: { d: 1, c: null } });
    const audit = toSealedEvent(moment(1), { z: [] });
    expect(ledger.leaf).toEqual(leafHash('{"a":{"c":null,"d":1},"b":"ä"}'));
    const inOrder = merkleRoot([leafHash('{"a":{"c":null,"d":1},"b":"ä"}'), leafHash('{"z":[]}')]);
    expect(rootOf({ ledgerEvents: [ledger], auditEvents: [audit] })).toBe(inOrder);
    expect(rootOf({ ledgerEvents: [audit], auditEvents: [ledger] })).not.toBe(inOrder);
  });
});
