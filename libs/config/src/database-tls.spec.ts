import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError, loadConfiguration, loadMigrationsDatabase } from './configuration.js';

const URL_TEXT = 'postgresql://app:very-secret@db.example/escrow';
const postgres = { STORE_BACKEND: 'postgres', DATABASE_URL: URL_TEXT, API_KEY_PEPPER: 'p'.repeat(32) };
const verified = { DB_SSL_MODE: 'verify-full' };

function faultsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('encryption of the way to PostgreSQL', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [first = '', second = ''] = rootCertificates;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'database-tls-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is read together with the certificates of the authorities, also for those who migrate', () => {
    const certificates = `Of two authorities\n${first}\n${second}\n`;
    const environment = { ...verified, DB_SSL_ROOT_CERT_FILE: file('two.pem', certificates) };
    const tls = { sslMode: 'verify-full', sslRootCertificates: certificates };
    expect(loadConfiguration({ ...postgres, ...environment }).store).toMatchObject({ database: tls });
    const migrations = { DATABASE_URL: URL_TEXT, NOT_OURS: 'x', PORT: 'x' };
    expect(loadMigrationsDatabase({ ...migrations, ...environment })).toEqual({ url: URL_TEXT, ...tls });
    expect(loadMigrationsDatabase({ ...migrations, DB_SSL_MODE: '' })).toMatchObject({ sslMode: 'disable' });
  });

  test.each([
    ['is not there', '/nowhere/ca.pem', /^DB_SSL_ROOT_CERT_FILE: the file \/nowhere\/ca.pem cannot be read$/],
    ['is empty', '', /^DB_SSL_ROOT_CERT_FILE: must hold certificates in PEM/],
    ['holds a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', /must hold certificates/],
    [
      'holds no certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      /must hold cert/,
    ],
    ['is damaged in its midst', `${first}\n${second.replace(/\n/, '\nXX')}`, /must hold certificates/],
  ])('is at fault where the file %s', (name, text, fault) => {
    const path = text.startsWith('/') ? text : file(`${name}.pem`, text);
    const environment = { ...postgres, ...verified, DB_SSL_ROOT_CERT_FILE: path };
    expect(faultsOf(() => loadConfiguration(environment))).toEqual([expect.stringMatching(fault)]);
    expect(faultsOf(() => loadMigrationsDatabase(environment))).toEqual([expect.stringMatching(fault)]);
  });

  test.each(['disable', 'require'])('is at fault where %s is given an authority that nobody asks', (mode) => {
    const environment = { ...postgres, DB_SSL_MODE: mode, DB_SSL_ROOT_CERT_FILE: file('one.pem', first) };
    expect(faultsOf(() => loadConfiguration(environment))).toEqual([
      `DB_SSL_ROOT_CERT_FILE: checks nothing unless DB_SSL_MODE is verify-full; it is ${mode}`,
    ]);
  });

  test.each([
    'sslmode=verify-full',
    'sslmode=no-verify',
    'sslmode=disable',
    'ssl=true',
    'ssl=0',
    'sslrootcert=/nowhere',
    'sslcert=/nowhere',
    'sslkey=/nowhere',
    'sslnegotiation=direct',
  ])('is at fault where the connection string says %s, by which the driver would go', (parameter) => {
    const [name] = parameter.split('=');
    const DATABASE_URL = `${URL_TEXT}?application_name=x&${parameter}`;
    const faults = faultsOf(() => loadConfiguration({ ...postgres, ...verified, DATABASE_URL }));
    expect(faults).toEqual([
      expect.stringMatching(
        new RegExp(`^DATABASE_URL: may not say ${name}, which would overrule DB_SSL_MODE`),
      ),
    ]);
    expect(faults[0]).not.toContain('very-secret');

    const migrations = { ...verified, MIGRATIONS_DATABASE_URL: DATABASE_URL, DATABASE_URL: URL_TEXT };
    expect(faultsOf(() => loadMigrationsDatabase(migrations))).toEqual([
      expect.stringMatching(new RegExp(`^MIGRATIONS_DATABASE_URL: may not say ${name}, `)),
    ]);
    const direct = { ...migrations, MIGRATIONS_DATABASE_URL: URL_TEXT, DATABASE_URL };
    expect(faultsOf(() => loadMigrationsDatabase(direct))).toEqual([]);
  });

  test.each(['require', 'verify-ca', 'verify-full'])(
    'is at fault where PGSSLMODE asks for %s, which would be passed over',
    (mode) => {
      expect(faultsOf(() => loadConfiguration({ ...postgres, PGSSLMODE: mode }))).toEqual([
        'PGSSLMODE: is not read, and asks for encryption: set DB_SSL_MODE to require or verify-full',
      ]);
      expect(faultsOf(() => loadConfiguration({ ...postgres, ...verified, PGSSLMODE: mode }))).toEqual([]);
      expect(faultsOf(() => loadConfiguration({ PGSSLMODE: mode }))).toEqual([]);
    },
  );

  test('says all of it at once', () => {
    const environment = {
      ...postgres,
      DATABASE_URL: `${URL_TEXT}?sslmode=require&sslcert=x`,
      DB_SSL_MODE: 'full',
      DB_SSL_ROOT_CERT_FILE: '/nowhere',
    };
    expect(faultsOf(() => loadConfiguration(environment))).toEqual([
      expect.stringMatching(/^DB_SSL_MODE: must be/),
      expect.stringMatching(/^DB_SSL_ROOT_CERT_FILE: the file/),
      expect.stringMatching(/^DATABASE_URL: may not say sslmode, sslcert/),
    ]);
  });
});

describe('a production without encryption', () => {
  const warningsFor = (DATABASE_URL: string, others: Readonly<Record<string, string>> = {}) =>
    loadConfiguration({ ...postgres, NODE_ENV: 'production', DATABASE_URL, ...others }).warnings;

  test.each([URL_TEXT, 'postgresql://10.0.0.7/escrow', 'postgresql://x/escrow?host=db.example'])(
    'is warned of on the way to %s',
    (url) => {
      expect(warningsFor(url)).toEqual([expect.stringMatching(/is not encrypted: set DB_SSL_MODE/)]);
      expect(warningsFor(url)[0]).not.toContain('very-secret');
      expect(warningsFor(url, { NODE_ENV: 'test' })).toEqual([]);
      expect(warningsFor(url, verified)).toEqual([]);
    },
  );

  test.each([
    'postgresql://localhost/escrow',
    'postgresql://127.0.0.1:6543/escrow',
    'postgresql://[::1]/escrow',
    'postgresql:///escrow',
    'postgresql:///escrow?host=/run/postgresql',
    'postgresql://%2Frun%2Fpostgresql/escrow',
  ])('is nobody’s business on the machine itself, at %s', (url) => {
    expect(warningsFor(url)).toEqual([]);
  });
});
