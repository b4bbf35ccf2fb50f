import {
  checkpointText,
  FIRST_PREVIOUS_HASH,
  hashOf,
  rootOf,
  type Checkpoint,
  type SealedEvents,
} from './checkpoint.js';
import type { TrustedKeys } from './seal-keys.js';

/** Whether a signature holds; `unjudged` where no public key was given to judge it by. */
export type SignatureVerdict = 'good' | 'bad' | 'unknown_key' | 'unjudged';

/** Whether a checkpoint and what it seals are what they were. */
export interface CheckpointVerification {
  readonly verified: boolean;
  readonly signature: SignatureVerdict;
  /** What does not hold, in words that repeat no data of the tenant; null if all does. */
  readonly why: string | null;
}

/** Judges what a checkpoint says of itself and of the one before; of what it seals, see {@link verifySealed}. */
export function verifyLink(
  checkpoint: Checkpoint,
  previous: Checkpoint | undefined,
  keys: TrustedKeys,
): CheckpointVerification {
  const signature = judgeSignature(checkpoint, keys);
  const why = breakInLink(checkpoint, previous) ?? SIGNATURE_FAULTS[signature];
  return { verified: why === null, signature, why };
}

/** Judges what is stored of the range that a checkpoint seals. */
export function verifySealed(checkpoint: Checkpoint, events: SealedEvents): string | null {
  const counts = [
    ['ledger events', checkpoint.ledgerEventCount, events.ledgerEvents.length],
    ['audit events', checkpoint.auditEventCount, events.auditEvents.length],
  ] as const;
  for (const [name, sealed, stored] of counts) {
    if (stored < sealed) return `${sealed - stored} of the ${sealed} ${name} that it seals are gone`;
    if (stored > sealed) return `${name} were added to the ${sealed} that it seals`;
  }
  return rootOf(events) === checkpoint.merkleRoot ? null : 'an event that it seals was changed';
}

const SIGNATURE_FAULTS: Readonly<Record<SignatureVerdict, string | null>> = {
  good: null,
  bad: 'its signature is not of the key that it names',
  unknown_key: 'it is signed with a key that is not among those given',
  unjudged: null,
};

function judgeSignature(checkpoint: Checkpoint, keys: TrustedKeys): SignatureVerdict {
  if (keys.isEmpty) return 'unjudged';
  if (!keys.has(checkpoint.keyId)) return 'unknown_key';
  return keys.hasSigned(checkpoint.keyId, checkpointText(checkpoint), checkpoint.signature) ? 'good' : 'bad';
}

function breakInLink(checkpoint: Checkpoint, previous: Checkpoint | undefined): string | null {
  if (checkpoint.number !== (previous?.number ?? 0) + 1) return 'the checkpoint before it is missing';
  if (checkpoint.hash !== hashOf(checkpoint)) return 'it was changed';
  if (checkpoint.previousHash !== (previous?.hash ?? FIRST_PREVIOUS_HASH)) {
    return 'it does not follow from the checkpoint before it';
  }
  const begin = previous?.range.until.getTime() ?? null;
  return (checkpoint.range.after?.getTime() ?? null) === begin ? null : 'it leaves out history before it';
}
