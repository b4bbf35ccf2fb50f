import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { hasEqual, hasMembers, isInScope, stageInsert, type MemoryStore } from '#persistence';
import type { AssetTemplate } from '../domain/asset-template.js';
import { AssetTemplateRepository, type AssetTemplateFilter } from '../domain/asset-template-repository.js';
import { AssetTemplateEntity } from './asset-template.entity.js';
import { ASSET_TEMPLATE_ORDER, fromRow, toRow } from './asset-template.rows.js';

export class MemoryAssetTemplateRepository extends AssetTemplateRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  insert(changes: Changes, template: AssetTemplate): void {
    stageInsert(changes, AssetTemplateEntity, toRow(template));
  }

  async find(scope: Scope, id: string): Promise<AssetTemplate | undefined> {
    const row = this.store.findById(AssetTemplateEntity, id);
    return Promise.resolve(row && isInScope(row, scope) ? fromRow(row) : undefined);
  }

  async list(scope: Scope, filter: AssetTemplateFilter, page: PageRequest): Promise<Page<AssetTemplate>> {
    const { config, ...equal } = filter;
    const rows = this.store.page(
      AssetTemplateEntity,
      (row) => isInScope(row, scope) && hasEqual(row, equal) && hasMembers(row.config, config),
      ASSET_TEMPLATE_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }
}
