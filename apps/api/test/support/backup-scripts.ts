import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withClient } from '#testing';

const run = promisify(execFile);

/** What a shell sees of a script that has ended. */
export interface Told {
  readonly status: number | null;
  /** What it printed for other programs. */
  readonly printed: string;
  /** What it said to people. */
  readonly said: string;
}

export type Settings = Readonly<Record<string, string>>;

/** A script that is running. */
export interface RunningScript {
  readonly child: ChildProcess;
  readonly ended: Promise<Told>;
}

/** Starts one of the scripts with these variables, and none else but PATH. */
export function startScript(name: string, words: readonly string[], settings: Settings): RunningScript {
  const child = spawn(resolve('scripts', name), words, {
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<Told>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (status) => settle({ status, printed, said }));
  });
  return { child, ended };
}

export async function runScript(name: string, words: readonly string[], settings: Settings): Promise<Told> {
  return startScript(name, words, settings).ended;
}

/** Makes a backup, and answers where it is. */
export async function makeBackup(url: string, folder: string, ...words: string[]): Promise<string> {
  const { status, printed, said } = await runScript('backup.sh', ['--dir', folder, ...words], {
    DATABASE_URL: url,
  });
  if (status !== 0) throw new Error(`backup.sh ended with ${status}: ${said}`);
  return printed.trim();
}

/** The command line that restore.sh verifies with is the one that is built. */
export async function buildTools(): Promise<void> {
  await run('npm', ['run', 'build', '--silent']);
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'escrowgrid-backup-'));
}

/** A digest of all that is in a database, to the last byte of every row. */
export async function contentOf(url: string, rights: 'and rights' | 'without rights' = 'and rights') {
  const words = ['--no-owner', ...(rights === 'and rights' ? [] : ['--no-privileges']), `--dbname=${url}`];
  const { stdout } = await run('pg_dump', words, { maxBuffer: 2 ** 30 });
  return createHash('sha256')
    .update(stdout.replace(/^\\(un)?restrict .*$/gm, ''))
    .digest('hex');
}

/** The scratch databases that were made from a connection to a database, and not dropped. */
export async function scratchDatabases(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE starts_with(datname, current_database() || '_scratch_')`,
    );
    return rows.map(({ datname }) => datname);
  });
}

export interface Manifest {
  file: string;
  sha256: string;
  sizeBytes: number;
  rows: Record<string, number>;
  [member: string]: unknown;
}

export async function manifestOf(file: string): Promise<Manifest> {
  return JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')) as Manifest;
}

/** A copy of a backup in a folder of its own, for a test to spoil. */
export async function copyOfBackup(file: string): Promise<string> {
  const copy = join(await newFolder(), basename(file));
  await copyFile(file, copy);
  await copyFile(`${file}.manifest.json`, `${copy}.manifest.json`);
  return copy;
}

/** Puts other bytes into a dump; its manifest is left as it is. */
export async function spoil(file: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(file, change(await readFile(file)));
}

export async function changeManifest(file: string, change: Partial<Manifest>): Promise<void> {
  await writeFile(
    `${file}.manifest.json`,
    JSON.stringify({ ...(await manifestOf(file)), ...change }, undefined, 2),
  );
}

/** Puts another text into a plain dump, and makes the manifest vouch for it. */
export async function doctor(file: string, change: (sql: string) => string): Promise<void> {
  const sql = await readFile(file, 'utf8');
  const doctored = change(sql);
  if (doctored === sql) throw new Error('The doctor changed nothing.');
  await writeFile(file, doctored);
  const sha256 = createHash('sha256').update(doctored).digest('hex');
  await changeManifest(file, { sha256, sizeBytes: (await stat(file)).size });
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
