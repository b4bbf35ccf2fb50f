import { newId } from '#kernel';
import { generateKeyPairSync } from 'node:crypto';
import { sealEvents, toSealedEvent, type Checkpoint, type SealedEvents } from './domain/checkpoint.js';
import { CheckpointRepository } from './domain/checkpoint-repository.js';
import { SigningKey } from './domain/seal-keys.js';
import { MemoryCheckpointRepository } from './persistence/memory-checkpoint.repository.js';
import { PostgresCheckpointRepository } from './persistence/postgres-checkpoint.repository.js';

export { CheckpointEntity } from './persistence/checkpoint.entity.js';

export const checkpointBinding = {
  port: CheckpointRepository,
  postgres: PostgresCheckpointRepository,
  memory: MemoryCheckpointRepository,
};

/** A new key to seal with, and what it was made of: PKCS #8 and SPKI, both in PEM. */
export function aSigningKey(): { key: SigningKey; privatePem: string; publicPem: string } {
  const pair = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { key: new SigningKey(pair.privateKey), privatePem: pair.privateKey, publicPem: pair.publicKey };
}

const KEY = aSigningKey().key;

/** So many events of each kind, a millisecond apart from a moment on. */
export function someEvents(ledger: number, audit: number, from = moment(0)): SealedEvents {
  const events = (kind: string, many: number) =>
    Array.from({ length: many }, (_none, index) =>
      toSealedEvent(new Date(from.getTime() + index), { kind, index, at: from.toISOString() }),
    );
  return { ledgerEvents: events('ledger', ledger), auditEvents: events('audit', audit) };
}

/** A moment of the day on which the checkpoints below are made. */
export function moment(second: number, ms = 0): Date {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, second, ms));
}

/** The checkpoint after another, or a first one, with the range of a minute. */
export function aCheckpoint({
  previous,
  institutionId = previous?.institutionId ?? newId('inst'),
  key = KEY,
  events,
}: {
  readonly previous?: Checkpoint;
  readonly institutionId?: string;
  readonly key?: SigningKey;
  readonly events?: SealedEvents;
} = {}): Checkpoint {
  const minute = previous?.number ?? 0;
  const range = { after: previous?.range.until ?? null, until: moment(60 * minute + 59) };
  const made = { id: newId('ckpt'), institutionId, key, at: moment(60 * minute + 120, 7) };
  return sealEvents(events ?? someEvents(2, 3, moment(60 * minute)), range, previous, made);
}

/** The first checkpoints of an institution, each after the other. */
export function aChain(length: number, institutionId = newId('inst')): Checkpoint[] {
  const chain: Checkpoint[] = [];
  for (let made = 0; made < length; made += 1) {
    chain.push(aCheckpoint({ previous: chain.at(-1), institutionId }));
  }
  return chain;
}
