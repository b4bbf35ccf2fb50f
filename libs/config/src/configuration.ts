import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { tlsFaults, tlsWarning, type DatabaseTls } from './database-tls.js';
import { SECRET_SETTINGS, settingsSchema, type Settings } from './settings.js';

export interface DatabaseConfiguration extends DatabaseTls {
  readonly url: string;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

export type StoreConfiguration =
  { readonly backend: 'memory' } | { readonly backend: 'postgres'; readonly database: DatabaseConfiguration };

/** Everything the service was told, checked and frozen. */
export interface Configuration {
  readonly store: StoreConfiguration;
  readonly http: { readonly host: string; readonly port: number };
  /** Root keys in force; empty when the root key is off. */
  readonly rootApiKeys: readonly string[];
  /** Addresses and networks from which root keys work; empty: from everywhere. */
  readonly rootApiKeyAllowedCidrs: readonly string[];
  /** Addresses and networks of the proxies whose word on a client's address is taken; empty: nobody's. */
  readonly trustedProxies: readonly string[];
  /** HMAC keys of stored API-key hashes, the current one first. */
  readonly apiKeyPeppers: readonly string[];
  /** For how long a key may be taken for what it was. */
  readonly apiKeyMaxAgeMs: number;
  /** For how long the answer to a command that carried a key is kept at least. */
  readonly idempotencyTtlHours: number;
  /** Of each process, in a window; 0 is no limit. */
  readonly rateLimits: {
    readonly windowSeconds: number;
    readonly requestsPerKey: number;
    readonly failedAuthPerSource: number;
  };
  /** Of one kind, for one institution, by each process; 0 is none. */
  readonly auditRefusalsPerMinute: number;
  /** Keys in PEM: the private one that history is sealed with, if it is, and the public ones of those before it. */
  readonly seals: {
    readonly signingKey: string | undefined;
    readonly publicKeys: readonly string[];
    readonly intervalMs: number;
  };
  /** Origins whose pages may call the service from a browser. */
  readonly corsAllowedOrigins: readonly string[];
  readonly docsEnabled: boolean;
  readonly logLevel: Settings['LOG_LEVEL'];
  /** What was allowed that an operator should know of, each in a sentence. */
  readonly warnings: readonly string[];
}

/** Why the process cannot start: all faults, each in words. The message names no secret. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n  - ${faults.join('\n  - ')}`,
    );
    this.name = 'ConfigurationError';
  }
}

const MIN_PRODUCTION_SECRET_LENGTH = 32;

/**
 * Reads the configuration from environment variables.
 *
 * @throws ConfigurationError listing every fault at once
 */
export function loadConfiguration(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Configuration {
  const faults: string[] = [];
  const values = withSecretFiles(environment, faults);
  const settings = readSettings(values, faults);
  checkTogether(settings, values, faults);
  if (faults.length > 0) throw new ConfigurationError(faults);
  return deepFreeze(toConfiguration(settings as Settings));
}

/**
 * Reads from environment variables how the way to PostgreSQL is encrypted, for those who know the rest.
 *
 * @param urlName the variable that the connection string is in, which may not contradict
 * @throws ConfigurationError listing every fault at once
 */
export function loadDatabaseTls(
  environment: Readonly<Record<string, string | undefined>>,
  urlName: string,
): DatabaseTls {
  const faults: string[] = [];
  const values = withoutEmpty(environment);
  const { DB_SSL_MODE, DB_SSL_ROOT_CERT_FILE } = settingsSchema.shape;
  const settings = readSettings(values, faults, { DB_SSL_MODE, DB_SSL_ROOT_CERT_FILE });
  faults.push(...tlsFaults(settings, values, urlName));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return tlsOf(settings as Settings);
}

/** Reads each setting by itself, so that a fault in one hides none in another; one at fault is left out. */
function readSettings(
  values: Readonly<Record<string, string | undefined>>,
  faults: string[],
  schemas: Partial<typeof settingsSchema.shape> = settingsSchema.shape,
): Partial<Settings> {
  const read = Object.entries(schemas).map(([name, schema]) => {
    const parsed = schema.safeParse(values[name]);
    if (parsed.success) return [name, parsed.data];
    faults.push(`${name}: ${lowerFirst(parsed.error.issues[0]?.message ?? 'is malformed')}`);
    return [name, undefined];
  });
  return Object.fromEntries(read) as Partial<Settings>;
}

/** What settings ask of each other. What was given but is malformed has been reported and is not missing. */
function checkTogether(
  settings: Partial<Settings>,
  values: Readonly<Record<string, string | undefined>>,
  faults: string[],
): void {
  const production = settings.NODE_ENV === 'production';
  const durable = settings.STORE_BACKEND === 'postgres';
  if (values.STORE_BACKEND === undefined && settings.DATABASE_URL !== undefined) {
    faults.push(
      'STORE_BACKEND: must be set where DATABASE_URL is, since memory would pass the database over',
    );
  }
  if (durable && values.DATABASE_URL === undefined && values.PGDATABASE === undefined) {
    faults.push('DATABASE_URL: is required when STORE_BACKEND is postgres (or set PGHOST and PGDATABASE)');
  }
  if ((production || durable) && values.API_KEY_PEPPER === undefined) {
    faults.push(
      'API_KEY_PEPPER: is required, since stored API keys could not be checked after a restart without it',
    );
  }
  if (durable) faults.push(...tlsFaults(settings, values));
  for (const name of ['ROOT_API_KEY', 'API_KEY_PEPPER'] as const) {
    if (production && settings[name]?.some((secret) => secret.length < MIN_PRODUCTION_SECRET_LENGTH)) {
      faults.push(`${name}: must have at least ${MIN_PRODUCTION_SECRET_LENGTH} characters in production`);
    }
  }
}

function toConfiguration(settings: Settings): Configuration {
  const store = toStore(settings);
  return {
    store,
    http: { host: settings.HOST, port: settings.PORT },
    rootApiKeys: settings.ROOT_API_KEY ?? [],
    rootApiKeyAllowedCidrs: settings.ROOT_API_KEY_ALLOWED_CIDRS ?? [],
    trustedProxies: settings.TRUSTED_PROXIES ?? [],
    // Keys in memory end with the process, so a pepper of its own is as good as a kept one.
    apiKeyPeppers: settings.API_KEY_PEPPER ?? [randomBytes(32).toString('hex')],
    apiKeyMaxAgeMs: settings.API_KEY_MAX_AGE_MS,
    idempotencyTtlHours: settings.IDEMPOTENCY_TTL_HOURS,
    rateLimits: {
      windowSeconds: settings.RATE_LIMIT_WINDOW_SECONDS,
      requestsPerKey: settings.RATE_LIMIT_REQUESTS_PER_KEY,
      failedAuthPerSource: settings.RATE_LIMIT_FAILED_AUTH_PER_SOURCE,
    },
    auditRefusalsPerMinute: settings.AUDIT_REFUSALS_PER_MINUTE,
    seals: {
      signingKey: settings.SEAL_SIGNING_KEY_FILE,
      publicKeys: settings.SEAL_PUBLIC_KEYS_FILE ?? [],
      intervalMs: settings.SEAL_INTERVAL_SECONDS * 1_000,
    },
    corsAllowedOrigins: settings.CORS_ALLOWED_ORIGINS ?? [],
    docsEnabled: settings.DOCS_ENABLED,
    logLevel: settings.LOG_LEVEL,
    warnings: warningsOf(settings, store),
  };
}

function withSecretFiles(
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): Record<string, string | undefined> {
  const values = withoutEmpty(environment);
  for (const name of SECRET_SETTINGS) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    if (values[name] !== undefined) {
      faults.push(`${name}: is set both directly and through ${name}_FILE`);
      continue;
    }
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch {
      faults.push(`${name}_FILE: the file ${file} cannot be read`);
    }
  }
  return values;
}

/** An empty variable is how compose files and manifests say "not set". */
function withoutEmpty(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function toStore(settings: Settings): StoreConfiguration {
  if (settings.STORE_BACKEND === 'memory') return { backend: 'memory' };
  return {
    backend: 'postgres',
    database: {
      url: settings.DATABASE_URL ?? urlFromParts(settings),
      poolMax: settings.DB_POOL_MAX,
      connectTimeoutMs: settings.DB_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: settings.DB_STATEMENT_TIMEOUT_MS,
      ...tlsOf(settings),
    },
  };
}

function tlsOf({ DB_SSL_MODE, DB_SSL_ROOT_CERT_FILE }: Settings): DatabaseTls {
  return { sslMode: DB_SSL_MODE, sslRootCertificates: DB_SSL_ROOT_CERT_FILE };
}

function warningsOf(settings: Settings, store: StoreConfiguration): string[] {
  if (settings.NODE_ENV !== 'production' || store.backend === 'memory') return [];
  const warning = tlsWarning(store.database.url, store.database.sslMode);
  return warning === undefined ? [] : [warning];
}

function urlFromParts(settings: Settings): string {
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

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value))
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  return Object.freeze(value);
}
