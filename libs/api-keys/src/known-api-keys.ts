import { FactCache } from '#commands';
import type { ApiKey } from './domain/api-key.js';

const MAX_KEYS = 10_000;

export interface KnownApiKey {
  readonly apiKey: ApiKey;
  /** SHA-256 of the text that was found to fit the key's hash, which takes longer to find out. */
  provenDigest?: Buffer;
  /** The last use of the key that is to be noted. */
  usedAt?: Date;
  /** Whether its hash is to be renewed already. */
  isRenewed?: true;
}

/** Keys by id, so that a request need not ask the store who sends it. */
export class KnownApiKeys extends FactCache<KnownApiKey> {
  /** @param maxAgeMs for how long the revocation of a key in another process may go unnoticed */
  constructor(maxAgeMs: number) {
    super({ maxFacts: MAX_KEYS, maxAgeMs });
  }
}
