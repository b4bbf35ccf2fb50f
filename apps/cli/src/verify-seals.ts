import { institutionScope, PLATFORM_SCOPE } from '#kernel';
import { toShownCheckpoint, type SealsVerifier, type TrustedKeys, type VerifiedCheckpoint } from '#seals';
import type { ExportedCheckpoints } from './exported-checkpoints.js';
import type { Report, Watch } from './watch.js';

/** What going through checkpoints came to. */
export interface SealsTally {
  checkpoints: number;
  broken: number;
  /** Those that were met as they had been exported; null where none were given. */
  exported: number | null;
}

/** What checkpoints are held against besides the database. */
interface Evidence {
  readonly keys: TrustedKeys;
  readonly exported: ExportedCheckpoints | undefined;
}

/** Verifies every checkpoint of one institution, or of all, and reports those that do not hold. */
export async function verifySeals(
  verifier: SealsVerifier,
  institutionId: string | undefined,
  { keys, exported }: Evidence,
  watch: Watch,
): Promise<SealsTally> {
  const tally: SealsTally = { checkpoints: 0, broken: 0, exported: null };
  const scope = institutionId === undefined ? PLATFORM_SCOPE : institutionScope(institutionId);
  const known = await verifier.institutions(scope);
  const expected = institutionId === undefined ? [...(exported?.institutions ?? [])] : [institutionId];
  for (const id of new Set([...known, ...expected])) {
    const total = async (): Promise<number> => verifier.count(id);
    await watch.over('checkpoints', total, verifier.verifyAll(id, keys), (verified) => {
      tally.checkpoints += 1;
      const report = toReport(id, verified, exported);
      if (report !== undefined) tally.broken += 1;
      return report;
    });
    if (!watch.isComplete) break;
    for (const number of exported?.missed(id) ?? []) {
      tally.broken += 1;
      watch.report(brokenCheckpoint(id, number, 'it was exported, and is gone'));
    }
  }
  tally.exported = exported?.asExported ?? null;
  return tally;
}

function toReport(
  institutionId: string,
  { checkpoint, why }: VerifiedCheckpoint,
  exported: ExportedCheckpoints | undefined,
): Report | undefined {
  const isAsExported = exported?.meet(toShownCheckpoint(checkpoint)) ?? true;
  const fault = isAsExported ? why : 'it is not the one that was exported';
  return fault === null ? undefined : brokenCheckpoint(institutionId, checkpoint.number, fault);
}

function brokenCheckpoint(institutionId: string, number: number, why: string): Report {
  return {
    json: { institutionId, checkpoint: number, why },
    words: `${institutionId} checkpoint ${number}: ${why}`,
  };
}
