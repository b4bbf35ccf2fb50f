import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { asUser, commandLine, endWithThisProcess, isAlive, type ServerUser } from './server-process.js';

const HOST = '127.0.0.1';
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 15_000;
const POLL_MS = 20;
const LOG_FILE = 'server.log';
const PASSWORD_FILE = 'superuser-password';
/** What a server writes into its lock file when it takes connections, as a primary and as a standby. */
const TAKES_CONNECTIONS = ['ready', 'standby'];
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

export interface EmbeddedPostgresOptions {
  /** Made and initialised if absent; kept as it is otherwise. */
  dataDirectory: string;
  /** Where `initdb` and `postgres` are, to use another PostgreSQL than the npm package's. */
  binDirectory?: string;
  /** A free one is picked if none is given. */
  port?: number;
  /** Server settings, such as `{ fsync: 'off' }`. */
  settings?: Record<string, string>;
  /** Set when the data directory is initialised; made up and kept with the data if not given. */
  superuserPassword?: string;
  /** Removed with all it holds if this process ends without stopping the server. */
  temporaryDirectory?: string;
}

/**
 * A PostgreSQL server that belongs to this process: it listens on the loopback address only, asks for
 * passwords, and stops when this process ends. Its superuser is `postgres`.
 */
export class EmbeddedPostgres {
  readonly port: number;
  private readonly server: ChildProcess;
  private readonly superuserPassword: string;

  private constructor(port: number, server: ChildProcess, superuserPassword: string) {
    this.port = port;
    this.server = server;
    this.superuserPassword = superuserPassword;
  }

  /**
   * Starts the server and waits until it takes connections. A server that an earlier, killed process
   * left running on the same data directory is stopped first.
   */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const binaries = await findPostgresBinaries(options.binDirectory);
    const parent = path.dirname(path.resolve(options.dataDirectory));
    await mkdir(parent, { recursive: true });
    const dataDirectory = path.join(await realpath(parent), path.basename(options.dataDirectory));
    const user = await serverUser(dataDirectory);
    const prefix = await asUser(user);

    if (!(await isInitialised(dataDirectory))) {
      await initialise(binaries, prefix, user, dataDirectory, options);
    }
    const password = options.superuserPassword ?? (await readPassword(dataDirectory));
    const strangerPid = await stopLeftoverServer(dataDirectory);
    const { server, port } = await launch(binaries, prefix, dataDirectory, options, strangerPid);
    return new EmbeddedPostgres(port, server, password);
  }

  /** A connection string; without a user, the superuser's. */
  url(database: string, user = 'postgres', password = this.superuserPassword): string {
    const [name, secret, target] = [user, password, database].map(encodeURIComponent);
    return `postgresql://${name}:${secret}@${HOST}:${this.port}/${target}`;
  }

  /** Settles when the server has exited, whoever ended it. */
  async exited(): Promise<void> {
    if (!hasExited(this.server)) await once(this.server, 'exit');
  }

  /** Ends open sessions, and settles when the server has exited. */
  async stop(): Promise<void> {
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      if (hasExited(this.server)) return;
      this.server.kill(signal);
      await Promise.race([this.exited(), sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
    }
  }
}

/** As root, the server runs as the owner of the data, or as nobody if there is none yet. */
async function serverUser(dataDirectory: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

async function isInitialised(dataDirectory: string): Promise<boolean> {
  const names = await readdir(dataDirectory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new Error(
      `The data directory ${dataDirectory} cannot be read: ${error.message}. ` +
        'Was it made by another user? Then run this as that user, or choose another folder.',
      { cause: error },
    );
  });
  if (names.includes('PG_VERSION')) return true;
  if (names.length === 0) return false;
  throw new Error(`${dataDirectory} is neither empty nor a PostgreSQL data directory; it is left as it is.`);
}

/** Fills a folder beside the final one and renames it, so that an interrupted attempt leaves no half. */
async function initialise(
  binaries: PostgresBinaries,
  prefix: string[],
  user: ServerUser | undefined,
  dataDirectory: string,
  options: EmbeddedPostgresOptions,
): Promise<void> {
  const superuserPassword = options.superuserPassword ?? randomBytes(24).toString('base64url');
  const unfinished = `${dataDirectory}.unfinished`;
  const passwordFile = `${dataDirectory}.${PASSWORD_FILE}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== undefined) await chown(unfinished, user.uid, user.gid);
  await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });

  const command = [...prefix, binaries.initdb, '--pgdata', unfinished, '--username=postgres'];
  command.push('--locale=C', '--encoding=UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`);
  if (options.settings?.['fsync'] === 'off') command.push('--no-sync');
  const output: Buffer[] = [];
  const child = spawn(command[0] as string, command.slice(1), {
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithThisProcess(child, 'TERM', options.temporaryDirectory);
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) {
    throw new Error(
      `initdb could not prepare ${dataDirectory}:\n${lastLines(Buffer.concat(output).toString())}`,
    );
  }
  await rename(passwordFile, path.join(unfinished, PASSWORD_FILE));
  await rename(unfinished, dataDirectory);
}

async function readPassword(dataDirectory: string): Promise<string> {
  return (await readFile(path.join(dataDirectory, PASSWORD_FILE), 'utf8')).trim();
}

/**
 * Stops a server that still runs on the data directory. If the process id it recorded belongs to
 * something else by now, that id is returned and the process left alone.
 */
async function stopLeftoverServer(dataDirectory: string): Promise<number | undefined> {
  const pid = (await readLockFile(dataDirectory)).pid;
  if (pid === undefined || !isAlive(pid)) return undefined;
  const words = await commandLine(pid);
  if (!words.includes('postgres') || !words.includes(` -D ${dataDirectory} `)) return pid;
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    if (isAlive(pid)) process.kill(pid, signal);
    for (const end = Date.now() + STOP_DEADLINE_MS; isAlive(pid) && Date.now() < end;) await sleep(POLL_MS);
  }
  return undefined;
}

async function readLockFile(dataDirectory: string): Promise<{ pid?: number; ready: boolean }> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return { ...(pid > 0 && { pid }), ready: TAKES_CONNECTIONS.includes(lines[7]?.trim() ?? '') };
}

async function launch(
  binaries: PostgresBinaries,
  prefix: string[],
  dataDirectory: string,
  options: EmbeddedPostgresOptions,
  strangerPid: number | undefined,
): Promise<{ server: ChildProcess; port: number }> {
  const settings = { listen_addresses: HOST, unix_socket_directories: '', ...options.settings };
  const logFile = path.join(dataDirectory, LOG_FILE);
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const port = options.port ?? (await freePort());
    const command = [...prefix, binaries.postgres, '-D', dataDirectory, '-p', String(port)];
    for (const [name, value] of Object.entries(settings)) command.push('-c', `${name}=${value}`);
    const log = await open(logFile, 'w', 0o600);
    const server = spawn(command[0] as string, command.slice(1), {
      env: serverEnvironment(strangerPid),
      stdio: ['ignore', log.fd, log.fd],
      // Ctrl-C reaches every process of the terminal's group; the service must drain before its database goes.
      detached: true,
    });
    endWithThisProcess(server, 'INT', options.temporaryDirectory);
    if (await becomesReady(server, dataDirectory, deadline).finally(() => log.close()))
      return { server, port };

    const said = await readFile(logFile, 'utf8');
    const portTaken = said.includes('Address already in use');
    if (portTaken && options.port !== undefined) {
      throw new Error(`PostgreSQL cannot listen on ${HOST}:${port}: the port is already in use.`);
    }
    // The sessions of a killed server need a moment to notice that it is gone.
    const passing = portTaken || said.includes('pre-existing shared memory block');
    if (!passing || Date.now() > deadline) {
      throw new Error(
        `PostgreSQL did not start on ${dataDirectory}. The end of its log:\n${lastLines(said)}`,
      );
    }
    await sleep(10 * POLL_MS);
  }
}

/** The server writes into its lock file when it takes connections; no other server can be mistaken for it. */
async function becomesReady(server: ChildProcess, dataDirectory: string, deadline: number): Promise<boolean> {
  let failed: Error | undefined;
  server.once('error', (error) => (failed = error));
  while (!hasExited(server)) {
    if (failed !== undefined)
      throw new Error(`PostgreSQL cannot be run: ${failed.message}`, { cause: failed });
    const lock = await readLockFile(dataDirectory);
    if (lock.pid === server.pid && lock.ready) return true;
    if (Date.now() > deadline) server.kill('SIGKILL');
    await sleep(POLL_MS);
  }
  return false;
}

function hasExited(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

/** PostgreSQL and libpq read PG* variables, which are meant for other servers here. */
function serverEnvironment(strangerPid?: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LC_ALL: 'C',
    // PostgreSQL takes a lock file that names one of its ancestors for stale.
    ...(strangerPid !== undefined && { PG_GRANDPARENT_PID: String(strangerPid) }),
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-15).join('\n');
}
