import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { hasEqual, hasMembers, isInScope, stageInsert, stageUpdate, type MemoryStore } from '#persistence';
import type { Asset } from '../domain/asset.js';
import { AssetRepository, type AssetFilter } from '../domain/asset-repository.js';
import { AssetEntity } from './asset.entity.js';
import { ASSET_ORDER, fromRow, toRow } from './asset.rows.js';

export class MemoryAssetRepository extends AssetRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  insert(changes: Changes, asset: Asset): void {
    stageInsert(changes, AssetEntity, toRow(asset));
  }

  update(changes: Changes, asset: Asset): void {
    stageUpdate(changes, AssetEntity, toRow(asset));
  }

  async find(scope: Scope, id: string): Promise<Asset | undefined> {
    const row = this.store.findById(AssetEntity, id);
    return Promise.resolve(row && isInScope(row, scope) ? fromRow(row) : undefined);
  }

  async list(scope: Scope, filter: AssetFilter, page: PageRequest): Promise<Page<Asset>> {
    const { metadata, ...equal } = filter;
    const rows = this.store.page(
      AssetEntity,
      (row) => isInScope(row, scope) && hasEqual(row, equal) && hasMembers(row.metadata, metadata),
      ASSET_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }
}
