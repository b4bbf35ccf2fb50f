import type { Scope } from '#kernel';
import type { VerificationService, VerifiedPosition } from '#positions';
import type { Watch } from './watch.js';

/** What going through positions came to. */
export interface PositionsTally {
  positions: number;
  ledgerEvents: number;
  broken: number;
}

/** Verifies every position of a scope, and reports those that do not hold. */
export async function verifyPositions(
  verification: VerificationService,
  scope: Scope,
  watch: Watch,
): Promise<PositionsTally> {
  const tally: PositionsTally = { positions: 0, ledgerEvents: 0, broken: 0 };
  const total = async (): Promise<number> => verification.count(scope);
  await watch.over('positions', total, verification.verifyAll(scope), (position) => {
    tally.positions += 1;
    tally.ledgerEvents += position.length;
    if (position.verified) return undefined;
    tally.broken += 1;
    return toReport(position);
  });
  return tally;
}

function toReport({ institutionId, positionId, firstBrokenSeq, why }: VerifiedPosition) {
  return {
    json: { institutionId, positionId, firstBrokenSeq, why },
    words: `${institutionId} ${positionId} at step ${firstBrokenSeq}: ${why}`,
  };
}
