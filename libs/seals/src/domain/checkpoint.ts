import { hash } from 'node:crypto';
import { canonicalJson, PLATFORM_ID, type JsonObject } from '#kernel';
import { leafHash, merkleRoot } from './merkle-root.js';
import type { SigningKey } from './seal-keys.js';

/** What is sealed: strictly after the one moment (from the beginning, when null), and up to the other, included. */
export interface SealedRange {
  readonly after: Date | null;
  readonly until: Date;
}

/** The history of one institution in a range, each part in its order. */
export interface SealedEvents {
  /** Ledger events as the API shows them, by `at` and id. */
  readonly ledgerEvents: readonly SealedEvent[];
  /** Audit events as the API shows them, by `occurredAt` and id. */
  readonly auditEvents: readonly SealedEvent[];
}

/** An event of history: when it was, and what it adds to the Merkle tree. */
export interface SealedEvent {
  readonly at: Date;
  readonly leaf: Buffer;
}

/**
 * Says, signed, what an institution's history was up to a moment: changed, removed or added afterwards, it has another
 * root. Each checkpoint names the one before, so that one of them speaks for all before it.
 */
export interface Checkpoint {
  readonly id: string;
  /** {@link PLATFORM_ID} for what concerns no tenant. */
  readonly institutionId: string;
  /** 1, 2, 3 … in each institution. */
  readonly number: number;
  readonly range: SealedRange;
  readonly ledgerEventCount: number;
  readonly auditEventCount: number;
  /** Over the ledger events and, after them, the audit events. */
  readonly merkleRoot: string;
  /** The hash of the checkpoint before; {@link FIRST_PREVIOUS_HASH} for the first. */
  readonly previousHash: string;
  /** SHA-256 of {@link checkpointText}. */
  readonly hash: string;
  readonly keyId: string;
  /** Of {@link checkpointText}, by the key `keyId`: Ed25519, in base64. */
  readonly signature: string;
  readonly createdAt: Date;
}

/** What a checkpoint says, before it is hashed and signed. */
export type CheckpointStatement = Omit<Checkpoint, 'hash' | 'signature'>;

export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** The leaf of an event: of the UTF-8 RFC 8785 text of the event as the API shows it. */
export function toSealedEvent(at: Date, document: JsonObject): SealedEvent {
  return { at, leaf: leafHash(canonicalJson(document)) };
}

export function rootOf({ ledgerEvents, auditEvents }: SealedEvents): string {
  return merkleRoot([...ledgerEvents, ...auditEvents].map(({ leaf }) => leaf));
}

/** A checkpoint as the API shows it, but for its hash and signature. */
function toCheckpointDocument(statement: CheckpointStatement) {
  return {
    id: statement.id,
    institutionId: statement.institutionId === PLATFORM_ID ? null : statement.institutionId,
    number: statement.number,
    after: statement.range.after?.toISOString() ?? null,
    until: statement.range.until.toISOString(),
    ledgerEventCount: statement.ledgerEventCount,
    auditEventCount: statement.auditEventCount,
    merkleRoot: statement.merkleRoot,
    previousHash: statement.previousHash,
    keyId: statement.keyId,
    createdAt: statement.createdAt.toISOString(),
  };
}

/** A checkpoint as the API shows it. */
export function toShownCheckpoint(checkpoint: Checkpoint) {
  const { hash: ownHash, signature } = checkpoint;
  return { ...toCheckpointDocument(checkpoint), hash: ownHash, signature };
}

/** The text that is hashed and signed: the RFC 8785 text of the checkpoint as the API shows it, without both. */
export function checkpointText(statement: CheckpointStatement): string {
  return canonicalJson(toCheckpointDocument(statement));
}

export function hashOf(statement: CheckpointStatement): string {
  return hash('sha256', checkpointText(statement), 'hex');
}

/** Seals the events of a range as the checkpoint after `previous`, or as the first. */
export function sealEvents(
  events: SealedEvents,
  range: SealedRange,
  previous: Checkpoint | undefined,
  made: { readonly id: string; readonly institutionId: string; readonly key: SigningKey; readonly at: Date },
): Checkpoint {
  const statement: CheckpointStatement = {
    id: made.id,
    institutionId: made.institutionId,
    number: (previous?.number ?? 0) + 1,
    range,
    ledgerEventCount: events.ledgerEvents.length,
    auditEventCount: events.auditEvents.length,
    merkleRoot: rootOf(events),
    previousHash: previous?.hash ?? FIRST_PREVIOUS_HASH,
    keyId: made.key.keyId,
    createdAt: made.at,
  };
  return { ...statement, hash: hashOf(statement), signature: made.key.sign(checkpointText(statement)) };
}
