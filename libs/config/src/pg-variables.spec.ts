import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, loadConfiguration } from './configuration.js';

type Environment = Readonly<Record<string, string | undefined>>;

const URL_TEXT = 'postgresql://app:secret@db.example:6543/escrow?application_name=x';
const postgres: Environment = {
  STORE_BACKEND: 'postgres',
  DATABASE_URL: URL_TEXT,
  API_KEY_PEPPER: 'p'.repeat(32),
};

function databaseUrl(environment: Environment): string {
  const { store } = loadConfiguration(environment);
  if (store.backend !== 'postgres') throw new Error('The store is not PostgreSQL.');
  return store.database.url;
}

describe('the PG variables', () => {
  const urlOf = (parts: Environment): URL =>
    new URL(databaseUrl({ ...postgres, DATABASE_URL: undefined, ...parts }));

  test('are put together where there is no connection string', () => {
    const parts = {
      PGHOST: 'db.example',
      PGPORT: '6543',
      PGDATABASE: 'escrow',
      PGUSER: 'app',
      PGPASSWORD: 'pw',
    };
    expect(urlOf(parts).href).toBe('postgresql://app:pw@db.example:6543/escrow');
    expect(urlOf({ PGDATABASE: 'escrow' }).href).toBe('postgresql://localhost:5432/escrow');
  });

  test('do nothing beside a connection string', () => {
    const parts = { PGHOST: 'other', PGDATABASE: 'other', PGUSER: 'other', PGPASSWORD: 'other' };
    expect(databaseUrl({ ...postgres, ...parts })).toBe(URL_TEXT);
  });

  test.each(['p@ss:w/rd?#[]%', '%41', 'a b\\"\'&=+;', '§ÄÖü🔑', "!$()*,-._~'"])(
    'may hold any character, such as %j',
    (text) => {
      const url = urlOf({ PGDATABASE: text, PGUSER: text, PGPASSWORD: text, PGHOST: 'db.example' });
      expect(url.hostname).toBe('db.example');
      expect(decodeURIComponent(url.password)).toBe(text);
      expect(decodeURIComponent(url.username)).toBe(text);
      expect(decodeURIComponent(url.pathname)).toBe(`/${text}`);
    },
  );

  test.each(['::1', '2001:db8::5', 'fe80::1'])('may name the host by the IPv6 address %s', (host) => {
    expect(urlOf({ PGDATABASE: 'escrow', PGHOST: host }).hostname).toBe(`[${host}]`);
  });

  test.each([
    '/var/run/postgresql',
    'db.example/escrow',
    'db one',
    'db?x',
    'user@db',
    'one.example,two.example',
  ])('lead to the host %j or to a fault, never to another host', (host) => {
    const parts = { PGDATABASE: 'escrow', PGHOST: host };
    try {
      const url = urlOf(parts);
      expect(url.searchParams.get('host') ?? decodeURIComponent(url.hostname)).toBe(host);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      expect(error.faults).toEqual([expect.stringMatching(/^PGHOST: /)]);
    }
  });
});
