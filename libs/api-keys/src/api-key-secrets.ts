import { AddressList } from '#kernel';
import { digestOf, pepperOf, type Pepper } from './domain/key-text.js';

export interface ApiKeySettings {
  readonly rootApiKeys: readonly string[];
  /** Addresses and networks that root keys are taken from; from everywhere when there are none. */
  readonly rootApiKeyAllowedCidrs: readonly string[];
  /** The HMAC keys of stored hashes, the current one first. */
  readonly peppers: readonly string[];
}

/** What keys are checked against: it comes from the configuration and is never stored. */
export class ApiKeySecrets {
  /** SHA-256 of each root key. */
  readonly rootDigests: readonly Buffer[];
  readonly peppers: readonly Pepper[];
  /** The pepper of new keys. */
  readonly currentPepper: Pepper;
  private readonly rootAddresses: AddressList | undefined;

  constructor({ rootApiKeys, rootApiKeyAllowedCidrs, peppers }: ApiKeySettings) {
    this.rootDigests = rootApiKeys.map(digestOf);
    this.rootAddresses =
      rootApiKeyAllowedCidrs.length === 0 ? undefined : AddressList.parse(rootApiKeyAllowedCidrs);
    this.peppers = peppers.map(pepperOf);
    const [current] = this.peppers;
    if (current === undefined) throw new Error('API keys need a pepper.');
    this.currentPepper = current;
  }

  /** Whether a root key may come from this address. */
  isRootAllowedFrom(address: string): boolean {
    return this.rootAddresses?.has(address) ?? true;
  }
}
