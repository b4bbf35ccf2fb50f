import { createPublicKey } from 'node:crypto';
import { SigningKey, TrustedKeys } from './domain/seal-keys.js';

/** So few that a checkpoint is verified in a moment; what there is more comes under the next one. */
const MAX_EVENTS = 10_000;

/** After which a checkpoint says that nothing happened. */
const MAX_IDLE_MS = 3_600_000;

/** The keys of seals, which come from the configuration and are never stored, and how often history is sealed. */
export class SealsOptions {
  /** Undefined: nothing is sealed. */
  readonly signingKey: SigningKey | undefined;
  /** Of the signing key, and of those before it. */
  readonly trustedKeys: TrustedKeys;
  readonly intervalMs: number;
  /** How many events of each kind a checkpoint seals at most, unless more share a moment. */
  readonly maxEvents: number;

  /** For how long at most nothing is sealed of an institution of which there is nothing. */
  readonly maxIdleMs: number;

  /** @param options keys in PEM: the signing key is private (PKCS #8), `publicKeys` are (SPKI) */
  constructor(options: {
    readonly signingKey: string | undefined;
    readonly publicKeys: readonly string[];
    readonly intervalMs: number;
    readonly maxEvents?: number;
    readonly maxIdleMs?: number;
  }) {
    this.signingKey = options.signingKey === undefined ? undefined : new SigningKey(options.signingKey);
    const earlier = options.publicKeys.map((pem) => createPublicKey(pem));
    this.trustedKeys = new TrustedKeys(
      this.signingKey === undefined ? earlier : [this.signingKey.publicKey, ...earlier],
    );
    this.intervalMs = options.intervalMs;
    this.maxEvents = options.maxEvents ?? MAX_EVENTS;
    this.maxIdleMs = options.maxIdleMs ?? MAX_IDLE_MS;
  }
}
