import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { commandLine, isAlive } from '#testing';

/**
 * Keeps a second `npm start` away from the folder: it would stop the database of the first. Returns what
 * gives the folder back. A lock whose process is gone is taken over.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lockFile = path.join(folder, 'npm-start.pid');
  const ownFile = `${lockFile}.${process.pid}`;
  await writeFile(ownFile, `${process.pid}\n`);
  try {
    // Unlike a file that is made and then written, a link never shows itself empty.
    while (!(await linked(ownFile, lockFile))) {
      const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
      if (await isAnotherStart(pid)) {
        throw new Error(
          `Another \`npm start\` (process ${pid}) uses ${folder} already. Stop it first, or work with it.`,
        );
      }
      await rm(lockFile, { force: true });
    }
  } finally {
    await rm(ownFile, { force: true });
  }
  return () => rm(lockFile, { force: true });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A process id may have come to another program since the lock was left behind. */
async function isAnotherStart(pid: number): Promise<boolean> {
  if (!(pid > 0) || pid === process.pid || !isAlive(pid)) return false;
  return (await commandLine(pid)).includes(path.basename(process.argv[1] ?? ''));
}
