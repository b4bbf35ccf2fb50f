import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { ApiKey } from './api-key.js';

export interface ApiKeyFilter {
  /** Keys that are active at this moment; all keys when left out. */
  readonly activeAt?: Date;
}

/** That a key let somebody in. */
export interface ApiKeyUse {
  readonly id: string;
  readonly at: Date;
}

/** The hash of the same key text, made with another pepper. */
export interface RenewedHash {
  readonly id: string;
  readonly keyHash: string;
  readonly pepperVersion: string;
  /** The pepper that the stored hash must still be made with. */
  readonly oldPepperVersion: string;
}

export abstract class ApiKeyRepository {
  abstract insert(changes: Changes, apiKey: ApiKey): void;

  /** Guarded by the version before the one that `apiKey` carries. */
  abstract update(changes: Changes, apiKey: ApiKey): void;

  abstract find(scope: Scope, id: string): Promise<ApiKey | undefined>;

  /**
   * The oldest admin key of the scope that is active at a moment, is not the one with `id`, and does not merely live on
   * beside its successor.
   */
  abstract findOtherAdmin(scope: Scope, id: string, activeAt: Date): Promise<ApiKey | undefined>;

  /** Keys that match every given part of the filter, by creation. */
  abstract list(scope: Scope, filter: ApiKeyFilter, page: PageRequest): Promise<Page<ApiKey>>;

  /**
   * Notes when keys were last used, each only when that is at least `minGapMs` later than what is noted of it; one use
   * of a key. No command, so no commit: it gives no new version, and no update of a key changes what is noted.
   */
  abstract noteUses(uses: readonly ApiKeyUse[], minGapMs: number): Promise<void>;

  /**
   * Exchanges the hashes of keys, each only while it is still made with the pepper before; one hash of a key. No
   * command, so no commit; yet a new version, so that no update brings an old hash back.
   */
  abstract renewHashes(hashes: readonly RenewedHash[]): Promise<void>;
}
