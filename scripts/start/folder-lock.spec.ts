import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { lockFolder } from './folder-lock.js';

describe('the lock on the data folder', () => {
  const ownProgram = path.basename(process.argv[1] ?? '');
  const processes: ChildProcess[] = [];
  let folder: string;

  async function runProgram(name: string): Promise<number> {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)', name], {
      stdio: 'ignore',
    });
    processes.push(child);
    await once(child, 'spawn');
    return child.pid ?? 0;
  }

  function leaveLock(pid: number): Promise<void> {
    return writeFile(path.join(folder, 'npm-start.pid'), `${pid}\n`);
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'folder-lock-'));
  });

  afterEach(async () => {
    for (const child of processes.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('leaves nothing behind when it is given back, and can then be taken again', async () => {
    const unlock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(['npm-start.pid']);
    await unlock();
    expect(await readdir(folder)).toEqual([]);
    await (
      await lockFolder(folder)
    )();
  });

  test('keeps a second start away while the first one runs, and names it', async () => {
    const first = await runProgram(ownProgram);
    await leaveLock(first);
    await expect(lockFolder(folder)).rejects.toThrow(`process ${first}`);
    expect(await readdir(folder)).toEqual(['npm-start.pid']);
  });

  test('is taken over when its process is gone', async () => {
    const pid = await runProgram(ownProgram);
    const gone = processes[0] as ChildProcess;
    gone.kill('SIGKILL');
    await once(gone, 'exit');
    await leaveLock(pid);
    await (
      await lockFolder(folder)
    )();
  });

  test('is taken over when its process id belongs to another program now', async () => {
    await leaveLock(await runProgram('something-else'));
    await (
      await lockFolder(folder)
    )();
  });
});
