import { randomBytes } from 'node:crypto';
import type { Decision } from '#commands';
import { InstitutionsService } from '#institutions';
import {
  Clock,
  institutionScope,
  newId,
  scopeOf,
  type Page,
  type PageRequest,
  type Principal,
  type Scope,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import { ApiKeySecrets } from './api-key-secrets.js';
import {
  issueApiKey,
  revokeApiKey,
  rotateApiKey,
  type ApiKey,
  type Ingredients,
  type IssuedApiKey,
  type NewApiKey,
} from './domain/api-key.js';
import { apiKeyFaults } from './domain/api-key-faults.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { KnownApiKeys } from './known-api-keys.js';

const SECRET_BYTES = 32;

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly apiKeys: ApiKeyRepository,
    private readonly institutions: InstitutionsService,
    private readonly known: KnownApiKeys,
    private readonly secrets: ApiKeySecrets,
    private readonly clock: Clock,
  ) {}

  async create(scope: Scope, institutionId: string, input: NewApiKey): Promise<Decision<IssuedApiKey>> {
    // Issued first: a request is told of its own faults before it is told what exists.
    const issued = issueApiKey(input, { ...this.ingredients(), institutionId });
    await this.institutions.require(scope, institutionId);
    const { apiKey } = issued;
    return {
      result: issued,
      stage: (changes) => this.apiKeys.insert(changes, apiKey),
      audit: {
        ...auditedKey('API_KEY_CREATED', apiKey),
        payload: {
          role: apiKey.role,
          prefix: apiKey.prefix,
          expiresAt: apiKey.expiresAt?.toISOString() ?? null,
        },
      },
    };
  }

  /** Revoking a revoked key decides to write nothing; that it was asked for is on record all the same. */
  async revoke(caller: Principal, institutionId: string, id: string): Promise<Decision<ApiKey>> {
    await this.institutions.require(scopeOf(caller), institutionId);
    const scope = institutionScope(institutionId);
    const at = this.clock.now();
    const apiKey = await this.require(scope, id);
    const otherAdmin = await this.apiKeys.findOtherAdmin(scope, id, at);
    const revocation = revokeApiKey(apiKey, { by: caller, otherAdmin, at });
    return {
      result: revocation.apiKey,
      stage: (changes) => {
        for (const changed of revocation.changed) this.apiKeys.update(changes, changed);
      },
      audit: {
        ...auditedKey('API_KEY_REVOKED', apiKey),
        payload: { role: apiKey.role, prefix: apiKey.prefix, wasRevokedBefore: apiKey.revokedAt !== null },
      },
      concluded: () => {
        for (const changed of revocation.changed) this.known.forget(changed.id);
      },
    };
  }

  /**
   * The result is the successor. No rule about the last admin key is needed: the successor of one is active with the
   * commit that ends it, and whoever relied on the key that ends meets its new version.
   */
  async rotate(
    scope: Scope,
    institutionId: string,
    id: string,
    { overlapSeconds }: { readonly overlapSeconds: number },
  ): Promise<Decision<IssuedApiKey>> {
    await this.institutions.require(scope, institutionId);
    const apiKey = await this.require(institutionScope(institutionId), id);
    const { successor, ending } = rotateApiKey(apiKey, overlapSeconds, this.ingredients());
    return {
      result: successor,
      stage: (changes) => {
        this.apiKeys.update(changes, ending);
        this.apiKeys.insert(changes, successor.apiKey);
      },
      audit: {
        ...auditedKey('API_KEY_ROTATED', apiKey),
        payload: {
          role: apiKey.role,
          prefix: apiKey.prefix,
          overlapSeconds,
          expiresAt: ending.expiresAt?.toISOString() ?? null,
          successorId: successor.apiKey.id,
          successorPrefix: successor.apiKey.prefix,
        },
      },
      concluded: () => this.known.forget(ending.id),
    };
  }

  /** Active keys; with `includeRevoked`, also those that are revoked or expired. */
  async list(
    scope: Scope,
    institutionId: string,
    { includeRevoked }: { readonly includeRevoked: boolean },
    page: PageRequest,
  ): Promise<Page<ApiKey>> {
    await this.institutions.require(scope, institutionId);
    const filter = includeRevoked ? {} : { activeAt: this.clock.now() };
    return this.apiKeys.list(institutionScope(institutionId), filter, page);
  }

  private async require(scope: Scope, id: string): Promise<ApiKey> {
    const apiKey = await this.apiKeys.find(scope, id);
    if (apiKey === undefined) throw apiKeyFaults['api_key.unknown'].because('There is no such API key.');
    return apiKey;
  }

  private ingredients(): Ingredients {
    return {
      id: newId('ak'),
      secret: randomBytes(SECRET_BYTES),
      pepper: this.secrets.currentPepper,
      at: this.clock.now(),
    };
  }
}

function auditedKey(
  action: 'API_KEY_CREATED' | 'API_KEY_REVOKED' | 'API_KEY_ROTATED',
  apiKey: ApiKey,
): Decision<unknown>['audit'] {
  return { action, institutionId: apiKey.institutionId, resourceType: 'api_key', resourceId: apiKey.id };
}
