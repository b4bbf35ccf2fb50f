import { FactCache } from '#commands';
import type { ApiKey } from './domain/api-key.js';

const MAX_KEYS = 10_000;

interface KnownApiKey {
  readonly apiKey: ApiKey;
  /** SHA-256 of the text that was found to fit the key's hash, which takes longer to find out. */
  provenDigest?: Buffer;
}

/** Keys by id, so that a request need not ask the store who sends it. */
export class KnownApiKeys extends FactCache<KnownApiKey> {
  /** @param maxAgeMs for how long the revocation of a key in another process may go unnoticed */
  constructor(maxAgeMs: number) {
    super({ maxFacts: MAX_KEYS, maxAgeMs });
  }
}
