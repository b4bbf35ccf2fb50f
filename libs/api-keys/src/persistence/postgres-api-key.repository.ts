import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { isInScope, LISTED, stageInsert, stageUpdate, whereEqual, type PostgresStore } from '#persistence';
import type { SelectQueryBuilder } from 'typeorm';
import type { ApiKey } from '../domain/api-key.js';
import { ApiKeyRepository, type ApiKeyFilter } from '../domain/api-key-repository.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_ORDER, fromRow, toRow } from './api-key.rows.js';

export class PostgresApiKeyRepository extends ApiKeyRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  insert(changes: Changes, apiKey: ApiKey): void {
    stageInsert(changes, ApiKeyEntity, toRow(apiKey));
  }

  update(changes: Changes, apiKey: ApiKey): void {
    stageUpdate(changes, ApiKeyEntity, toRow(apiKey));
  }

  async find(scope: Scope, id: string): Promise<ApiKey | undefined> {
    const row = await this.store.findById(ApiKeyEntity, id);
    return row && isInScope(row, scope) ? fromRow(row) : undefined;
  }

  async findOtherAdmin(scope: Scope, id: string, activeAt: Date): Promise<ApiKey | undefined> {
    const { items } = await this.store.page(
      ApiKeyEntity,
      scope,
      (query) => {
        whereEqual(query, { role: 'admin' });
        query.andWhere(`${LISTED}.id <> :id`, { id });
        whereActive(query, activeAt);
      },
      API_KEY_ORDER,
      { limit: 1, order: 'asc' },
    );
    return items[0] && fromRow(items[0]);
  }

  async list(scope: Scope, { activeAt }: ApiKeyFilter, page: PageRequest): Promise<Page<ApiKey>> {
    const rows = await this.store.page(
      ApiKeyEntity,
      scope,
      (query) => {
        if (activeAt !== undefined) whereActive(query, activeAt);
      },
      API_KEY_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }
}

function whereActive(query: SelectQueryBuilder<ApiKeyEntity>, activeAt: Date): void {
  query.andWhere(`${LISTED}.revokedAt IS NULL`);
  query.andWhere(`(${LISTED}.expiresAt IS NULL OR ${LISTED}.expiresAt > :activeAt)`, { activeAt });
}
