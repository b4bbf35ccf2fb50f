import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/**
 * Has a file written under another name, readable by its owner alone, and gives it its own when it is whole. Fails with
 * whatever writing fails with; a file of that name which was there before is left as it is then.
 */
export async function writeWhole<Result>(
  path: string,
  write: (writable: Writable) => Promise<Result>,
): Promise<Result> {
  const unfinished = `${path}.unfinished-${process.pid}`;
  try {
    const result = await write(createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(unfinished, path);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
