import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { EmbeddedPostgres } from './embedded-postgres.js';
import { isAlive } from './server-process.js';
import { withClient } from './service-user.js';
import { scratchDirectory } from './test-server.js';
import { until } from './until.js';

const settings = { fsync: 'off' };

describe('an embedded PostgreSQL', () => {
  let directory: string;
  let dataDirectory: string;
  const servers: EmbeddedPostgres[] = [];

  async function start(port?: number): Promise<EmbeddedPostgres> {
    const server = await EmbeddedPostgres.start({
      dataDirectory,
      settings,
      temporaryDirectory: directory,
      ...(port && { port }),
    });
    servers.push(server);
    return server;
  }

  async function serverPid(): Promise<number> {
    return Number.parseInt(await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8'), 10);
  }

  function write(server: EmbeddedPostgres, value: string): Promise<unknown> {
    return withClient(server.url('postgres'), async (client) => {
      await client.query('CREATE TABLE IF NOT EXISTS kept (value text)');
      await client.query('INSERT INTO kept VALUES ($1)', [value]);
    });
  }

  function read(server: EmbeddedPostgres): Promise<string[]> {
    return withClient(server.url('postgres'), async (client) => {
      const { rows } = await client.query<{ value: string }>('SELECT value FROM kept ORDER BY value');
      return rows.map((row) => row.value);
    });
  }

  beforeEach(async () => {
    directory = await mkdtemp(path.join(await scratchDirectory(), 'embedded-postgres-'));
    dataDirectory = path.join(directory, 'data');
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('keeps its data from one start to the next', async () => {
    const first = await start();
    await write(first, 'a');
    const pid = await serverPid();
    await first.stop();
    expect(isAlive(pid)).toBe(false);

    expect(await read(await start())).toEqual(['a']);
  });

  test('comes back with its data after the server was killed', async () => {
    const first = await start();
    await write(first, 'a');
    process.kill(await serverPid(), 'SIGKILL');
    await first.exited();

    expect(await read(await start())).toEqual(['a']);
  });

  test('takes the place of a server that was left running on the same data', async () => {
    const left = await start();
    await write(left, 'a');

    const next = await start();
    await left.exited();
    expect(await read(next)).toEqual(['a']);
  });

  test('starts although the recorded process id belongs to another program now', async () => {
    const first = await start();
    const lockFile = path.join(dataDirectory, 'postmaster.pid');
    const lock = await readFile(lockFile, 'utf8');
    await first.stop();
    // PostgreSQL heeds a process of its own user only, and as root it runs as the owner of its data.
    const { uid, gid } = await stat(dataDirectory);
    const stranger = spawn('sleep', ['600'], {
      stdio: 'ignore',
      ...(process.getuid?.() === 0 && { uid, gid }),
    });
    await once(stranger, 'spawn');
    await writeFile(lockFile, lock.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });

    try {
      await write(await start(), 'a');
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  test('lets nobody in without the password', async () => {
    const server = await start();
    const wrong = withClient(server.url('postgres', 'postgres', 'wrong'), async () => 'in');
    await expect(wrong).rejects.toThrow(/password authentication failed/);
  });

  test('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    try {
      await expect(start(port)).rejects.toThrow(`127.0.0.1:${port}: the port is already in use`);
    } finally {
      other.close();
    }
  });

  test('shows the end of the log when it cannot start', async () => {
    const broken = EmbeddedPostgres.start({ dataDirectory, settings: { shared_buffers: 'plenty' } });
    await expect(broken).rejects.toThrow(/invalid value for parameter "shared_buffers": "plenty"/);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends when %s ends its process', async (signal) => {
    const source = pathToFileURL(path.resolve('libs/testing/src/embedded-postgres.ts')).href;
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve: (name, context, next) => next(name.replace(/^(\\..*)\\.js$/, '$1.ts'), context) });
      const { EmbeddedPostgres } = await import(${JSON.stringify(source)});
      await EmbeddedPostgres.start(${JSON.stringify({ dataDirectory, settings, temporaryDirectory: directory })});
      console.log('ready');`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    const pid = await serverPid();
    owner.kill(signal);
    await once(owner, 'exit');

    await until(() => !isAlive(pid) && !existsSync(directory), 'The server and its folder are gone.');
  });

  test('leaves a folder alone that holds something else', async () => {
    dataDirectory = directory;
    const file = path.join(directory, 'letter.txt');
    await writeFile(file, 'dear');
    await expect(start()).rejects.toThrow(/neither empty nor a PostgreSQL data directory/);
    expect(await readFile(file, 'utf8')).toBe('dear');
  });
});
