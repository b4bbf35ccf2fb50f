import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError, loadRootApiKeys, loadStoreConfiguration } from './configuration.js';

describe('what a command line reads of the service’s settings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-configuration-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  test('is the database that the service would use, from its file of settings and its secret files too', () => {
    const secret = file('url', 'postgresql://app@db.example/escrow\n');
    const settings = file('settings', `DATABASE_URL_FILE=${secret}\nDB_POOL_MAX=3\nPORT=nowhere\n`);
    const { store } = loadStoreConfiguration({ CONFIG_FILE: settings, DATABASE_URL: 'postgresql://old/old' });
    expect(store).toMatchObject({
      backend: 'postgres',
      database: { url: 'postgresql://app@db.example/escrow', poolMax: 3 },
    });
  });

  test('needs no secret that has nothing to do with the database', () => {
    const environment = {
      DATABASE_URL: 'postgresql://db/escrow',
      ROOT_API_KEY_FILE: '/nowhere',
      WORKERS: 'many',
    };
    expect(loadStoreConfiguration(environment).store.backend).toBe('postgres');
  });

  test('gives way to what the command itself was told', () => {
    const environment = { DATABASE_URL: 'postgresql://db/escrow', SEAL_PUBLIC_KEYS_FILE: '/nowhere' };
    expect(() => loadStoreConfiguration(environment)).toThrow(ConfigurationError);
    expect(
      loadStoreConfiguration(environment, { SEAL_PUBLIC_KEYS_FILE: undefined }).seals.publicKeys,
    ).toEqual([]);
  });

  test('names what is missing', () => {
    expect(() => loadStoreConfiguration({})).toThrow('DATABASE_URL: is required');
  });
  test('are the root keys of the service, from wherever it reads them', () => {
    const secret = file('key', 'new,old\n');
    const settings = file('with-key', `ROOT_API_KEY_FILE=${secret}\nDATABASE_URL=nowhere\n`);
    expect(loadRootApiKeys({ CONFIG_FILE: settings, ROOT_API_KEY: 'of before' })).toEqual(['new', 'old']);
    expect(loadRootApiKeys({ ROOT_API_KEY: 'k', METRICS_TOKEN: 'k', DATABASE_URL_FILE: '/nowhere' })).toEqual(
      ['k'],
    );
    expect(loadRootApiKeys({})).toEqual([]);
    expect(() => loadRootApiKeys({ ROOT_API_KEY_FILE: '/nowhere' })).toThrow(
      /^The configuration has 1 fault/,
    );
  });
});
