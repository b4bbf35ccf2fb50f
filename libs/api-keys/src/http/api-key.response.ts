import { ApiProperty } from '@nestjs/swagger';
import { API_KEY_ROLES, type ApiKey, type IssuedApiKey } from '../domain/api-key.js';

export class ApiKeyResponse {
  @ApiProperty()
  id: string;

  @ApiProperty()
  institutionId: string;

  @ApiProperty()
  label: string;

  @ApiProperty({ enum: API_KEY_ROLES })
  role: string;

  @ApiProperty({ description: 'The beginning of the key, to tell keys apart by.' })
  prefix: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revokedAt: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

export class CreatedApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({ description: 'The key itself. It is shown this once.' })
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
    revokedAt: apiKey.revokedAt?.toISOString() ?? null,
    createdAt: apiKey.createdAt.toISOString(),
  };
}

export function toCreatedApiKeyResponse({ apiKey, keyText }: IssuedApiKey): CreatedApiKeyResponse {
  return { ...toApiKeyResponse(apiKey), apiKey: keyText };
}
