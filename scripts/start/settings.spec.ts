import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bringsDatabase, freePort, providePepper, provideRootKey, withDefaults } from './settings.js';

describe('what npm start decides', () => {
  test.each([
    [{}, true],
    [{ PORT: '5000', PGPASSWORD: 'x' }, true],
    [{ STORE_BACKEND: '', DATABASE_URL: '' }, true],
    [{ STORE_BACKEND: 'memory' }, false],
    [{ DATABASE_URL: 'postgresql://db/x' }, false],
    [{ DATABASE_URL_FILE: '/run/secrets/url' }, false],
    [{ PGHOST: 'db' }, false],
    [{ PGDATABASE: 'x' }, false],
  ])('with %j it brings a database: %s', (environment, brings) => {
    expect(bringsDatabase(environment)).toBe(brings);
  });

  test('it stays on the loopback address and serves the docs', () => {
    expect(withDefaults({ HOST: '' })).toEqual({
      HOST: '127.0.0.1',
      PORT: '4000',
      NODE_ENV: 'development',
      DOCS_ENABLED: 'true',
      STORE_BACKEND: 'memory',
    });
  });

  test('it overrides nothing that was given', () => {
    const given = {
      HOST: '::1',
      PORT: '1',
      NODE_ENV: 'test',
      DOCS_ENABLED: 'false',
      STORE_BACKEND: 'memory',
    };
    expect(withDefaults({ ...given, DATABASE_URL: 'postgresql://db/x' })).toMatchObject(given);
  });

  test('it uses a database that was named without naming the store', () => {
    expect(withDefaults({ DATABASE_URL: 'postgresql://db/x' })['STORE_BACKEND']).toBe('postgres');
  });

  test('it says which port is taken and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await expect(freePort('127.0.0.1', String(port))).rejects.toThrow(
        `Port ${port} on 127.0.0.1 is already in use. Choose another: PORT=${port + 1} npm start`,
      );
    } finally {
      other.close();
    }
  });
});

describe('the secrets of npm start', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'start-secrets-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('are made once and kept in files that only their owner can read', async () => {
    const environment: NodeJS.ProcessEnv = {};
    const first = await provideRootKey(environment, folder);
    await providePepper(environment, folder);
    const file = environment['ROOT_API_KEY_FILE'] ?? '';
    expect(await readFile(file, 'utf8')).toBe(`${first.made}\n`);
    expect(first.made).toMatch(/^root_[\w-]{43}$/);
    for (const kept of [file, environment['API_KEY_PEPPER_FILE'] ?? '']) {
      expect((await stat(kept)).mode & 0o777).toBe(0o600);
    }

    const second = await provideRootKey({}, folder);
    expect(second).toEqual({ file, shellWords: `$(cat '${file}')` });
    expect(await readFile(file, 'utf8')).toBe(`${first.made}\n`);
  });

  test('are not made where they are given', async () => {
    const environment = { ROOT_API_KEY: 'mine', API_KEY_PEPPER_FILE: '/run/secrets/pepper' };
    expect(await provideRootKey(environment, folder)).toEqual({ shellWords: '$ROOT_API_KEY' });
    await providePepper(environment, folder);
    expect(environment).toEqual({ ROOT_API_KEY: 'mine', API_KEY_PEPPER_FILE: '/run/secrets/pepper' });
  });
});
