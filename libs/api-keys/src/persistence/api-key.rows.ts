import type { ApiKey, ApiKeyRole } from '../domain/api-key.js';
import type { ApiKeyEntity } from './api-key.entity.js';

export const API_KEY_ORDER = ['createdAt', 'id'] as const;

export function toRow(apiKey: ApiKey): ApiKeyEntity {
  return { ...apiKey };
}

export function fromRow(row: ApiKeyEntity): ApiKey {
  return { ...row, role: row.role as ApiKeyRole };
}
