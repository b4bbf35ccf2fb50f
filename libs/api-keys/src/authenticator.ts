import { Clock, PLATFORM_SCOPE, type Principal } from '#kernel';
import { Injectable } from '@nestjs/common';
import { ApiKeySecrets } from './api-key-secrets.js';
import { isActive, type ApiKey } from './domain/api-key.js';
import { authFaults } from './domain/api-key-faults.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { KnownApiKeys } from './known-api-keys.js';
import { digestOf, fitsHash, isRootKey, isSameDigest, readKeyId } from './domain/key-text.js';

/** The headers of a request that can carry a key. */
export interface KeyHeaders {
  readonly 'x-api-key'?: string | string[];
  readonly authorization?: string;
}

@Injectable()
export class Authenticator {
  constructor(
    private readonly apiKeys: ApiKeyRepository,
    private readonly known: KnownApiKeys,
    private readonly secrets: ApiKeySecrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Who sends a request with these headers.
   *
   * @throws DomainError `auth.missing_key`; `auth.invalid_key`, alike for every key that does not let in
   * @throws StoreUnavailable
   */
  async authenticate(headers: KeyHeaders): Promise<Principal> {
    const [keyText, ...others] = sentKeyTexts(headers);
    if (keyText === undefined) {
      throw authFaults['auth.missing_key'].because(
        'Send an API key as X-API-Key or as Authorization: Bearer.',
      );
    }
    const principal = others.length === 0 ? await this.findPrincipal(keyText) : undefined;
    if (principal === undefined) throw authFaults['auth.invalid_key'].because('The API key is not valid.');
    return principal;
  }

  private async findPrincipal(keyText: string): Promise<Principal | undefined> {
    const digest = digestOf(keyText);
    if (isRootKey(digest, this.secrets.rootDigests)) return { role: 'root' };
    const apiKey = await this.findKey(keyText, digest);
    if (apiKey === undefined || !isActive(apiKey, this.clock.now())) return undefined;
    return { role: apiKey.role, institutionId: apiKey.institutionId, apiKeyId: apiKey.id };
  }

  private async findKey(keyText: string, digest: Buffer): Promise<ApiKey | undefined> {
    const id = readKeyId(keyText);
    if (id === undefined) return undefined;
    const known = await this.known.find(id, async () => {
      // The key itself tells its institution: nobody's scope is known before.
      const apiKey = await this.apiKeys.find(PLATFORM_SCOPE, id);
      return apiKey && { apiKey };
    });
    if (known === undefined) return undefined;
    const isProven = known.provenDigest !== undefined && isSameDigest(digest, known.provenDigest);
    if (!isProven && !fitsHash(keyText, known.apiKey, this.secrets.peppers)) return undefined;
    known.provenDigest = digest;
    return known.apiKey;
  }
}

/** The different keys that a request carries. Credentials of another scheme are no keys: a proxy may add its own. */
function sentKeyTexts(headers: KeyHeaders): string[] {
  const bearer = /^Bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return [...new Set([headers['x-api-key'] ?? [], bearer].flat())].filter((text) => text !== '');
}
