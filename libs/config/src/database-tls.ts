import type { Settings } from './settings.js';

/** How the way to PostgreSQL is encrypted. */
export interface DatabaseTls {
  readonly sslMode: Settings['DB_SSL_MODE'];
  /** Certificates in PEM of the authorities that `verify-full` believes; those that Node knows unless given. */
  readonly sslRootCertificates: string | undefined;
}

/** Parameters of a connection string by which the driver would overrule all that it is told of TLS. */
const TLS_PARAMETERS = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation'];
/** What of libpq asks for encryption, and would be passed over without a word. */
const ENCRYPTED = ['require', 'verify-ca', 'verify-full'];

/**
 * Everything that contradicts itself in what is said of TLS.
 *
 * @param urlName the variable that the connection string is in
 */
export function tlsFaults(
  { DB_SSL_MODE: sslMode }: Partial<Settings>,
  values: Readonly<Record<string, string | undefined>>,
  urlName = 'DATABASE_URL',
): string[] {
  const faults: string[] = [];
  const url = values[urlName] ?? '';
  const found = URL.canParse(url) ? TLS_PARAMETERS.filter((name) => new URL(url).searchParams.has(name)) : [];
  if (found.length > 0) {
    faults.push(
      `${urlName}: may not say ${found.join(', ')}, which would overrule DB_SSL_MODE: say it by DB_SSL_MODE and DB_SSL_ROOT_CERT_FILE instead`,
    );
  }
  if (sslMode === 'disable' && ENCRYPTED.includes(values.PGSSLMODE ?? '')) {
    faults.push('PGSSLMODE: is not read, and asks for encryption: set DB_SSL_MODE to require or verify-full');
  }
  if (sslMode !== undefined && sslMode !== 'verify-full' && values.DB_SSL_ROOT_CERT_FILE !== undefined) {
    faults.push(`DB_SSL_ROOT_CERT_FILE: checks nothing unless DB_SSL_MODE is verify-full; it is ${sslMode}`);
  }
  return faults;
}

/** What an operator should know of a connection that can be read on its way; undefined where there is none. */
export function tlsWarning(url: string, sslMode: DatabaseTls['sslMode']): string | undefined {
  if (sslMode !== 'disable' || isLocal(url)) return undefined;
  return 'The connection to PostgreSQL leaves this machine and is not encrypted: set DB_SSL_MODE to verify-full.';
}

function isLocal(text: string): boolean {
  const url = new URL(text);
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  return host === '' || host.startsWith('/') || /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);
}
