import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { ApiKey } from './api-key.js';

export interface ApiKeyFilter {
  /** Keys that are active at this moment; all keys when left out. */
  readonly activeAt?: Date;
}

export abstract class ApiKeyRepository {
  abstract insert(changes: Changes, apiKey: ApiKey): void;

  /** Guarded by the version before the one that `apiKey` carries. */
  abstract update(changes: Changes, apiKey: ApiKey): void;

  abstract find(scope: Scope, id: string): Promise<ApiKey | undefined>;

  /** The oldest admin key of the scope that is active at a moment and is not the one with `id`. */
  abstract findOtherAdmin(scope: Scope, id: string, activeAt: Date): Promise<ApiKey | undefined>;

  /** Keys that match every given part of the filter, by creation. */
  abstract list(scope: Scope, filter: ApiKeyFilter, page: PageRequest): Promise<Page<ApiKey>>;
}
