import type { Principal } from '#kernel';
import { apiKeyFaults } from './api-key-faults.js';
import { hashKeyText, keyPrefix, writeKeyText, type Pepper } from './key-text.js';

export const API_KEY_ROLES = ['admin', 'read_only'] as const;
export type ApiKeyRole = (typeof API_KEY_ROLES)[number];

/** What lets a caller in as one institution. The text that callers send is not kept, only its hash is. */
export interface ApiKey {
  readonly id: string;
  readonly institutionId: string;
  readonly label: string;
  readonly role: ApiKeyRole;
  readonly keyHash: string;
  /** Which pepper the hash was made with. */
  readonly pepperVersion: string;
  /** The beginning of the key, by which people tell keys apart. */
  readonly prefix: string;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewApiKey {
  readonly label: string;
  readonly role: ApiKeyRole;
  /** Never, when left out. */
  readonly expiresAt?: Date;
}

/** A new key with the text that only its holder will know. */
export interface IssuedApiKey {
  readonly apiKey: ApiKey;
  readonly keyText: string;
}

/** Neither revoked nor expired. */
export function isActive(apiKey: ApiKey, at: Date): boolean {
  return apiKey.revokedAt === null && (apiKey.expiresAt === null || apiKey.expiresAt > at);
}

/** @throws DomainError `api_key.expiry_past` at `/expiresAt` */
export function issueApiKey(
  input: NewApiKey,
  made: {
    readonly id: string;
    readonly institutionId: string;
    readonly secret: Uint8Array;
    readonly pepper: Pepper;
    readonly at: Date;
  },
): IssuedApiKey {
  if (input.expiresAt !== undefined && input.expiresAt <= made.at) {
    throw apiKeyFaults['api_key.expiry_past'].at('/expiresAt', 'The time must be in the future.');
  }
  const keyText = writeKeyText(made.id, made.secret);
  const apiKey: ApiKey = {
    id: made.id,
    institutionId: made.institutionId,
    label: input.label,
    role: input.role,
    keyHash: hashKeyText(keyText, made.pepper),
    pepperVersion: made.pepper.version,
    prefix: keyPrefix(made.id),
    expiresAt: input.expiresAt ?? null,
    lastUsedAt: null,
    revokedAt: null,
    version: 1,
    createdAt: made.at,
    updatedAt: made.at,
  };
  return { apiKey, keyText };
}

export interface Revocation {
  readonly apiKey: ApiKey;
  /** The keys to be written: none when the key was revoked before. */
  readonly changed: readonly ApiKey[];
}

/**
 * Revokes a key; one that is revoked stays as it is. An admin leaves the institution with at least one active
 * admin key, `otherAdmin`; the root key need not, since it can make a new one.
 *
 * @throws DomainError `api_key.last_admin`
 */
export function revokeApiKey(
  apiKey: ApiKey,
  revocation: { readonly by: Principal; readonly otherAdmin: ApiKey | undefined; readonly at: Date },
): Revocation {
  const { by, otherAdmin, at } = revocation;
  if (apiKey.revokedAt !== null) return { apiKey, changed: [] };
  const revoked = { ...apiKey, revokedAt: at, updatedAt: at, version: apiKey.version + 1 };
  if (by.role === 'root' || apiKey.role !== 'admin' || !isActive(apiKey, at)) {
    return { apiKey: revoked, changed: [revoked] };
  }
  if (otherAdmin === undefined) {
    throw apiKeyFaults['api_key.last_admin'].because('No other admin key of the institution is active.');
  }
  // Two keys that revoke each other at once would each rely on the other: no read of either sees the other's
  // commit. A new version of the key relied on makes the two commits meet, so that one of them is decided anew.
  const reliedOn = { ...otherAdmin, version: otherAdmin.version + 1 };
  return { apiKey: revoked, changed: [revoked, reliedOn] };
}
