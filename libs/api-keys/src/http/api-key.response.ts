import { idSchema, TIME_SCHEMA } from '#http';
import { ApiProperty } from '@nestjs/swagger';
import { API_KEY_ROLES, type ApiKey, type IssuedApiKey } from '../domain/api-key.js';

export class ApiKeyResponse {
  @ApiProperty(idSchema('ak'))
  id: string;

  @ApiProperty(idSchema('inst'))
  institutionId: string;

  @ApiProperty({ type: 'string', example: 'Back office' })
  label: string;

  @ApiProperty({ enum: API_KEY_ROLES })
  role: string;

  @ApiProperty({
    type: 'string',
    pattern: '^egk_[0-9a-z]{26}$',
    example: 'egk_01kc5tvfk6n2z5x3y8b4k7dm0p',
    description: 'The beginning of the key, to tell keys apart by.',
  })
  prefix: string;

  @ApiProperty({ ...TIME_SCHEMA, nullable: true, example: '2027-01-31T12:00:00.000Z' })
  expiresAt: string | null;

  @ApiProperty({
    ...TIME_SCHEMA,
    nullable: true,
    example: null,
    description: 'To the minute: it is noted a little after a use, and not anew for a minute.',
  })
  lastUsedAt: string | null;

  @ApiProperty({ ...TIME_SCHEMA, nullable: true, example: null })
  revokedAt: string | null;

  @ApiProperty(TIME_SCHEMA)
  createdAt: string;
}

export class CreatedApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({
    type: 'string',
    pattern: '^egk_[0-9a-z]{26}_[0-9a-f]{64}_[0-9a-f]{8}$',
    nullable: true,
    example: `egk_01kc5tvfk6n2z5x3y8b4k7dm0p_${'0123456789abcdef'.repeat(4)}_5b1d0f3a`,
    description: 'The key itself. It is shown this once: null when the answer is given again.',
  })
  apiKey: string;
}

export function toApiKeyResponse(apiKey: ApiKey): ApiKeyResponse {
  return {
    id: apiKey.id,
    institutionId: apiKey.institutionId,
    label: apiKey.label,
    role: apiKey.role,
    prefix: apiKey.prefix,
    expiresAt: apiKey.expiresAt?.toISOString() ?? null,
    lastUsedAt: apiKey.lastUsedAt?.toISOString() ?? null,
    revokedAt: apiKey.revokedAt?.toISOString() ?? null,
    createdAt: apiKey.createdAt.toISOString(),
  };
}

export function toCreatedApiKeyResponse({ apiKey, keyText }: IssuedApiKey): CreatedApiKeyResponse {
  return { ...toApiKeyResponse(apiKey), apiKey: keyText };
}
