import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, loadConfiguration, type Configuration } from './configuration.js';

type Environment = Readonly<Record<string, string>>;

const postgres: Environment = {
  STORE_BACKEND: 'postgres',
  DATABASE_URL: 'postgresql://db.example/escrow',
  API_KEY_PEPPER: 'p'.repeat(32),
};
const NO_ENTRY = 'is no KEY=value; a value with # or quotes in it is put in quotes of another kind';

describe('the configuration file', () => {
  let folder: string;
  let written = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-file-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(text: string): string {
    const path = join(folder, String((written += 1)));
    writeFileSync(path, text);
    return path;
  }
  const load = (text: string, environment: Environment = {}): Configuration =>
    loadConfiguration({ ...environment, CONFIG_FILE: file(text) });

  function faultsOf(text: string, environment: Environment = {}): readonly string[] {
    try {
      load(text, environment);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.faults;
      throw error;
    }
    return [];
  }
  function databaseUrl(text: string, environment: Environment): string {
    const { store } = load(text, environment);
    if (store.backend !== 'postgres') throw new Error('The store is not PostgreSQL.');
    return store.database.url;
  }

  test('goes before the environment, which says the rest', () => {
    const { http, logLevel } = load('PORT=5000\n', { PORT: '6000', HOST: '127.0.0.1', LOG_LEVEL: 'warn' });
    expect({ http, logLevel }).toEqual({ http: { host: '127.0.0.1', port: 5000 }, logLevel: 'warn' });
  });

  test('may be empty, and may say that a setting of the environment is not set', () => {
    expect(load('').http.port).toBe(4000);
    expect(load('# nothing yet\n\n   \n', { PORT: '6000' }).http.port).toBe(6000);
    expect(load('PORT=\nROOT_API_KEY=', { PORT: '6000', ROOT_API_KEY: 'r' })).toMatchObject({
      http: { port: 4000 },
      rootApiKeys: [],
    });
  });

  test.each([
    ['a', 'a'],
    ['a  # of last week', 'a'],
    [' a\t', 'a'],
    ['"a#b"', 'a#b'],
    ["'a\"#`b' # quoted", 'a"#`b'],
    ['`a"b\'c`', 'a"b\'c'],
    ['a=b==', 'a=b=='],
    ["it's", "it's"],
    ['pass"word', 'pass"word'],
    ['a\r', 'a'],
  ])('reads ROOT_API_KEY=%s as %s', (text, value) => {
    expect(load(`ROOT_API_KEY=${text}\nPORT=5000`)).toMatchObject({
      rootApiKeys: [value],
      http: { port: 5000 },
    });
    expect(load(`  export ROOT_API_KEY = ${text}`).rootApiKeys).toEqual([value]);
  });

  test('does not take the next line for the value of a setting that is left blank', () => {
    for (const blank of ['', ' ', '\t ', ' # none']) {
      expect(load(`ROOT_API_KEY=${blank}\nPORT=5000`)).toMatchObject({
        rootApiKeys: [],
        http: { port: 5000 },
      });
    }
  });

  test('reads a value in quotes over several lines, and counts them', () => {
    const addresses = 'TRUSTED_PROXIES="10.0.0.1,\n  10.0.0.2,\n10.0.0.3"\n';
    expect(load(addresses).trustedProxies).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    expect(faultsOf(`${addresses}hunter2`)).toEqual([`CONFIG_FILE: line 4 ${NO_ENTRY}`]);
  });

  test.each([
    'hunter2',
    'PORT: 5000',
    'ROOT_API_KEY=hunter2#3',
    'ROOT_API_KEY=#hunter2',
    'ROOT_API_KEY="hunter2',
    'ROOT_API_KEY="hunter2"3',
    'ROOT_API_KEY=\'hunter"2',
    '=hunter2',
    'LOG-LEVEL=hunter2',
    '1ST=hunter2',
    'ROOT_API_KEY hunter2=3',
    '\uFEFFLOG_LEVEL=warn',
    'export',
  ])('refuses the line %j by its number, without repeating it', (line) => {
    const faults = faultsOf(`# first\r\n\r\n${line}\r\nPORT=abc`);
    expect(faults).toEqual([
      `CONFIG_FILE: line 3 ${NO_ENTRY}`,
      'PORT: must be a whole number from 0 to 65535',
    ]);
  });

  test('repeats no name that is none of a setting, as the end of a wrapped key may look like one', () => {
    expect(faultsOf('MC4CAQAwBQYDK2VwBCIEIHNlY3JldA==')).toEqual([
      expect.stringMatching(/^CONFIG_FILE: (what stands before a = is no setting|line 1 )/),
    ]);
    expect(faultsOf('MC4CAQAwBQYDK2VwBCIEIHNlY3JldA=')).toEqual([
      'CONFIG_FILE: what stands before a = is no setting',
    ]);
  });

  test('has its faults listed together with those of the environment', () => {
    const faults = faultsOf('PROT=5000\nLOG_LEVEL=loud\nCONFIG_FILE=other\nPORT=1\nPORT=2\nNODE_OPTIONS=-x', {
      DB_POOL_MAX: '1',
    });
    expect(faults).toEqual([
      'CONFIG_FILE: says PORT twice',
      'CONFIG_FILE: PROT is no setting',
      'CONFIG_FILE: cannot be named in the file itself',
      'CONFIG_FILE: NODE_OPTIONS is no setting',
      expect.stringMatching(/^DB_POOL_MAX: /),
      expect.stringMatching(/^LOG_LEVEL: /),
    ]);
  });

  test('is a fault when it cannot be read, beside others', () => {
    for (const path of ['/nowhere/settings', folder]) {
      expect(() => loadConfiguration({ CONFIG_FILE: path, PORT: 'abc' })).toThrow(
        `The configuration has 2 faults:\n  - CONFIG_FILE: the file ${path} cannot be read\n  - PORT: `,
      );
    }
  });

  test('may name the files of secrets, and what it says of a secret is all that counts', () => {
    const [one, other] = [file('from-one-file\n'), file('from-another-file\n')];
    expect(load(`ROOT_API_KEY_FILE=${one}`).rootApiKeys).toEqual(['from-one-file']);
    const environments: Environment[] = [{ ROOT_API_KEY: 'direct' }, { ROOT_API_KEY_FILE: other }];
    for (const environment of environments) {
      expect(load(`ROOT_API_KEY_FILE=${one}`, environment).rootApiKeys).toEqual(['from-one-file']);
      expect(load('ROOT_API_KEY=said', environment).rootApiKeys).toEqual(['said']);
      expect(load('ROOT_API_KEY=', environment).rootApiKeys).toEqual([]);
      expect(load('ROOT_API_KEY_FILE=', environment).rootApiKeys).toEqual([]);
    }
    expect(faultsOf(`ROOT_API_KEY=said\nROOT_API_KEY_FILE=${one}`)).toEqual([
      'ROOT_API_KEY: is set both directly and through ROOT_API_KEY_FILE',
    ]);
  });

  test('names another database than the environment does', () => {
    const there = 'postgresql://other.example/escrow';
    expect(databaseUrl(`DATABASE_URL=${there}`, postgres)).toBe(there);
    const { DATABASE_URL: url = '', ...others } = postgres;
    const inFile = { ...others, DATABASE_URL_FILE: file(url) };
    expect(databaseUrl(`DATABASE_URL=${there}`, inFile)).toBe(there);
    const parts = 'PGHOST=other.example\nPGDATABASE=escrow\n';
    expect(databaseUrl(`DATABASE_URL=\n${parts}`, inFile)).toBe('postgresql://other.example:5432/escrow');
    expect(databaseUrl(parts, others)).toBe('postgresql://other.example:5432/escrow');
    expect(faultsOf(parts, inFile)).toEqual([
      'CONFIG_FILE: says PGHOST, PGDATABASE, which DATABASE_URL_FILE of the environment would overrule: say DATABASE_URL in the file, or nothing by DATABASE_URL=',
    ]);
  });
});

describe('an operator is warned', () => {
  const warningsOf = (environment: Environment): readonly string[] => loadConfiguration(environment).warnings;

  test.each(['prod', 'Production', 'PRODUCTION', 'production ', 'live'])(
    'of NODE_ENV=%j, which is not production',
    (kind) => {
      expect(warningsOf({ NODE_ENV: kind })).toEqual([expect.stringMatching(/^NODE_ENV looks like/)]);
    },
  );

  test.each(['0.0.0.0/0', '10.0.0.1, ::/0'])('of TRUSTED_PROXIES=%s, which is everybody', (networks) => {
    expect(warningsOf({ TRUSTED_PROXIES: networks })).toEqual([
      expect.stringMatching(/^TRUSTED_PROXIES believes everybody/),
    ]);
  });

  test('of nothing else', () => {
    for (const kind of ['production', 'development', 'test', 'staging']) {
      const peppered = { NODE_ENV: kind, API_KEY_PEPPER: 'p'.repeat(32) };
      expect(warningsOf({ ...peppered, TRUSTED_PROXIES: '10.0.0.0/8,::1' })).toEqual([]);
    }
  });
});

describe('settings of processes', () => {
  test.each([
    [{ WORKERS: '0' }, /^WORKERS: must be a whole number from 1 to 256$/],
    [{ WORKERS: 'auto' }, /^WORKERS: must be a whole number/],
    [{ WORKERS: '2' }, /^WORKERS: must be 1 on memory/],
    [{ SHUTDOWN_DRAIN_SECONDS: '5s' }, /^SHUTDOWN_DRAIN_SECONDS: must be a whole number of seconds/],
    [{ SHUTDOWN_DRAIN_SECONDS: '25' }, /^SHUTDOWN_DEADLINE_SECONDS: must be longer than/],
    [{ SHUTDOWN_DEADLINE_SECONDS: '5' }, /^SHUTDOWN_DEADLINE_SECONDS: must be longer than/],
    [{ METRICS_TOKEN: 'a b' }, /^METRICS_TOKEN: must be visible ASCII/],
    [
      { METRICS_TOKEN: 'one', ROOT_API_KEY: 'two,one' },
      /^METRICS_TOKEN: must be another secret than ROOT_API_KEY/,
    ],
    [{ DB_POOLER: 'yes' }, /^DB_POOLER: must be true or false/],
    [{ COMMIT_GROUPING: 'tenant' }, /^COMMIT_GROUPING: must be none or institution/],
    [{ MIGRATIONS_DATABASE_URL: 'db' }, /^MIGRATIONS_DATABASE_URL: must be a URL/],
    [{ ...postgres, IMPORT_FILE: 'export.ndjson' }, /^IMPORT_FILE: fills a memory store only/],
  ])('say what is wrong with %j', (environment, words) => {
    const load = (): Configuration => loadConfiguration(environment);
    expect(load).toThrow(/has 1 fault:/);
    expect(load).toThrow(new RegExp(words.source.replace('^', '- '), 'm'));
  });

  test('are taken in full', () => {
    const { workers, shutdown } = loadConfiguration({
      ...postgres,
      WORKERS: '256',
      SHUTDOWN_DRAIN_SECONDS: '600',
      SHUTDOWN_DEADLINE_SECONDS: '601',
    });
    expect({ workers, shutdown }).toEqual({
      workers: 256,
      shutdown: { drainMs: 600_000, deadlineMs: 601_000 },
    });
  });
});
