import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * The command words that make a program run as `user` instead of root, as which PostgreSQL refuses to
 * run. It keeps root's right to enter private folders: a checkout under /root would be closed to it.
 */
export async function asUser(user: ServerUser | undefined): Promise<string[]> {
  if (user === undefined) return [];
  const prefix = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  prefix.push(
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
    '--',
  );
  try {
    await run('setpriv', [...prefix, 'true']);
  } catch (cause) {
    throw new Error(
      'PostgreSQL refuses to run as root, and `setpriv` of util-linux, which would run it as another user, ' +
        `does not work here (${(cause as Error).message.trim()}). Run this as an ordinary user instead.`,
      { cause },
    );
  }
  return ['setpriv', ...prefix];
}

/**
 * Ends `child` with `signal` when this process is gone, even if that was killed, and then removes
 * `directory`: a shell in a session of its own waits for the end of a pipe that only this process holds.
 */
export function endWithThisProcess(child: ChildProcess, signal: 'INT' | 'TERM', directory = ''): void {
  const script = `
    read -r _
    kill -s "$1" "$2"
    tries=0
    while kill -0 "$2" && [ $tries -lt 150 ]; do
      sleep 0.1
      tries=$((tries + 1))
    done
    [ $tries -lt 150 ] || kill -s KILL "$2"
    [ -z "$3" ] || rm -rf -- "$3"`;
  const watcher = spawn('/bin/sh', ['-c', script, 'watcher', signal, String(child.pid), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  child.once('exit', () => watcher.kill('SIGKILL'));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a running process, each of its words followed by a blank; empty if there is none. */
export async function commandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    }
    const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return `${stdout.trim()} `;
  } catch {
    return '';
  }
}
