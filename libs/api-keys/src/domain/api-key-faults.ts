import { declareFaults } from '#kernel';

export const apiKeyFaults = declareFaults({
  'api_key.unknown': {
    kind: 'unknown',
    title: 'Unknown API key',
    meaning: 'There is no such API key, or it is not one of that institution.',
  },
  'api_key.expiry_past': {
    kind: 'malformed',
    title: 'Expiry not in the future',
    meaning: 'An API key must expire later than it is created.',
  },
  'api_key.not_active': {
    kind: 'conflict',
    title: 'API key not active',
    meaning: 'A revoked or expired API key cannot be rotated. Create a new one.',
  },
  'api_key.rotated_before': {
    kind: 'conflict',
    title: 'API key rotated before',
    meaning:
      'The API key has a successor already and only lives on for its overlap. Rotate the successor, or create a new key.',
  },
  'api_key.last_admin': {
    kind: 'conflict',
    title: 'Last admin key',
    meaning:
      'No other active admin key of the institution would be left, but for those that end with the overlap of their rotation. Create one first, or have the root key revoke this one.',
  },
});

export const authFaults = declareFaults({
  'auth.missing_key': {
    kind: 'unauthenticated',
    title: 'Missing API key',
    meaning: 'The request carries no API key: send it as `X-API-Key` or as `Authorization: Bearer`.',
  },
  'auth.invalid_key': {
    kind: 'unauthenticated',
    title: 'Invalid API key',
    meaning:
      'The API key is malformed, unknown, expired, revoked or not taken from this address, which are not told apart, or two different keys were sent.',
  },
});
