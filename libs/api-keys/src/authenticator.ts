import { Clock, PLATFORM_SCOPE, type Principal } from '#kernel';
import { Injectable } from '@nestjs/common';
import { ApiKeyUpkeep } from './api-key-upkeep.js';
import { ApiKeySecrets } from './api-key-secrets.js';
import { isActive } from './domain/api-key.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { AuthenticationRefused } from './domain/authentication-refused.js';
import { digestOf, fitsHash, isRootKey, isSameDigest, readKeyId } from './domain/key-text.js';
import { KnownApiKeys, type KnownApiKey } from './known-api-keys.js';

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
    private readonly upkeep: ApiKeyUpkeep,
    private readonly clock: Clock,
  ) {}

  /**
   * Who sends a request with these headers.
   *
   * @param clientIp the address that it comes from, as far as that is known
   * @throws AuthenticationRefused `auth.missing_key`; `auth.invalid_key`, alike for every key that does not let in
   * @throws StoreUnavailable
   */
  async authenticate(headers: KeyHeaders, clientIp: string): Promise<Principal> {
    const [keyText, ...others] = sentKeyTexts(headers);
    if (keyText === undefined) throw new AuthenticationRefused('missing');
    if (others.length > 0) throw new AuthenticationRefused('malformed');
    const digest = digestOf(keyText);
    if (isRootKey(digest, this.secrets.rootDigests)) {
      if (!this.secrets.isRootAllowedFrom(clientIp)) throw new AuthenticationRefused('foreign_address');
      return { role: 'root' };
    }
    const known = await this.requireKey(keyText, digest);
    const at = this.clock.now();
    const { id, institutionId, role, revokedAt } = known.apiKey;
    if (!isActive(known.apiKey, at)) {
      throw new AuthenticationRefused(revokedAt === null ? 'expired' : 'revoked', { id, institutionId });
    }
    this.upkeep.noteUse(known, keyText, at);
    return { role, institutionId, apiKeyId: id };
  }

  /** The key that has this text, active or not. */
  private async requireKey(keyText: string, digest: Buffer): Promise<KnownApiKey> {
    const id = readKeyId(keyText);
    if (id === undefined) throw new AuthenticationRefused('malformed');
    const known = await this.known.find(id, async () => {
      // The key itself tells its institution: nobody's scope is known before.
      const apiKey = await this.apiKeys.find(PLATFORM_SCOPE, id);
      return apiKey && { apiKey };
    });
    if (known === undefined) throw new AuthenticationRefused('unknown');
    const isProven = known.provenDigest !== undefined && isSameDigest(digest, known.provenDigest);
    if (!isProven && !fitsHash(keyText, known.apiKey, this.secrets.peppers)) {
      throw new AuthenticationRefused('unknown');
    }
    known.provenDigest = digest;
    return known;
  }
}

/** The different keys that a request carries. Credentials of another scheme are no keys: a proxy may add its own. */
function sentKeyTexts(headers: KeyHeaders): string[] {
  const bearer = /^Bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return [...new Set([headers['x-api-key'] ?? [], bearer].flat())].filter((text) => text !== '');
}
