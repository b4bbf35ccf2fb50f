import { isIPv6 } from 'node:net';
import type { Settings } from './settings.js';

type Part = 'PGHOST' | 'PGPORT' | 'PGDATABASE' | 'PGUSER' | 'PGPASSWORD';

/** The connection string that `PGHOST`, `PGPORT` and so on amount to. */
export function urlFromParts(settings: Pick<Settings, Part>): string {
  const url = new URL('postgresql://localhost');
  const { PGHOST: host } = settings;
  if (host.startsWith('/')) url.searchParams.set('host', host);
  else url.hostname = isIPv6(host) ? `[${host}]` : host;
  url.port = String(settings.PGPORT);
  url.pathname = `/${encodeURIComponent(settings.PGDATABASE ?? '')}`;
  if (settings.PGUSER !== undefined) url.username = encodeURIComponent(settings.PGUSER);
  if (settings.PGPASSWORD !== undefined) url.password = encodeURIComponent(settings.PGPASSWORD);
  return url.href;
}
