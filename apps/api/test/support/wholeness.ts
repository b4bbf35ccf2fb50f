import { expect } from '@jest/globals';
import type { Json } from './client.js';
import { balancesOf, expectUnbrokenChain } from './ledger.js';
import { readAll } from './records.js';
import type { Reachable } from './tenant.js';

/**
 * Every position's row, ledger and audit trail tell one story, of which nothing is missing, and there is no ledger
 * or audit event of a position that is not there. Answers the positions.
 */
export async function expectWholePositions(service: Reachable): Promise<Json[]> {
  const [positions, ledger, audit] = await Promise.all([
    readAll(service, '/v1/positions'),
    readAll(service, '/v1/ledger-events'),
    readAll(service, '/v1/audit-events?resourceType=position'),
  ]);
  const ledgerOf = Map.groupBy(ledger, ({ positionId }) => positionId as string);
  const auditOf = Map.groupBy(audit, ({ resourceId }) => resourceId as string);
  for (const position of positions) {
    const bySeq = (left: Json, right: Json): number => left.seq - right.seq;
    expectWhole(position, (ledgerOf.get(position.id) ?? []).sort(bySeq), auditOf.get(position.id) ?? []);
    ledgerOf.delete(position.id);
    auditOf.delete(position.id);
  }
  expect([...ledgerOf.keys(), ...auditOf.keys()]).toEqual([]);
  return positions;
}

function expectWhole(position: Json, ledger: readonly Json[], audit: readonly Json[]): void {
  const numbers = Array.from({ length: position.version }, (_none, index) => index + 1);
  expect(ledger.map(({ seq }) => seq)).toEqual(numbers);
  expect(audit.map(({ payload }) => payload.seq).sort((left, right) => left - right)).toEqual(numbers);
  expectUnbrokenChain(ledger);
  const cents = (amount: string): bigint => BigInt(amount.replace('.', ''));
  const { beneficiary = 0n, escrow = 0n, depositor = 0n } = balancesOf(ledger);
  expect([beneficiary, escrow]).toEqual([cents(position.releasedAmount), cents(position.heldAmount)]);
  expect(beneficiary + escrow + depositor).toBe(0n);
}
