import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError, loadMigrationsDatabase } from './configuration.js';

const OWNER = 'postgresql://owner:secret@db.example/escrow';
const SERVICE = 'postgresql://service@pooler.example/escrow';

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadMigrationsDatabase(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('the database that migrations work on', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'migrations-database-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const urlOf = (environment: Readonly<Record<string, string>>): string =>
    loadMigrationsDatabase(environment).url;

  test('is the one that was named for them, or else the service’s', () => {
    expect(urlOf({ MIGRATIONS_DATABASE_URL: OWNER, DATABASE_URL: SERVICE })).toBe(OWNER);
    expect(urlOf({ MIGRATIONS_DATABASE_URL: '', DATABASE_URL: SERVICE })).toBe(SERVICE);
    expect(urlOf({ MIGRATIONS_DATABASE_URL: OWNER, PGHOST: 'elsewhere', PGDATABASE: 'x' })).toBe(OWNER);
  });

  test('is named by its parts as the service’s is', () => {
    const parts = { PGHOST: 'db.example', PGDATABASE: 'escrow', PGUSER: 'owner', PGPASSWORD: 's/cret' };
    expect(urlOf(parts)).toBe('postgresql://owner:s%2Fcret@db.example:5432/escrow');
    expect(urlOf({ ...parts, PGPASSWORD: '', PGPASSWORD_FILE: file('password', 'other\n') })).toBe(
      'postgresql://owner:other@db.example:5432/escrow',
    );
  });

  test.each(['MIGRATIONS_DATABASE_URL', 'DATABASE_URL'])('is read from the file of a secret %s', (name) => {
    expect(urlOf({ [`${name}_FILE`]: file('url', `${OWNER}\n`) })).toBe(OWNER);
  });

  test('is read from CONFIG_FILE, which goes before the environment', () => {
    const CONFIG_FILE = file('config', `MIGRATIONS_DATABASE_URL=${OWNER}\nPORT=4001\n`);
    expect(urlOf({ CONFIG_FILE, MIGRATIONS_DATABASE_URL: SERVICE, DATABASE_URL: SERVICE })).toBe(OWNER);
    const secret = file('config-of-file', `MIGRATIONS_DATABASE_URL_FILE=${file('url', OWNER)}\n`);
    expect(urlOf({ CONFIG_FILE: secret, MIGRATIONS_DATABASE_URL: SERVICE })).toBe(OWNER);
  });

  test('is found without the secrets of the service, which a migration has no business to read', () => {
    const CONFIG_FILE = file('config-of-service', 'API_KEY_PEPPER_FILE=/nowhere/pepper\n');
    const environment = { MIGRATIONS_DATABASE_URL: OWNER, ROOT_API_KEY_FILE: '/nowhere/root', CONFIG_FILE };
    expect(urlOf(environment)).toBe(OWNER);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['nothing names it', {}, /^MIGRATIONS_DATABASE_URL: is required \(or set DATABASE_URL, or PGHOST/],
    ['its host alone is named', { PGHOST: 'db.example' }, /^MIGRATIONS_DATABASE_URL: is required/],
    ['the connection string is none', { DATABASE_URL: 'escrow' }, /^DATABASE_URL: must be a URL such as/],
    ['its port is none', { DATABASE_URL: 'postgresql://db:99999/x' }, /^DATABASE_URL: must be a URL such as/],
    [
      'its file is not there',
      { MIGRATIONS_DATABASE_URL_FILE: '/nowhere/url' },
      /nowhere\/url cannot be read/,
    ],
    ['only a pooler leads there', { DATABASE_URL: SERVICE, DB_POOLER: 'true' }, /to go past the pooler$/],
  ])('is at fault where %s', (_fault, environment, fault) => {
    expect(faultsOf(environment).filter((each) => fault.test(each))).toHaveLength(1);
    expect(faultsOf(environment).join()).not.toContain('secret');
  });

  test('may have a pooler before it that migrations go past', () => {
    expect(urlOf({ MIGRATIONS_DATABASE_URL: OWNER, DATABASE_URL: SERVICE, DB_POOLER: 'true' })).toBe(OWNER);
  });
});
