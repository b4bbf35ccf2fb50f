import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Tools {
  readonly wrk: string;
  readonly pgbench: string;
}

const TMPFS = 0x01021994;
const DEBIAN_POSTGRES = ['/usr/lib/postgresql/15/bin'];

/** @throws Error that says what to install */
export async function findTools(): Promise<Tools> {
  if (process.platform !== 'linux') {
    throw new Error('The bench reads processor times from /proc and runs on Linux only.');
  }
  return {
    wrk: await find('wrk', 'wrk'),
    pgbench: await find('pgbench', 'postgresql-15', DEBIAN_POSTGRES),
  };
}

async function find(
  program: string,
  debianPackage: string,
  elsewhere: readonly string[] = [],
): Promise<string> {
  for (const folder of [...(process.env['PATH'] ?? '').split(path.delimiter), ...elsewhere]) {
    const file = path.join(folder, program);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  throw new Error(`The bench needs ${program}. On Debian: apt-get install ${debianPackage}`);
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The folder for the database.
 *
 * @throws Error where it is kept in memory, which makes every commit free
 */
export async function realDisk(directory = tmpdir()): Promise<string> {
  if ((await statfs(directory)).type === TMPFS) {
    throw new Error(`${directory} is kept in memory. Name a folder on a disk: --directory <folder>`);
  }
  return path.resolve(directory);
}
