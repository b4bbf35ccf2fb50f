import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { Asset } from './asset.js';

export interface AssetFilter {
  readonly templateId?: string;
  /** Texts that the metadata must have as members of its own. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export abstract class AssetRepository {
  abstract insert(changes: Changes, asset: Asset): void;

  /** Guarded by the version before the one that `asset` carries. */
  abstract update(changes: Changes, asset: Asset): void;

  abstract find(scope: Scope, id: string): Promise<Asset | undefined>;

  /** Assets that match every given part of the filter, by creation. */
  abstract list(scope: Scope, filter: AssetFilter, page: PageRequest): Promise<Page<Asset>>;
}
