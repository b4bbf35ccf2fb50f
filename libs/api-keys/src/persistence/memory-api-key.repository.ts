import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { isInScope, stageInsert, stageUpdate, type MemoryStore } from '#persistence';
import { hasSuccessor, isActive, type ApiKey } from '../domain/api-key.js';
import {
  ApiKeyRepository,
  type ApiKeyFilter,
  type ApiKeyUse,
  type RenewedHash,
} from '../domain/api-key-repository.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_ORDER, fromRow, toRow } from './api-key.rows.js';

export class MemoryApiKeyRepository extends ApiKeyRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  insert(changes: Changes, apiKey: ApiKey): void {
    stageInsert(changes, ApiKeyEntity, toRow(apiKey));
  }

  update(changes: Changes, apiKey: ApiKey): void {
    stageUpdate(changes, ApiKeyEntity, toRow(apiKey));
  }

  async find(scope: Scope, id: string): Promise<ApiKey | undefined> {
    const row = this.store.findById(ApiKeyEntity, id);
    return Promise.resolve(row && isInScope(row, scope) ? fromRow(row) : undefined);
  }

  async findOtherAdmin(scope: Scope, id: string, activeAt: Date): Promise<ApiKey | undefined> {
    const [row] = this.store.select(
      ApiKeyEntity,
      (other) =>
        isInScope(other, scope) &&
        other.role === 'admin' &&
        other.id !== id &&
        isActive(fromRow(other), activeAt) &&
        !hasSuccessor(fromRow(other)),
      API_KEY_ORDER,
    );
    return Promise.resolve(row && fromRow(row));
  }

  async list(scope: Scope, { activeAt }: ApiKeyFilter, page: PageRequest): Promise<Page<ApiKey>> {
    const rows = this.store.page(
      ApiKeyEntity,
      (row) => isInScope(row, scope) && (activeAt === undefined || isActive(fromRow(row), activeAt)),
      API_KEY_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }

  async noteUses(uses: readonly ApiKeyUse[], minGapMs: number): Promise<void> {
    for (const { id, at } of uses) {
      const row = this.store.findById(ApiKeyEntity, id);
      const notedMs = row?.lastUsedAt?.getTime() ?? -Infinity;
      if (row && at.getTime() - notedMs >= minGapMs) {
        this.store.replace(ApiKeyEntity, { ...row, lastUsedAt: at });
      }
    }
    return Promise.resolve();
  }

  async renewHashes(hashes: readonly RenewedHash[]): Promise<void> {
    for (const { id, keyHash, pepperVersion, oldPepperVersion } of hashes) {
      const row = this.store.findById(ApiKeyEntity, id);
      if (row?.pepperVersion === oldPepperVersion) {
        this.store.replace(ApiKeyEntity, { ...row, keyHash, pepperVersion, version: row.version + 1 });
      }
    }
    return Promise.resolve();
  }
}
