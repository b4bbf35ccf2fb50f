import type { Configuration } from '#config';

/** Why settings that were read again cannot take the place of others while the service runs; undefined if they can. */
export function refusalOfReload(before: Configuration, after: Configuration): string | undefined {
  if (after.http.host !== before.http.host || after.http.port !== before.http.port) {
    return 'HOST and PORT cannot change while the service runs: stop and start it. The old workers go on.';
  }
  if (before.store.backend === 'memory' && after.store.backend === 'memory') {
    return 'Settings are not read again on memory, since new workers would begin with nothing. The old worker goes on.';
  }
  if (before.store.backend === 'postgres' && after.store.backend === 'memory') {
    return 'A service on PostgreSQL cannot go on in memory, where it would begin with nothing. The old workers go on.';
  }
  const isMoved = before.store.backend === 'memory';
  if (isMoved && before.apiKeyPeppers.some((pepper) => !after.apiKeyPeppers.includes(pepper))) {
    return 'A store is taken over with its API keys, which need the API_KEY_PEPPER that they were made with. The old worker goes on.';
  }
  return undefined;
}
