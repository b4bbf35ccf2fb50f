import { randomBytes } from 'node:crypto';
import { tlsFaults, type DatabaseTls } from './database-tls.js';
import { givenValues, type Environment } from './given-values.js';
import { settingsSchema, type Settings } from './settings.js';
import { urlFromParts } from './url-from-parts.js';
import { warningsOf } from './warnings.js';

export interface DatabaseConfiguration extends DatabaseTls {
  readonly url: string;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Whether a pooler in transaction mode stands between: no start-up parameters, no named statements. */
  readonly isPooled: boolean;
  /** Which commands may share a transaction. */
  readonly commitGrouping: Settings['COMMIT_GROUPING'];
}

/** The database that migrations work on. */
export interface MigrationsDatabase extends DatabaseTls {
  readonly url: string;
}

export type StoreConfiguration =
  | {
      readonly backend: 'memory';
      /** Export that the store is filled with before anything is served. */
      readonly importFile: string | undefined;
    }
  | { readonly backend: 'postgres'; readonly database: DatabaseConfiguration };

/** Everything the service was told, checked and frozen. */
export interface Configuration {
  readonly store: StoreConfiguration;
  readonly http: { readonly host: string; readonly port: number };
  /** How many processes serve requests; memory has one. */
  readonly workers: number;
  readonly shutdown: { readonly drainMs: number; readonly deadlineMs: number };
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
  /** Bearer token that metrics may be read with, beside root keys. */
  readonly metricsToken: string | undefined;
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
 * Reads the configuration from environment variables, and from the files that they name.
 *
 * @throws ConfigurationError listing every fault at once
 */
export function loadConfiguration(environment: Environment = process.env): Configuration {
  const faults: string[] = [];
  const values = givenValues(environment, faults);
  const settings = readSettings(values, faults, Object.keys(settingsSchema.shape) as (keyof Settings)[]);
  checkTogether(settings, values, faults);
  return deepFreeze(toConfiguration(whole(settings, faults)));
}

/** How to reach the database of the service. */
const CONNECTION = [
  ...(['DATABASE_URL', 'DB_POOLER', 'DB_SSL_MODE', 'DB_SSL_ROOT_CERT_FILE'] as const),
  ...(['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'] as const),
] as const;

/**
 * Reads where to migrate: the direct way, where the service itself goes through a pooler.
 *
 * @throws ConfigurationError listing every fault at once
 */
export function loadMigrationsDatabase(environment: Environment): MigrationsDatabase {
  const faults: string[] = [];
  const values = givenValues(environment, faults, ['DATABASE_URL', 'MIGRATIONS_DATABASE_URL', 'PGPASSWORD']);
  const settings = readSettings(values, faults, [...CONNECTION, 'MIGRATIONS_DATABASE_URL']);
  const isDirect = values.MIGRATIONS_DATABASE_URL !== undefined;
  if (!isDirect && values.DATABASE_URL === undefined && values.PGDATABASE === undefined) {
    faults.push('MIGRATIONS_DATABASE_URL: is required (or set DATABASE_URL, or PGHOST and PGDATABASE)');
  }
  if (!isDirect && settings.DB_POOLER === true) {
    faults.push('MIGRATIONS_DATABASE_URL: is required where DB_POOLER is true, to go past the pooler');
  }
  faults.push(...tlsFaults(settings, values, isDirect ? 'MIGRATIONS_DATABASE_URL' : 'DATABASE_URL'));
  const read = whole(settings, faults);
  return { url: read.MIGRATIONS_DATABASE_URL ?? read.DATABASE_URL ?? urlFromParts(read), ...tlsOf(read) };
}

const STORE = [
  ...CONNECTION,
  ...(['DB_POOL_MAX', 'DB_CONNECT_TIMEOUT_MS', 'DB_STATEMENT_TIMEOUT_MS', 'COMMIT_GROUPING'] as const),
] as const;
const SEALS = ['SEAL_SIGNING_KEY_FILE', 'SEAL_PUBLIC_KEYS_FILE', 'SEAL_INTERVAL_SECONDS'] as const;

/**
 * Reads what a command line needs that works on the service's database: how to reach it, and the keys of its seals. The
 * service's other settings are not looked at.
 *
 * @param given what takes the place of settings
 * @throws ConfigurationError listing every fault at once
 */
export function loadStoreConfiguration(
  environment: Environment,
  given: Environment = {},
): Pick<Configuration, 'store' | 'seals'> {
  const faults: string[] = [];
  const values = { ...givenValues(environment, faults, ['DATABASE_URL', 'PGPASSWORD']), ...given };
  const settings = readSettings(values, faults, [...STORE, ...SEALS]);
  faults.push(...databaseFaults(settings, values));
  const read = whole(settings, faults);
  return deepFreeze({ store: { backend: 'postgres', database: toDatabase(read) }, seals: toSeals(read) });
}

/**
 * Reads the root keys in force, as the service would. Its other settings are not looked at.
 *
 * @throws ConfigurationError listing every fault at once
 */
export function loadRootApiKeys(environment: Environment): readonly string[] {
  const faults: string[] = [];
  const values = givenValues(environment, faults, ['ROOT_API_KEY']);
  return whole(readSettings(values, faults, ['ROOT_API_KEY']), faults).ROOT_API_KEY ?? [];
}

/** Reads each setting by itself, so that a fault in one hides none in another; one at fault is left out. */
function readSettings<Name extends keyof Settings>(
  values: Environment,
  faults: string[],
  names: readonly Name[],
): Partial<Pick<Settings, Name>> {
  const read = names.map((name) => {
    const parsed = settingsSchema.shape[name].safeParse(values[name]);
    if (parsed.success) return [name, parsed.data];
    faults.push(`${name}: ${lowerFirst(parsed.error.issues[0]?.message ?? 'is malformed')}`);
    return [name, undefined];
  });
  return Object.fromEntries(read) as Partial<Pick<Settings, Name>>;
}

/** Where nothing is at fault, nothing was left out. @throws ConfigurationError listing all faults */
function whole<Read>(settings: Partial<Read>, faults: readonly string[]): Read {
  if (faults.length > 0) throw new ConfigurationError(faults);
  return settings as Read;
}

function databaseFaults(settings: Partial<Settings>, values: Environment): string[] {
  const isNamed = values.DATABASE_URL !== undefined || values.PGDATABASE !== undefined;
  const missing = 'DATABASE_URL: is required when STORE_BACKEND is postgres (or set PGHOST and PGDATABASE)';
  return [...(isNamed ? [] : [missing]), ...tlsFaults(settings, values)];
}

/** What settings ask of each other. What was given but is malformed has been reported and is not missing. */
function checkTogether(settings: Partial<Settings>, values: Environment, faults: string[]): void {
  const production = settings.NODE_ENV === 'production';
  const durable = settings.STORE_BACKEND === 'postgres';
  if (values.STORE_BACKEND === undefined && settings.DATABASE_URL !== undefined) {
    faults.push(
      'STORE_BACKEND: must be set where DATABASE_URL is, since memory would pass the database over',
    );
  }
  if (durable) faults.push(...databaseFaults(settings, values));
  if ((production || durable) && values.API_KEY_PEPPER === undefined) {
    faults.push(
      'API_KEY_PEPPER: is required, since stored API keys could not be checked after a restart without it',
    );
  }
  if (durable && values.IMPORT_FILE !== undefined) {
    faults.push('IMPORT_FILE: fills a memory store only; `escrowgrid import` fills a database');
  }
  if (!durable && (settings.WORKERS ?? 1) > 1) {
    faults.push('WORKERS: must be 1 on memory, which processes cannot share');
  }
  if (
    settings.METRICS_TOKEN !== undefined &&
    settings.ROOT_API_KEY?.includes(settings.METRICS_TOKEN) === true
  ) {
    faults.push('METRICS_TOKEN: must be another secret than ROOT_API_KEY, since it opens metrics alone');
  }
  const { SHUTDOWN_DRAIN_SECONDS: drain = 0, SHUTDOWN_DEADLINE_SECONDS: deadline = Infinity } = settings;
  if (drain >= deadline) {
    faults.push('SHUTDOWN_DEADLINE_SECONDS: must be longer than SHUTDOWN_DRAIN_SECONDS');
  }
  for (const name of ['ROOT_API_KEY', 'API_KEY_PEPPER', 'METRICS_TOKEN'] as const) {
    if (
      production &&
      [settings[name] ?? []].flat().some(({ length }) => length < MIN_PRODUCTION_SECRET_LENGTH)
    ) {
      faults.push(`${name}: must have at least ${MIN_PRODUCTION_SECRET_LENGTH} characters in production`);
    }
  }
}

function toConfiguration(settings: Settings): Configuration {
  const store = toStore(settings);
  return {
    store,
    http: { host: settings.HOST, port: settings.PORT },
    workers: settings.WORKERS,
    shutdown: {
      drainMs: settings.SHUTDOWN_DRAIN_SECONDS * 1_000,
      deadlineMs: settings.SHUTDOWN_DEADLINE_SECONDS * 1_000,
    },
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
    seals: toSeals(settings),
    corsAllowedOrigins: settings.CORS_ALLOWED_ORIGINS ?? [],
    docsEnabled: settings.DOCS_ENABLED,
    metricsToken: settings.METRICS_TOKEN,
    logLevel: settings.LOG_LEVEL,
    warnings: warningsOf(settings, store.backend === 'postgres' ? store.database.url : undefined),
  };
}

function toStore(settings: Settings): StoreConfiguration {
  if (settings.STORE_BACKEND === 'memory') return { backend: 'memory', importFile: settings.IMPORT_FILE };
  return { backend: 'postgres', database: toDatabase(settings) };
}

function toDatabase(settings: Pick<Settings, (typeof STORE)[number]>): DatabaseConfiguration {
  return {
    url: settings.DATABASE_URL ?? urlFromParts(settings),
    poolMax: settings.DB_POOL_MAX,
    connectTimeoutMs: settings.DB_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: settings.DB_STATEMENT_TIMEOUT_MS,
    isPooled: settings.DB_POOLER,
    commitGrouping: settings.COMMIT_GROUPING,
    ...tlsOf(settings),
  };
}

function toSeals(settings: Pick<Settings, (typeof SEALS)[number]>): Configuration['seals'] {
  return {
    signingKey: settings.SEAL_SIGNING_KEY_FILE,
    publicKeys: settings.SEAL_PUBLIC_KEYS_FILE ?? [],
    intervalMs: settings.SEAL_INTERVAL_SECONDS * 1_000,
  };
}

function tlsOf(settings: Pick<Settings, 'DB_SSL_MODE' | 'DB_SSL_ROOT_CERT_FILE'>): DatabaseTls {
  return { sslMode: settings.DB_SSL_MODE, sslRootCertificates: settings.DB_SSL_ROOT_CERT_FILE };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value))
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  return Object.freeze(value);
}
