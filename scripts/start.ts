import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { type Database, startDatabase } from './start/database.js';
import { lockFolder } from './start/folder-lock.js';
import { greeting } from './start/greeting.js';
import { Service } from './start/service.js';
import {
  bringsDatabase,
  freePort,
  providePepper,
  provideRootKey,
  provideSealKey,
  withDefaults,
} from './start/settings.js';

/** npm passes Ctrl-C on to a process that the terminal has told already; within this time it is one wish. */
const SAME_WISH_MS = 1_000;
const FAULT = 1;

const folder = path.resolve('.data');
const stopping = new AbortController();
let service: Service | undefined;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function listenForStop(): void {
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= Date.now();
    if (!stopping.signal.aborted) {
      say('\nStopping …');
      stopping.abort();
      void service?.stop();
    } else if (Date.now() - firstAt > SAME_WISH_MS) {
      service?.kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

/** Runs the service until it ends or somebody stops it, and answers the status to exit with. */
async function runService(environment: NodeJS.ProcessEnv, database: Database | undefined): Promise<number> {
  const rootKey = await provideRootKey(environment, folder);
  if (database !== undefined) {
    await providePepper(environment, folder);
    await provideSealKey(environment, folder);
  }
  stopping.signal.throwIfAborted();
  service = await Service.start(environment);
  // A wish to stop may have come while the process was made.
  if (stopping.signal.aborted) void service.stop();
  void database?.server.exited().then(() => {
    if (stopping.signal.aborted || !service?.isRunning()) return;
    say(`PostgreSQL has ended unexpectedly; its log is ${folder}/postgres/server.log. Stopping the service.`);
    void service.stop();
  });

  const host = environment['HOST'] ?? '';
  const shownHost = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const url = `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${environment['PORT']}`;
  if (await service.becomesReady(url)) {
    const place =
      database === undefined
        ? environment['STORE_BACKEND']
        : `${folder} (PostgreSQL, port ${database.server.port})`;
    const store = place === 'memory' ? 'in memory only, gone when this stops' : (place ?? '');
    say(greeting({ url, rootKey, store, docs: environment['DOCS_ENABLED'] === 'true' }));
  } else if (service.isRunning() && !stopping.signal.aborted) {
    say(`The service runs but is not ready; ${url}/health/ready says why. Are all migrations applied?`);
  }
  const status = await service.exited;
  if (!stopping.signal.aborted) say(`The service has ended by itself (status ${status}).`);
  return status;
}

async function start(): Promise<number> {
  const environment = withDefaults(process.env);
  environment['PORT'] = await freePort(environment['HOST'] ?? '', environment['PORT'] ?? '');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!bringsDatabase(process.env)) return runService(environment, undefined);

  // Meant for other servers, these would also reach the connections to the one that is started here.
  for (const name of Object.keys(process.env)) {
    if (!name.startsWith('PG')) continue;
    delete process.env[name];
    delete environment[name];
  }
  const unlock = await lockFolder(folder);
  let database: Database | undefined;
  try {
    say(`Starting PostgreSQL with its data in ${folder} …`);
    database = await startDatabase(path.join(folder, 'postgres'));
    if (database.applied.length > 0) say(`Applied ${database.applied.length} migrations.`);
    return await runService(
      { ...environment, STORE_BACKEND: 'postgres', DATABASE_URL: database.serviceUrl },
      database,
    );
  } finally {
    await database?.server.stop();
    await unlock();
  }
}

listenForStop();
try {
  process.exitCode = await start();
} catch (error) {
  if (!stopping.signal.aborted) {
    const { code, message } = error as NodeJS.ErrnoException;
    say(`\n${message}`);
    if (code === 'EACCES') {
      say(`Was ${folder} made by another user, such as root? Work as that user, or remove it to begin anew.`);
    }
    process.exitCode = FAULT;
  }
}
