import { digestOf, pepperOf, type Pepper } from './domain/key-text.js';

/** The secrets that keys are checked against: they come from the configuration and are never stored. */
export class ApiKeySecrets {
  /** SHA-256 of each root key. */
  readonly rootDigests: readonly Buffer[];
  readonly peppers: readonly Pepper[];
  /** The pepper of new keys. */
  readonly currentPepper: Pepper;

  constructor(secrets: { readonly rootApiKeys: readonly string[]; readonly peppers: readonly string[] }) {
    this.rootDigests = secrets.rootApiKeys.map(digestOf);
    this.peppers = secrets.peppers.map(pepperOf);
    const [current] = this.peppers;
    if (current === undefined) throw new Error('API keys need a pepper.');
    this.currentPepper = current;
  }
}
