import { Moment, OneOf, Text } from '#http';
import { API_KEY_ROLES, type ApiKeyRole } from '../domain/api-key.js';

export class CreateApiKeyRequest {
  @Text()
  label: string;

  @OneOf(API_KEY_ROLES)
  role: ApiKeyRole;

  @Moment({ optional: true, description: 'Never, when left out.' })
  expiresAt?: Date;
}
