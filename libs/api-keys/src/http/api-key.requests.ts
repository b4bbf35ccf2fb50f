import { JsonWholeNumber, Moment, OneOf, OptionalBody, Text } from '#http';
import { API_KEY_ROLES, type ApiKeyRole } from '../domain/api-key.js';

export class CreateApiKeyRequest {
  @Text({ example: 'Back office' })
  label: string;

  @OneOf(API_KEY_ROLES)
  role: ApiKeyRole;

  @Moment({ optional: true, description: 'Never, when left out.', example: '2027-01-31T12:00:00.000Z' })
  expiresAt?: Date;
}

const MAX_OVERLAP_SECONDS = 30 * 86_400;

@OptionalBody()
export class RotateApiKeyRequest {
  @JsonWholeNumber({
    min: 0,
    max: MAX_OVERLAP_SECONDS,
    default: 0,
    description: 'For how long the old key goes on. It ends earlier where it would have expired earlier.',
    example: 3600,
  })
  overlapSeconds?: number;
}
