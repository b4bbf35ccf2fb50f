import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Json } from './client.js';

/**
 * RFC 8785 for what history holds: texts, whole numbers, truth values, null, lists and objects. Written here once more,
 * so that the product's own canonical text is not what its hashes are checked with.
 */
export function canonicalText(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${members.join(',')}}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Recomputes the hash chain of one position's ledger events, as the API shows them. */
export function expectUnbrokenChain(events: readonly Json[]): void {
  let previousHash = '0'.repeat(64);
  for (const [index, { hash, ...event }] of events.entries()) {
    expect({ seq: event.seq, previousHash: event.previousHash, hash }).toEqual({
      seq: index + 1,
      previousHash,
      hash: sha256(canonicalText(event)),
    });
    previousHash = hash;
  }
}

/** What each account of one position holds after its ledger events, in hundredths. */
export function balancesOf(events: readonly Json[]): Record<string, bigint> {
  const balances: Record<string, bigint> = {};
  for (const { debitAccount, creditAccount, amount } of events) {
    if (amount === null) continue;
    const cents = BigInt(amount.replace('.', ''));
    balances[debitAccount] = (balances[debitAccount] ?? 0n) - cents;
    balances[creditAccount] = (balances[creditAccount] ?? 0n) + cents;
  }
  return balances;
}
