import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { AssetTemplate } from './asset-template.js';

export interface AssetTemplateFilter {
  readonly code?: string;
  readonly vertical?: string;
  readonly region?: string;
  /** Texts that the config must have as members of its own. */
  readonly config?: Readonly<Record<string, string>>;
}

export abstract class AssetTemplateRepository {
  abstract insert(changes: Changes, template: AssetTemplate): void;

  abstract find(scope: Scope, id: string): Promise<AssetTemplate | undefined>;

  /** Templates that match every given part of the filter, by creation. */
  abstract list(scope: Scope, filter: AssetTemplateFilter, page: PageRequest): Promise<Page<AssetTemplate>>;
}
