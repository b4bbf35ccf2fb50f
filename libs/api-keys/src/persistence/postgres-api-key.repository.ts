import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { keyInScope, LISTED, stageInsert, stageUpdate, whereEqual, type PostgresStore } from '#persistence';
import type { SelectQueryBuilder } from 'typeorm';
import type { ApiKey } from '../domain/api-key.js';
import {
  ApiKeyRepository,
  type ApiKeyFilter,
  type ApiKeyUse,
  type RenewedHash,
} from '../domain/api-key-repository.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { API_KEY_ORDER, fromRow, toRow } from './api-key.rows.js';

/*
 * Rows are locked in the order of their ids, as commits lock them, so that neither waits for the other in a circle. What
 * is locked is judged as it is then.
 */
const NOTE_USES = `
  WITH used AS MATERIALIZED (
    SELECT k.id, u.at
    FROM unnest($1::text[], $2::timestamptz[]) AS u (id, at) JOIN api_keys k ON k.id = u.id
    WHERE k.last_used_at IS NULL OR k.last_used_at <= u.at - $3::integer * interval '1 millisecond'
    ORDER BY k.id FOR NO KEY UPDATE OF k
  )
  UPDATE api_keys k SET last_used_at = used.at FROM used WHERE k.id = used.id`;

const RENEW_HASHES = `
  WITH renewed AS MATERIALIZED (
    SELECT k.id, h.key_hash, h.pepper_version
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      AS h (id, key_hash, pepper_version, old_pepper_version) JOIN api_keys k ON k.id = h.id
    WHERE k.pepper_version = h.old_pepper_version
    ORDER BY k.id FOR NO KEY UPDATE OF k
  )
  UPDATE api_keys k
  SET key_hash = r.key_hash, pepper_version = r.pepper_version, version = k.version + 1
  FROM renewed r WHERE k.id = r.id`;

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
    const row = await this.store.findByKey(ApiKeyEntity, keyInScope(scope, id));
    return row && fromRow(row);
  }

  async findOtherAdmin(scope: Scope, id: string, activeAt: Date): Promise<ApiKey | undefined> {
    const { items } = await this.store.page(
      ApiKeyEntity,
      scope,
      (query) => {
        whereEqual(query, { role: 'admin' });
        query.andWhere(`${LISTED}.id <> :id AND ${LISTED}.updatedAt = ${LISTED}.createdAt`, { id });
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

  async noteUses(uses: readonly ApiKeyUse[], minGapMs: number): Promise<void> {
    const moments = uses.map(({ at }) => at.toISOString());
    await this.maintain(NOTE_USES, [uses.map(({ id }) => id), moments, minGapMs]);
  }

  async renewHashes(hashes: readonly RenewedHash[]): Promise<void> {
    await this.maintain(RENEW_HASHES, [
      hashes.map(({ id }) => id),
      hashes.map(({ keyHash }) => keyHash),
      hashes.map(({ pepperVersion }) => pepperVersion),
      hashes.map(({ oldPepperVersion }) => oldPepperVersion),
    ]);
  }

  private async maintain(statement: string, values: unknown[]): Promise<void> {
    await this.store.maintain(ApiKeyEntity, async (repository) =>
      repository.query<unknown>(statement, values),
    );
  }
}

function whereActive(query: SelectQueryBuilder<ApiKeyEntity>, activeAt: Date): void {
  query.andWhere(`${LISTED}.revokedAt IS NULL`);
  query.andWhere(`(${LISTED}.expiresAt IS NULL OR ${LISTED}.expiresAt > :activeAt)`, { activeAt });
}
