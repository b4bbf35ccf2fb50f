import type { Backend } from '#testing';
import { Planted } from './planted.js';
import { newInstallation, type Installation } from './service.js';
import { ServiceProcess } from './service-process.js';
import { TroubledDatabase } from './troubled-database.js';

interface Line {
  readonly msg: string;
  readonly [member: string]: unknown;
}

/** A service whose every secret is planted, and all that it wrote. */
export interface Watched {
  readonly planted: Planted;
  readonly installation: Installation;
  readonly process: ServiceProcess;
  readonly database?: TroubledDatabase;
  written: string;
}

/** Starts it, on an empty store. */
export async function watch(backend: Backend): Promise<Watched> {
  const planted = new Planted();
  const made = await newInstallation(backend);
  const rootKey = planted.value('root key');
  const database = made.database && (await TroubledDatabase.open(made.database, planted.value('password')));
  const environment = {
    ...made.environment,
    ROOT_API_KEY: `${rootKey},${planted.value('second root key')}`,
    API_KEY_PEPPER: `${planted.value('pepper')},${planted.value('old pepper')}`,
    LOG_LEVEL: 'trace',
    ...(database === undefined ? {} : { DATABASE_URL: database.url() }),
  };
  if (database !== undefined) {
    planted.known('user of the database', database.user);
    planted.known('host of the database', 'localhost');
    planted.known('address of the database', `127.0.0.1:${database.port}`);
  }
  const installation = { ...made, rootKey, environment };
  const watched = { planted, installation, database, written: '' };
  const process = await ServiceProcess.start(installation, { LOG_LEVEL: 'trace' }, (text) => {
    watched.written += text;
  });
  return Object.assign(watched, { process });
}

/** The lines that a service wrote: all that it wrote is lines of JSON. */
export function linesOf({ written }: Watched): Line[] {
  return written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Headers that every request may have, each with something in it that is nobody's business. */
export function plantedHeaders(planted: Planted): Record<string, string> {
  return {
    cookie: `session=${planted.value('cookie')}`,
    referer: `http://${planted.value('referer')}.example/`,
    'user-agent': planted.value('user agent'),
    'x-forwarded-for': `${planted.value('forwarded for')}, 203.0.113.7`,
    forwarded: `for=${planted.value('forwarded')}`,
    'x-request-id': `no id! ${planted.value('request id')}`,
    origin: `http://${planted.value('origin')}.example`,
  };
}
