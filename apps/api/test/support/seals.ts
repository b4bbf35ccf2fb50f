import { createHash, verify, type KeyObject } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Client, Json } from './client.js';
import { canonicalText, sha256 } from './ledger.js';
import { readRows } from './pages.js';

/** The history of one institution, as its lists show it. */
export interface History {
  readonly ledger: readonly Json[];
  readonly audit: readonly Json[];
}

export async function historyOf(client: Client): Promise<History> {
  return {
    ledger: await readRows(client, '/v1/ledger-events?limit=200'),
    audit: await readRows(client, '/v1/audit-events?limit=200'),
  };
}

const NOTHING_BEFORE = '0'.repeat(64);

/** The Merkle tree hash of texts, divided top down as RFC 6962 defines it. */
function merkleRoot(texts: readonly string[]): Buffer {
  const [text] = texts;
  if (text === undefined) return createHash('sha256').digest();
  if (texts.length === 1) return createHash('sha256').update(Buffer.of(0)).update(text, 'utf8').digest();
  let half = 1;
  while (half * 2 < texts.length) half *= 2;
  const parts = [Buffer.of(1), merkleRoot(texts.slice(0, half)), merkleRoot(texts.slice(half))];
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** How a public key is named. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 32);
}

/** Whether a checkpoint seals a moment. */
function isWithin({ after, until }: Json, time: string): boolean {
  return (after === null || time > after) && time <= until;
}

/** What of a history is in the range of a checkpoint. */
function sealedBy(checkpoint: Json, { ledger, audit }: History): History {
  return {
    ledger: ledger.filter(({ at }) => isWithin(checkpoint, at)),
    audit: audit.filter(({ occurredAt }) => isWithin(checkpoint, occurredAt)),
  };
}

/** The number of the checkpoint that seals a moment; undefined if none does. */
export function numberAt(checkpoints: readonly Json[], time: string): number | undefined {
  return checkpoints.find((checkpoint) => isWithin(checkpoint, time))?.number;
}

/**
 * Recomputes checkpoints from what the lists of an institution show, and checks their signatures by the public key:
 * nothing of the product has a part in it.
 */
export function expectSealed(checkpoints: readonly Json[], history: History, publicKey: KeyObject): void {
  let previous: Json;
  for (const [index, { hash, signature, ...statement }] of checkpoints.entries()) {
    const { ledger, audit } = sealedBy(statement, history);
    expect(statement).toMatchObject({
      number: index + 1,
      after: previous?.until ?? null,
      previousHash: previous?.hash ?? NOTHING_BEFORE,
      ledgerEventCount: ledger.length,
      auditEventCount: audit.length,
      merkleRoot: merkleRoot([...ledger, ...audit].map(canonicalText)).toString('hex'),
      keyId: keyIdOf(publicKey),
    });
    const text = canonicalText(statement);
    expect(hash).toBe(sha256(text));
    expect(verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
    previous = { hash, ...statement };
  }
}

/** When the last event of a history was. */
export function endOf({ ledger, audit }: History): string {
  return [...ledger.map(({ at }) => at), ...audit.map(({ occurredAt }) => occurredAt)].sort().at(-1);
}
