import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive } from '#testing';

const program = path.resolve('dist/scripts/start.js');

/** One `npm start` of the built project in a folder of its own. */
class Start {
  output = '';
  readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor(folder: string) {
    const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0' };
    this.child = spawn(process.execPath, [program], { cwd: folder, env: environment, stdio: 'pipe' });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.exited = new Promise((resolve) => this.child.once('exit', (status) => resolve(status)));
  }

  async ready(): Promise<this> {
    while (!this.output.includes('Ctrl-C stops everything')) {
      if (this.child.exitCode !== null) throw new Error(`It ended before it was ready:\n${this.output}`);
      await sleep(50);
    }
    return this;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  async status(): Promise<number | null> {
    return this.exited;
  }

  /** Runs the printed command as a person who pastes it. */
  async pasteCurl(): Promise<Record<string, unknown>> {
    const command = /^curl [\s\S]*?\}'$/m.exec(this.output)?.[0] ?? 'false';
    const shell = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    let answer = '';
    shell.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(shell, 'close');
    return JSON.parse(answer) as Record<string, unknown>;
  }

  async answers(): Promise<boolean> {
    return fetch(this.url()).then(
      () => true,
      () => false,
    );
  }

  async fetchInstitution(id: unknown, key: string): Promise<unknown> {
    return (
      await fetch(`${this.url()}/institutions/${String(id)}`, { headers: { 'x-api-key': key } })
    ).json();
  }

  private url(): string {
    return /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(this.output)?.[0] ?? '';
  }
}

describe('npm start', () => {
  let folder: string;
  const starts: Start[] = [];

  function start(): Start {
    const started = new Start(folder);
    starts.push(started);
    return started;
  }

  function databasePid(): Promise<number> {
    return readFile(path.join(folder, '.data/postgres/postmaster.pid'), 'utf8').then((text) =>
      Number.parseInt(text, 10),
    );
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'npm-start-'));
  });

  afterEach(async () => {
    for (const each of starts.splice(0)) if (each.child.exitCode === null) await each.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  test('serves what its first curl stores, shows the root key once, and keeps both', async () => {
    const first = await start().ready();
    const key = (await readFile(path.join(folder, '.data/root-api-key'), 'utf8')).trim();
    expect(first.output.split(key)).toHaveLength(2);
    const institution = await first.pasteCurl();
    expect(institution).toMatchObject({ name: 'First Escrow Bank', regions: ['US'] });
    const pid = await databasePid();
    expect(await first.end('SIGINT')).toBe(0);
    expect(isAlive(pid)).toBe(false);

    const second = await start().ready();
    expect(second.output).not.toContain(key);
    expect(await second.fetchInstitution(institution['id'], key)).toEqual(institution);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('refuses to work twice in one folder, and leaves the first alone', async () => {
    const first = await start().ready();
    const second = start();
    expect(await second.status()).toBe(1);
    expect(second.output).toContain(`Another \`npm start\` (process ${first.child.pid})`);
    expect(await first.pasteCurl()).toMatchObject({ name: 'First Escrow Bank' });
  });

  test('leaves no process behind when it is killed, and starts again', async () => {
    const first = await start().ready();
    const pid = await databasePid();
    await first.end('SIGKILL');
    while (isAlive(pid) || (await first.answers())) await sleep(50);

    const second = await start().ready();
    expect(await second.end('SIGINT')).toBe(0);
    expect(existsSync(path.join(folder, '.data/npm-start.pid'))).toBe(false);
  });
});
