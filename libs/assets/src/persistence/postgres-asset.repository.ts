import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import {
  keyInScope,
  stageInsert,
  stageUpdate,
  whereEqual,
  whereMembers,
  type PostgresStore,
} from '#persistence';
import type { Asset } from '../domain/asset.js';
import { AssetRepository, type AssetFilter } from '../domain/asset-repository.js';
import { AssetEntity } from './asset.entity.js';
import { ASSET_ORDER, fromRow, toRow } from './asset.rows.js';

export class PostgresAssetRepository extends AssetRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  insert(changes: Changes, asset: Asset): void {
    stageInsert(changes, AssetEntity, toRow(asset));
  }

  update(changes: Changes, asset: Asset): void {
    stageUpdate(changes, AssetEntity, toRow(asset));
  }

  async find(scope: Scope, id: string): Promise<Asset | undefined> {
    const row = await this.store.findByKey(AssetEntity, keyInScope(scope, id));
    return row && fromRow(row);
  }

  async list(scope: Scope, filter: AssetFilter, page: PageRequest): Promise<Page<Asset>> {
    const { metadata, ...equal } = filter;
    const rows = await this.store.page(
      AssetEntity,
      scope,
      (query) => {
        whereEqual(query, equal);
        whereMembers(query, 'metadata', metadata);
      },
      ASSET_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }
}
