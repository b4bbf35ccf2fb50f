import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { keyInScope, stageInsert, whereEqual, whereMembers, type PostgresStore } from '#persistence';
import type { AssetTemplate } from '../domain/asset-template.js';
import { AssetTemplateRepository, type AssetTemplateFilter } from '../domain/asset-template-repository.js';
import { AssetTemplateEntity } from './asset-template.entity.js';
import { ASSET_TEMPLATE_ORDER, fromRow, toRow } from './asset-template.rows.js';

export class PostgresAssetTemplateRepository extends AssetTemplateRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  insert(changes: Changes, template: AssetTemplate): void {
    stageInsert(changes, AssetTemplateEntity, toRow(template));
  }

  async find(scope: Scope, id: string): Promise<AssetTemplate | undefined> {
    const row = await this.store.findByKey(AssetTemplateEntity, keyInScope(scope, id));
    return row && fromRow(row);
  }

  async list(scope: Scope, filter: AssetTemplateFilter, page: PageRequest): Promise<Page<AssetTemplate>> {
    const { config, ...equal } = filter;
    const rows = await this.store.page(
      AssetTemplateEntity,
      scope,
      (query) => {
        whereEqual(query, equal);
        whereMembers(query, 'config', config);
      },
      ASSET_TEMPLATE_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }
}
