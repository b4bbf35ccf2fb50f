import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, loadConfiguration, type Configuration } from './configuration.js';

type Environment = Readonly<Record<string, string | undefined>>;

const PEPPER = 'p'.repeat(32);
const ROOT_KEY = 'r'.repeat(32);
const URL_TEXT = 'postgresql://app:secret@db.example:6543/escrow?application_name=x';
const postgres: Environment = {
  STORE_BACKEND: 'postgres',
  DATABASE_URL: URL_TEXT,
  API_KEY_PEPPER: PEPPER,
};

function faultsOf(environment: Environment): readonly string[] {
  try {
    loadConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

function databaseOf({ store }: Configuration) {
  if (store.backend !== 'postgres') throw new Error('The store is not PostgreSQL.');
  return store.database;
}

describe('a configuration', () => {
  test('has a default for everything but secrets', () => {
    expect(loadConfiguration({})).toEqual({
      store: { backend: 'memory', importFile: undefined },
      http: { host: '0.0.0.0', port: 4000 },
      workers: 1,
      shutdown: { drainMs: 5_000, deadlineMs: 25_000 },
      rootApiKeys: [],
      rootApiKeyAllowedCidrs: [],
      trustedProxies: [],
      apiKeyPeppers: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      apiKeyMaxAgeMs: 5_000,
      idempotencyTtlHours: 168,
      rateLimits: { windowSeconds: 60, requestsPerKey: 60_000, failedAuthPerSource: 60 },
      auditRefusalsPerMinute: 600,
      seals: { signingKey: undefined, publicKeys: [], intervalMs: 60_000 },
      corsAllowedOrigins: [],
      docsEnabled: false,
      metricsToken: undefined,
      logLevel: 'info',
      warnings: [],
    });
  });

  test('is what the environment says', () => {
    const configuration = loadConfiguration({
      ...postgres,
      NODE_ENV: 'production',
      DB_POOL_MAX: '20',
      DB_CONNECT_TIMEOUT_MS: '1500',
      DB_STATEMENT_TIMEOUT_MS: '600000',
      DB_SSL_MODE: 'verify-full',
      DB_POOLER: 'true',
      COMMIT_GROUPING: 'institution',
      WORKERS: '4',
      SHUTDOWN_DRAIN_SECONDS: '0',
      SHUTDOWN_DEADLINE_SECONDS: '900',
      METRICS_TOKEN: 'm'.repeat(32),
      HOST: '127.0.0.1',
      PORT: '0',
      ROOT_API_KEY: `${ROOT_KEY},${'s'.repeat(40)}`,
      ROOT_API_KEY_ALLOWED_CIDRS: '192.0.2.7, 2001:db8::/32',
      TRUSTED_PROXIES: '10.0.0.0/8,::1',
      API_KEY_PEPPER: `${PEPPER},${'q'.repeat(32)}`,
      API_KEY_MAX_AGE_MS: '0',
      IDEMPOTENCY_TTL_HOURS: '720',
      RATE_LIMIT_WINDOW_SECONDS: '10',
      RATE_LIMIT_REQUESTS_PER_KEY: '0',
      RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '999999999',
      AUDIT_REFUSALS_PER_MINUTE: '0',
      SEAL_INTERVAL_SECONDS: '5',
      CORS_ALLOWED_ORIGINS: 'https://desk.example:8443, http://localhost,http://[::1]:3000',
      DOCS_ENABLED: 'true',
      LOG_LEVEL: 'silent',
      UNHEARD_OF: 'ignored',
    });
    expect(configuration).toEqual({
      store: {
        backend: 'postgres',
        database: {
          url: URL_TEXT,
          poolMax: 20,
          connectTimeoutMs: 1500,
          statementTimeoutMs: 600_000,
          sslMode: 'verify-full',
          sslRootCertificates: undefined,
          isPooled: true,
          commitGrouping: 'institution',
        },
      },
      http: { host: '127.0.0.1', port: 0 },
      workers: 4,
      shutdown: { drainMs: 0, deadlineMs: 900_000 },
      rootApiKeys: [ROOT_KEY, 's'.repeat(40)],
      rootApiKeyAllowedCidrs: ['192.0.2.7', '2001:db8::/32'],
      trustedProxies: ['10.0.0.0/8', '::1'],
      apiKeyPeppers: [PEPPER, 'q'.repeat(32)],
      apiKeyMaxAgeMs: 0,
      idempotencyTtlHours: 720,
      rateLimits: { windowSeconds: 10, requestsPerKey: 0, failedAuthPerSource: 999_999_999 },
      auditRefusalsPerMinute: 0,
      seals: { signingKey: undefined, publicKeys: [], intervalMs: 5_000 },
      corsAllowedOrigins: ['https://desk.example:8443', 'http://localhost', 'http://[::1]:3000'],
      docsEnabled: true,
      metricsToken: 'm'.repeat(32),
      logLevel: 'silent',
      warnings: [],
    });
  });

  test('is read from the environment of the process unless one is given', () => {
    const before = process.env['LOG_LEVEL'];
    process.env['LOG_LEVEL'] = 'fatal';
    try {
      expect(loadConfiguration().logLevel).toBe('fatal');
    } finally {
      if (before === undefined) delete process.env['LOG_LEVEL'];
      else process.env['LOG_LEVEL'] = before;
    }
  });

  test('treats an empty variable as one that is not set', () => {
    const names = ['STORE_BACKEND', 'DATABASE_URL', 'PORT', 'HOST', 'DOCS_ENABLED', 'LOG_LEVEL', 'PGHOST'];
    const secrets = ['ROOT_API_KEY', 'API_KEY_PEPPER', 'ROOT_API_KEY_FILE', 'DATABASE_URL_FILE'];
    const empty = Object.fromEntries([...names, ...secrets].map((name) => [name, '']));
    const { apiKeyPeppers, ...configuration } = loadConfiguration(empty);
    const { apiKeyPeppers: _, ...byDefault } = loadConfiguration({});
    expect(configuration).toEqual(byDefault);
    expect(apiKeyPeppers[0]).toHaveLength(64);
    expect(faultsOf({ ...postgres, API_KEY_PEPPER: '' })).toEqual([
      expect.stringMatching(/^API_KEY_PEPPER: is required/),
    ]);
  });

  test('makes a pepper of its own for memory, another each time', () => {
    const [one, other] = [loadConfiguration({}), loadConfiguration({})];
    expect(one.apiKeyPeppers).not.toEqual(other.apiKeyPeppers);
  });

  test('cannot be changed, in any part', () => {
    const configuration = loadConfiguration({ ...postgres, ROOT_API_KEY: ROOT_KEY });
    const parts: object[] = [configuration];
    for (const part of parts) {
      expect(Object.isFrozen(part)).toBe(true);
      parts.push(
        ...Object.values(part as Record<string, unknown>).filter((value) => value instanceof Object),
      );
    }
    expect(parts).toHaveLength(14);
    expect(() => Object.assign(configuration.http, { port: 1 })).toThrow(TypeError);
  });
});

describe('a faulty configuration', () => {
  test.each(['Postgres', 'pg', 'POSTGRES', 'postgresql', 'Memory', ' postgres', 'none'])(
    'refuses the store backend %j instead of keeping everything in memory',
    (backend) => {
      expect(faultsOf({ ...postgres, STORE_BACKEND: backend })).toEqual([
        'STORE_BACKEND: must be memory or postgres',
      ]);
    },
  );

  test.each([
    ['DATABASE_URL', 'db.example', /must be a URL such as postgresql:\/\//],
    ['DATABASE_URL', 'mysql://app@db/escrow', /must be a URL such as postgresql:\/\//],
    ['DATABASE_URL', 'http://db.example/', /must be a URL such as postgresql:\/\//],
    ['PORT', 'abc', /whole number/],
    ['PORT', '80.5', /whole number/],
    ['PORT', '-1', /65535/],
    ['PORT', '65536', /65535/],
    ['PORT', 'Infinity', /number/],
    ['PORT', ' ', /number/],
    ['PORT', '0x1f90', /number/],
    ['PORT', '4e3', /number/],
    ['PGPORT', '5432/escrow', /whole number/],
    ['PGPORT', '70000', /65535/],
    ['DB_POOL_MAX', '1', /\b2\b/],
    ['DB_POOL_MAX', '501', /\b500\b/],
    ['DB_POOL_MAX', 'ten', /whole number/],
    ['DB_CONNECT_TIMEOUT_MS', '0', /\b1\b/],
    ['DB_CONNECT_TIMEOUT_MS', '2s', /whole number of milliseconds/],
    ['DB_STATEMENT_TIMEOUT_MS', '600001', /600000/],
    ['DB_SSL_MODE', 'prefer', /must be disable, require or verify-full/],
    ['IDEMPOTENCY_TTL_HOURS', '167', /\b168\b/],
    ['RATE_LIMIT_WINDOW_SECONDS', '0', /whole number of seconds from 1 to 86400/],
    ['RATE_LIMIT_WINDOW_SECONDS', '86401', /86400/],
    ['RATE_LIMIT_WINDOW_SECONDS', '60s', /whole number of seconds/],
    ['RATE_LIMIT_REQUESTS_PER_KEY', '-1', /whole number/],
    ['RATE_LIMIT_REQUESTS_PER_KEY', 'unlimited', /whole number/],
    ['RATE_LIMIT_FAILED_AUTH_PER_SOURCE', '1e3', /whole number/],
    ['CORS_ALLOWED_ORIGINS', '*', /\* would be all/],
    ['CORS_ALLOWED_ORIGINS', 'https://desk.example,*', /\* would be all/],
    ['CORS_ALLOWED_ORIGINS', 'https://*.example', /\* would be all/],
    ['CORS_ALLOWED_ORIGINS', 'desk.example', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'null', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'https://desk.example/', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'https://desk.example/path', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'https://Desk.example', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'https://desk.example:443', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'https://me:pw@desk.example', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'ftp://desk.example', /must be origins/],
    ['CORS_ALLOWED_ORIGINS', 'https://desk.example,', /must be origins/],
    ['TRUSTED_PROXIES', 'localhost', /addresses and networks .*; neither .*: "localhost"$/],
    ['TRUSTED_PROXIES', '10.0.0.0/8,', /neither address nor network: ""$/],
    ['TRUSTED_PROXIES', 'true', /neither address nor network: "true"$/],
    ['ROOT_API_KEY_ALLOWED_CIDRS', '10.0.0.0/33, ::1, 1.2.3', /network: "10.0.0.0\/33", "1.2.3"$/],
    ['DOCS_ENABLED', 'yes', /must be true or false/],
    ['DOCS_ENABLED', '1', /must be true or false/],
    ['LOG_LEVEL', 'INFO', /must be a level of pino/],
    ['ROOT_API_KEY', 'one,two,three', /two values at most/],
    ['ROOT_API_KEY', 'with blank', /visible ASCII/],
    ['ROOT_API_KEY', 'one,', /visible ASCII/],
    ['API_KEY_PEPPER', 'gehört mir', /visible ASCII/],
  ])('says what is wrong with %s=%j', (name, value, words) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(words)]);
    expect(faultsOf({ [name]: value })[0]).toMatch(new RegExp(`^${name}: [a-z]`));
  });

  test('needs to be told where PostgreSQL is', () => {
    expect(faultsOf({ STORE_BACKEND: 'postgres', API_KEY_PEPPER: PEPPER })).toEqual([
      'DATABASE_URL: is required when STORE_BACKEND is postgres (or set PGHOST and PGDATABASE)',
    ]);
  });

  test('does not pass a named database over for memory', () => {
    expect(faultsOf({ ...postgres, STORE_BACKEND: undefined })).toEqual([
      expect.stringMatching(/^STORE_BACKEND: must be set/),
    ]);
  });

  test('needs a pepper wherever keys outlive the process', () => {
    expect(faultsOf({ ...postgres, API_KEY_PEPPER: undefined })).toEqual([
      expect.stringMatching(/^API_KEY_PEPPER: is required/),
    ]);
  });

  test('lists all of its faults at once', () => {
    const faults = faultsOf({
      STORE_BACKEND: 'Postgres',
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      DB_POOL_MAX: '1',
      ROOT_API_KEY_FILE: '/nowhere/root-key',
    });
    expect(faults.map((fault) => fault.split(':', 1)[0]).sort()).toEqual([
      'DB_POOL_MAX',
      'LOG_LEVEL',
      'PORT',
      'ROOT_API_KEY_FILE',
      'STORE_BACKEND',
    ]);
  });

  test('lists what is missing together with what is wrong', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      STORE_BACKEND: 'postgres',
      PORT: 'abc',
      ROOT_API_KEY: 'short',
    });
    expect(faults.map((fault) => fault.split(':', 1)[0]).sort()).toEqual([
      'API_KEY_PEPPER',
      'DATABASE_URL',
      'PORT',
      'ROOT_API_KEY',
    ]);
  });

  test('counts its faults and gives each a line', () => {
    const load = (environment: Environment) => () => loadConfiguration(environment);
    expect(load({ PORT: 'abc' })).toThrow('The configuration has 1 fault:\n  - PORT: must be a whole number');
    expect(load({ PORT: 'abc', DOCS_ENABLED: 'no' })).toThrow(
      /^The configuration has 2 faults:\n  - .*\n  - .*$/,
    );
  });

  test('names no secret in any message', () => {
    const secret = 'hunter2 is-a-secret';
    const environments: Environment[] = [
      { ROOT_API_KEY: secret, API_KEY_PEPPER: secret, DATABASE_URL: `not a url ${secret}` },
      { ...postgres, DATABASE_URL: `mysql://app:${secret}@db/escrow` },
      { ...postgres, PGPASSWORD: secret, PORT: 'abc' },
      { NODE_ENV: 'production', ROOT_API_KEY: 'hunter2', API_KEY_PEPPER: 'hunter2' },
      { ROOT_API_KEY: 'hunter2,hunter2,hunter2' },
      { ROOT_API_KEY: 'hunter2', ROOT_API_KEY_FILE: '/nowhere' },
    ];
    for (const environment of environments) {
      const faults = faultsOf(environment);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.join()).not.toContain('hunter2');
    }
  });
});

describe('a configuration for production', () => {
  const production: Environment = { NODE_ENV: 'production', API_KEY_PEPPER: PEPPER };

  test('is taken with secrets of 32 characters, and without a root key', () => {
    expect(loadConfiguration({ ...production, ROOT_API_KEY: ROOT_KEY }).rootApiKeys).toEqual([ROOT_KEY]);
    expect(loadConfiguration(production).rootApiKeys).toEqual([]);
  });

  test('needs a pepper, also in memory', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^API_KEY_PEPPER: is required/),
    ]);
  });

  test.each(['ROOT_API_KEY', 'API_KEY_PEPPER'])('refuses a short %s, whichever of two it is', (name) => {
    const long = 'l'.repeat(32);
    for (const value of ['s'.repeat(31), `${long},short`, `short,${long}`]) {
      expect(faultsOf({ ...production, [name]: value })).toEqual([
        `${name}: must have at least 32 characters in production`,
      ]);
    }
  });

  test('is the only one that minds short secrets', () => {
    expect(loadConfiguration({ ROOT_API_KEY: 'short', API_KEY_PEPPER: 'p' })).toMatchObject({
      rootApiKeys: ['short'],
      apiKeyPeppers: ['p'],
    });
  });
});

describe('secret files', () => {
  let directory: string;
  const file = (name: string, content: string): string => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'configuration-'));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  test('stand for their variables, without the line end behind the value', () => {
    const configuration = loadConfiguration({
      STORE_BACKEND: 'postgres',
      DATABASE_URL_FILE: file('url', `${URL_TEXT}\n`),
      ROOT_API_KEY_FILE: file('root', `${ROOT_KEY},other\r\n`),
      API_KEY_PEPPER_FILE: file('pepper', PEPPER),
    });
    expect(databaseOf(configuration).url).toBe(URL_TEXT);
    expect(configuration.rootApiKeys).toEqual([ROOT_KEY, 'other']);
    expect(configuration.apiKeyPeppers).toEqual([PEPPER]);
  });

  test('hold the password of the PG variables too', () => {
    const configuration = loadConfiguration({
      ...postgres,
      DATABASE_URL: undefined,
      PGDATABASE: 'escrow',
      PGUSER: 'app',
      PGPASSWORD_FILE: file('password', 'pa:ss\n'),
    });
    expect(decodeURIComponent(new URL(databaseOf(configuration).url).password)).toBe('pa:ss');
  });

  test('are refused beside the variable itself', () => {
    expect(faultsOf({ ROOT_API_KEY: ROOT_KEY, ROOT_API_KEY_FILE: file('both', ROOT_KEY) })).toEqual([
      'ROOT_API_KEY: is set both directly and through ROOT_API_KEY_FILE',
    ]);
  });

  test('are faults when they cannot be read', () => {
    for (const path of ['/nowhere/pepper', directory]) {
      expect(faultsOf({ API_KEY_PEPPER_FILE: path })).toEqual([
        `API_KEY_PEPPER_FILE: the file ${path} cannot be read`,
      ]);
    }
  });

  test('are faults when they hold no good value, whose text is not repeated', () => {
    for (const content of ['', '\n', 'hunter2 hunter2']) {
      const faults = faultsOf({ ROOT_API_KEY_FILE: file('faulty', content) });
      expect(faults).toEqual([expect.stringMatching(/^ROOT_API_KEY: /)]);
      expect(faults.join()).not.toContain('hunter2');
    }
  });
});
