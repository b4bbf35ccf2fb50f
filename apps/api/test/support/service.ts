import { randomBytes } from 'node:crypto';
import { loadConfiguration } from '#config';
import type { Clock } from '#kernel';
import { openTestDatabase, type Backend, type TestDatabase } from '#testing';
import { createApp } from '../../src/create-app.js';
import { buildLogger } from '../../src/logging.js';
import { Client } from './client.js';

/** The secrets of one installation, which every process of it is given. */
export interface Installation {
  readonly database?: TestDatabase;
  readonly environment: Readonly<Record<string, string>>;
  readonly rootKey: string;
}

/** The real service on a real socket. */
export interface Service {
  readonly url: string;
  readonly installation: Installation;
  /** With the root key. */
  readonly root: Client;
  /** With another key, or with none. */
  client(apiKey?: string): Client;
  /** Stops the service; the installation's database stays. */
  stop(): Promise<void>;
}

/** A store with nothing in it, and secrets of its own. */
export async function newInstallation(backend: Backend): Promise<Installation> {
  return installationOn(backend, backend === 'postgres' ? await openTestDatabase() : undefined);
}

/** Secrets of its own for a store that is there. */
export function installationOn(backend: Backend, database: TestDatabase | undefined): Installation {
  const rootKey = randomBytes(24).toString('hex');
  return {
    database,
    rootKey,
    environment: {
      STORE_BACKEND: backend,
      ...(database === undefined ? {} : { DATABASE_URL: database.url, DB_POOLER: String(database.isPooled) }),
      // No suite is to fail because a machine is slow; those that are about time-outs set their own.
      ...(database === undefined ? {} : { DB_CONNECT_TIMEOUT_MS: '10000' }),
      ROOT_API_KEY: rootKey,
      API_KEY_PEPPER: randomBytes(24).toString('hex'),
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
      // Whoever ends a service waits for it.
      SHUTDOWN_DRAIN_SECONDS: '0',
      // Suites that send many bad keys on purpose are not to be kept from it.
      RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '1000000',
    },
  };
}

/** Starts a service of an installation, in this process. */
export async function startService(
  installation: Installation,
  settings: Readonly<Record<string, string>> = {},
  clock?: Clock,
): Promise<Service> {
  const configuration = loadConfiguration({ ...installation.environment, ...settings });
  const app = await createApp(configuration, buildLogger(configuration.logLevel), clock);
  await app.listen(configuration.http.port, configuration.http.host);
  const url = await app.getUrl();
  return {
    url,
    installation,
    root: new Client(url, installation.rootKey),
    client: (apiKey) => new Client(url, apiKey),
    stop: () => app.close(),
  };
}

/** Starts a service on an empty store, for one suite. */
export async function openService(
  backend: Backend,
  settings: Readonly<Record<string, string>> = {},
  clock?: Clock,
): Promise<Service> {
  return startService(await newInstallation(backend), settings, clock);
}

/** Stops a service and removes its database. */
export async function closeService(service: Service): Promise<void> {
  await service.stop();
  await service.installation.database?.close();
}
