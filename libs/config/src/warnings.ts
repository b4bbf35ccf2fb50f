import { tlsWarning } from './database-tls.js';
import type { Settings } from './settings.js';

const NEARLY_PRODUCTION = /^\s*(prod|live)/i;

/**
 * What is allowed and an operator should know of, each in a sentence that names no value.
 *
 * @param databaseUrl the connection string, where there is one
 */
export function warningsOf(settings: Settings, databaseUrl: string | undefined): string[] {
  const warnings: string[] = [];
  const { NODE_ENV: kind = '' } = settings;
  if (kind === 'production') {
    const warning = databaseUrl === undefined ? undefined : tlsWarning(databaseUrl, settings.DB_SSL_MODE);
    if (warning !== undefined) warnings.push(warning);
  } else if (NEARLY_PRODUCTION.test(kind)) {
    warnings.push(
      'NODE_ENV looks like production and is not: secrets are strictly checked for "production".',
    );
  }
  if (settings.TRUSTED_PROXIES?.some((network) => network.endsWith('/0'))) {
    warnings.push(
      'TRUSTED_PROXIES believes everybody: whoever connects may claim any address, also one that root keys work from.',
    );
  }
  return warnings;
}
