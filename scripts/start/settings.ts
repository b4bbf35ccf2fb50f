import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';

import { keepSecret, randomText, signingKey } from './kept-secret.js';

export interface RootKey {
  /** Words for the shell that stand for the key. */
  shellWords: string;
  /** The file it is kept in, unless it was given. */
  file?: string;
  /** Present when it was made by this start. */
  made?: string;
}

/** True where nothing says which store to use, so that the database is ours to bring. */
export function bringsDatabase(environment: NodeJS.ProcessEnv): boolean {
  const choices = ['STORE_BACKEND', 'DATABASE_URL', 'DATABASE_URL_FILE', 'PGHOST', 'PGDATABASE'];
  return choices.every((name) => !environment[name]);
}

/** What `npm start` decides where the user's own environment says nothing. */
export function withDefaults(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['DATABASE_URL', 'DATABASE_URL_FILE', 'PGHOST', 'PGDATABASE'];
  const hasDatabase = names.some((name) => environment[name]);
  const defaults = {
    HOST: '127.0.0.1',
    PORT: '4000',
    NODE_ENV: 'development',
    DOCS_ENABLED: 'true',
    // A database that somebody took the trouble to name is not to be passed over for memory.
    STORE_BACKEND: hasDatabase ? 'postgres' : 'memory',
  };
  const given = Object.entries(environment).filter(([, value]) => value);
  return { ...defaults, ...Object.fromEntries(given) };
}

/** Makes a root key where none is given, and tells the service where to read it. */
export async function provideRootKey(environment: NodeJS.ProcessEnv, folder: string): Promise<RootKey> {
  if (environment['ROOT_API_KEY']) return { shellWords: '$ROOT_API_KEY' };
  const given = environment['ROOT_API_KEY_FILE'];
  if (given) return { shellWords: `$(cat '${path.resolve(given)}')` };
  const file = path.join(folder, 'root-api-key');
  const { secret, isNew } = await keepSecret(file, () => `root_${randomText()}`);
  environment['ROOT_API_KEY_FILE'] = file;
  return { shellWords: `$(cat '${file}')`, file, ...(isNew && { made: secret }) };
}

/** The same for the key of stored API-key hashes, which must outlive the process as the hashes do. */
export async function providePepper(environment: NodeJS.ProcessEnv, folder: string): Promise<void> {
  if (environment['API_KEY_PEPPER'] || environment['API_KEY_PEPPER_FILE']) return;
  const file = path.join(folder, 'api-key-pepper');
  await keepSecret(file);
  environment['API_KEY_PEPPER_FILE'] = file;
}

/** The same for the key that history is sealed with. */
export async function provideSealKey(environment: NodeJS.ProcessEnv, folder: string): Promise<void> {
  if (environment['SEAL_SIGNING_KEY_FILE']) return;
  const file = path.join(folder, 'seal-signing-key.pem');
  await keepSecret(file, signingKey);
  environment['SEAL_SIGNING_KEY_FILE'] = file;
}

/** Finds out before anything is started whether the service can listen, and says what to do if not. */
export async function freePort(host: string, wanted: string): Promise<string> {
  const port = Number(wanted);
  // The service refuses a bad value in its own words.
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return wanted;
  const probe = createServer().listen(port, host);
  try {
    await once(probe, 'listening');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host} is already in use. Choose another: PORT=${port + 1} npm start`
        : `The service cannot listen on port ${port} of ${host}: ${message}`,
      { cause },
    );
  }
  const address = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return String(address.port);
}
