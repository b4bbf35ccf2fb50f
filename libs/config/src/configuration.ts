import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SECRET_SETTINGS, settingsSchema, type Settings } from './settings.js';

export interface DatabaseConfiguration {
  readonly url: string;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly sslMode: Settings['DB_SSL_MODE'];
}

export type StoreConfiguration =
  { readonly backend: 'memory' } | { readonly backend: 'postgres'; readonly database: DatabaseConfiguration };

/** Everything the service was told, checked and frozen. */
export interface Configuration {
  readonly store: StoreConfiguration;
  readonly http: { readonly host: string; readonly port: number };
  /** Root keys in force; empty when the root key is off. */
  readonly rootApiKeys: readonly string[];
  /** HMAC keys of stored API-key hashes, the current one first. */
  readonly apiKeyPeppers: readonly string[];
  readonly docsEnabled: boolean;
  readonly logLevel: Settings['LOG_LEVEL'];
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
  const parsed = settingsSchema.safeParse(withSecretFiles(environment, faults));
  if (!parsed.success) {
    faults.push(
      ...parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${lowerFirst(issue.message)}`),
    );
    throw new ConfigurationError(faults);
  }
  const settings = parsed.data;
  const production = settings.NODE_ENV === 'production';
  const configuration: Configuration = {
    store: readStore(settings, faults),
    http: { host: settings.HOST, port: settings.PORT },
    rootApiKeys: readSecrets('ROOT_API_KEY', settings.ROOT_API_KEY ?? [], production, faults),
    apiKeyPeppers: readPeppers(settings, production, faults),
    docsEnabled: settings.DOCS_ENABLED,
    logLevel: settings.LOG_LEVEL,
  };
  if (faults.length > 0) throw new ConfigurationError(faults);
  return deepFreeze(configuration);
}

function withSecretFiles(
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): Record<string, string | undefined> {
  // An empty variable is how compose files and manifests say "not set".
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
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

function readStore(settings: Settings, faults: string[]): StoreConfiguration {
  if (settings.STORE_BACKEND === 'memory') return { backend: 'memory' };
  if (settings.DATABASE_URL === undefined && settings.PGDATABASE === undefined) {
    faults.push('DATABASE_URL: is required when STORE_BACKEND is postgres (or set PGHOST and PGDATABASE)');
  }
  return {
    backend: 'postgres',
    database: {
      url: settings.DATABASE_URL ?? urlFromParts(settings),
      poolMax: settings.DB_POOL_MAX,
      connectTimeoutMs: settings.DB_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: settings.DB_STATEMENT_TIMEOUT_MS,
      sslMode: settings.DB_SSL_MODE,
    },
  };
}

function urlFromParts(settings: Settings): string {
  const url = new URL('postgresql://localhost');
  url.hostname = settings.PGHOST;
  url.port = String(settings.PGPORT);
  url.pathname = `/${encodeURIComponent(settings.PGDATABASE ?? '')}`;
  if (settings.PGUSER !== undefined) url.username = encodeURIComponent(settings.PGUSER);
  if (settings.PGPASSWORD !== undefined) url.password = encodeURIComponent(settings.PGPASSWORD);
  return url.href;
}

function readPeppers(settings: Settings, production: boolean, faults: string[]): readonly string[] {
  const peppers = settings.API_KEY_PEPPER;
  if (peppers !== undefined) return readSecrets('API_KEY_PEPPER', peppers, production, faults);
  if (production || settings.STORE_BACKEND === 'postgres') {
    faults.push(
      'API_KEY_PEPPER: is required, since stored API keys could not be checked after a restart without it',
    );
  }
  // Keys in memory end with the process, so a pepper of its own is as good as a kept one.
  return [randomBytes(32).toString('hex')];
}

function readSecrets(
  name: string,
  secrets: readonly string[],
  production: boolean,
  faults: string[],
): readonly string[] {
  if (production && secrets.some((secret) => secret.length < MIN_PRODUCTION_SECRET_LENGTH)) {
    faults.push(`${name}: must have at least ${MIN_PRODUCTION_SECRET_LENGTH} characters in production`);
  }
  return secrets;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value))
    if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  return Object.freeze(value);
}
