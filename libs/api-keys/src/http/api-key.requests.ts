import { Moment, OneOf, Text } from '#http';
import { API_KEY_ROLES, type ApiKeyRole } from '../domain/api-key.js';

export class CreateApiKeyRequest {
  @Text({ example: 'Back office' })
  label: string;

  @OneOf(API_KEY_ROLES)
  role: ApiKeyRole;

  @Moment({ optional: true, description: 'Never, when left out.', example: '2027-01-31T12:00:00.000Z' })
  expiresAt?: Date;
}
