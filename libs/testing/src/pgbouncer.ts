import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './embedded-postgres.js';
import { asUser, endWithThisProcess, type ServerUser } from './server-process.js';
import { scratchDirectory } from './test-server.js';

const HOST = '127.0.0.1';
const START_DEADLINE_MS = 15_000;
const POLL_MS = 20;
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

export interface PgBouncerOptions {
  /** Connection string of a superuser of the server that is gone through to, who may read everybody's password hash. */
  readonly ownerUrl: string;
  /** The program; Debian's unless given. */
  readonly program?: string;
  /** What else is set, such as `{ ignore_startup_parameters: 'lock_timeout' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A PgBouncer of this process, in transaction mode, before all databases of one server. It has fewer connections to the
 * server than its clients have to it, and takes the one that was used longest ago, so that no two transactions of a
 * client find the same session but by chance. Users and passwords are those of the server.
 */
export class PgBouncer {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Starts it and waits until it takes connections. */
  static async start(options: PgBouncerOptions): Promise<PgBouncer> {
    const directory = await mkdtemp(path.join(await scratchDirectory(), 'escrowgrid-pgbouncer-'));
    try {
      return await launch(directory, options);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }

    async function launch(folder: string, { ownerUrl, program, settings }: PgBouncerOptions) {
      const port = await freePort();
      const configuration = path.join(folder, 'pgbouncer.ini');
      const users = path.join(folder, 'userlist.txt');
      const server = new URL(ownerUrl);
      const owner = decodeURIComponent(server.username);
      await writeFile(users, `"${owner}" "${decodeURIComponent(server.password)}"\n`, { mode: 0o600 });
      await writeFile(configuration, iniOf(server, owner, users, port, settings), { mode: 0o600 });
      const user = process.getuid?.() === 0 ? NOBODY : undefined;
      if (user !== undefined) {
        for (const file of [folder, users, configuration]) await chown(file, user.uid, user.gid);
      }
      const command = [...(await asUser(user)), program ?? '/usr/sbin/pgbouncer', configuration];
      const child = spawn(command[0] as string, command.slice(1), {
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', 'ignore'],
        detached: true,
      });
      let failed: Error | undefined;
      child.once('error', (error) => (failed = error));
      if (child.pid !== undefined) endWithThisProcess(child, 'TERM', folder);
      const giveUpAt = Date.now() + START_DEADLINE_MS;
      while (!(await listens(port))) {
        if (failed !== undefined || hasExited(child) || Date.now() > giveUpAt) {
          child.kill('SIGKILL');
          const said =
            failed?.message ?? (await readFile(path.join(folder, 'pgbouncer.log'), 'utf8').catch(String));
          throw new Error(`PgBouncer did not start (${command.join(' ')}):\n${said}`);
        }
        await sleep(POLL_MS);
      }
      return new PgBouncer(port, child, folder);
    }
  }

  /** The way through PgBouncer to what a connection string leads to directly. */
  url(direct: string): string {
    return throughPort(direct, this.port);
  }

  async stop(): Promise<void> {
    if (!hasExited(this.process)) {
      // PgBouncer waits for its clients at SIGINT, and for nobody at SIGTERM.
      const exited = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      const timer = setTimeout(() => this.process.kill('SIGKILL'), START_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A connection string that leads to the same database by another port of this machine. */
export function throughPort(direct: string, port: number): string {
  const url = new URL(direct);
  url.hostname = HOST;
  url.port = String(port);
  return url.href;
}

function iniOf(
  server: URL,
  owner: string,
  users: string,
  port: number,
  settings: Readonly<Record<string, string>> = {},
): string {
  const lines = {
    listen_addr: HOST,
    listen_port: String(port),
    unix_socket_dir: '',
    logfile: path.join(path.dirname(users), 'pgbouncer.log'),
    pool_mode: 'transaction',
    auth_type: 'scram-sha-256',
    auth_file: users,
    auth_user: owner,
    auth_query: 'SELECT rolname, rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1 AND rolcanlogin',
    admin_users: owner,
    max_client_conn: '2000',
    default_pool_size: '3',
    server_round_robin: '1',
    // A server that comes back is noticed soon, and nobody waits for one that does not.
    server_login_retry: '1',
    query_wait_timeout: '5',
    ...settings,
  };
  const pgbouncer = Object.entries(lines).map(([name, value]) => `${name} = ${value}`);
  return [
    '[databases]',
    `* = host=${server.hostname} port=${server.port}`,
    '[pgbouncer]',
    ...pgbouncer,
    '',
  ].join('\n');
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
