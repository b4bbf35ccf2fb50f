import { newId } from '#kernel';
import type { ApiKey } from './domain/api-key.js';
import { ApiKeyRepository } from './domain/api-key-repository.js';
import { keyPrefix } from './domain/key-text.js';
import { MemoryApiKeyRepository } from './persistence/memory-api-key.repository.js';
import { PostgresApiKeyRepository } from './persistence/postgres-api-key.repository.js';

export { ApiKeyEntity } from './persistence/api-key.entity.js';

/** Lets suites store and read keys without Nest. */
export const apiKeyBinding = {
  port: ApiKeyRepository,
  postgres: PostgresApiKeyRepository,
  memory: MemoryApiKeyRepository,
};

/** A key that nobody can use: its hash is of no key text. */
export function anApiKey(overrides: Partial<ApiKey> = {}): ApiKey {
  const at = new Date('2026-01-01T00:00:00.000Z');
  const id = overrides.id ?? newId('ak');
  return {
    id,
    institutionId: newId('inst'),
    label: 'Back office',
    role: 'admin',
    keyHash: '0'.repeat(64),
    pepperVersion: '0'.repeat(16),
    prefix: keyPrefix(id),
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: overrides.createdAt ?? at,
    ...overrides,
  };
}
