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
  /** When it was revoked or rotated, or else when it was created. */
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

/** What an issued key is made of. */
export interface Ingredients {
  readonly id: string;
  readonly secret: Uint8Array;
  readonly pepper: Pepper;
  readonly at: Date;
}

/** Whether an active key was rotated, and only lives on for its overlap: nothing else moves the time of its update. */
export function hasSuccessor({ createdAt, updatedAt }: ApiKey): boolean {
  return updatedAt.getTime() !== createdAt.getTime();
}

/** @throws DomainError `api_key.expiry_past` at `/expiresAt` */
export function issueApiKey(
  input: NewApiKey,
  made: Ingredients & { readonly institutionId: string },
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

export interface Rotation {
  readonly successor: IssuedApiKey;
  /** The key that was rotated, which ends with its overlap. */
  readonly ending: ApiKey;
}

/** The last moment that RFC 3339 can write. */
const LAST_MOMENT_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Gives a key a successor of the same label and role, which lives as long as the key was made to live, and lets the key
 * itself end after an overlap, unless it expires before. A key has one successor: its own expiry, by which that of
 * another one would be reckoned, is gone.
 *
 * @throws DomainError `api_key.not_active`; `api_key.rotated_before`
 */
export function rotateApiKey(apiKey: ApiKey, overlapSeconds: number, made: Ingredients): Rotation {
  const { institutionId, label, role, createdAt } = apiKey;
  const { at } = made;
  if (!isActive(apiKey, at)) {
    throw apiKeyFaults['api_key.not_active'].because('The API key is revoked or expired.');
  }
  if (hasSuccessor(apiKey)) {
    throw apiKeyFaults['api_key.rotated_before'].because('The API key has a successor already.');
  }
  const endsMs = at.getTime() + overlapSeconds * 1000;
  const expiresAtMs = apiKey.expiresAt?.getTime() ?? Infinity;
  const successorEndsMs = Math.min(at.getTime() + expiresAtMs - createdAt.getTime(), LAST_MOMENT_MS);
  const expiry = apiKey.expiresAt === null ? {} : { expiresAt: new Date(successorEndsMs) };
  return {
    successor: issueApiKey({ label, role, ...expiry }, { ...made, institutionId }),
    ending: {
      ...apiKey,
      expiresAt: new Date(Math.min(endsMs, expiresAtMs)),
      // Also where the clock has not moved on since the key was made.
      updatedAt: new Date(Math.max(at.getTime(), createdAt.getTime() + 1)),
      version: apiKey.version + 1,
    },
  };
}
