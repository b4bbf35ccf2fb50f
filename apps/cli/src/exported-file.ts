import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/**
 * Has a file written under another name, readable by its owner alone, and gives it its own when it is whole; a link there
 * may be is kept, and what it leads to written. Fails with whatever writing fails with; a file of that name which was
 * there before is left as it is then.
 *
 * @throws Error when there is something of that name which is no file, such as a pipe or a device
 */
export async function writeWhole<Result>(
  path: string,
  write: (writable: Writable) => Promise<Result>,
): Promise<Result> {
  const target = await fileAt(path);
  const unfinished = `${target}.unfinished-${process.pid}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    const result = await write(file.createWriteStream({ flush: true }));
    await rename(unfinished, target);
    return result;
  } catch (error) {
    // Whoever failed before it wrote anything has not ended the stream either.
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Where the file is, or will be. */
async function fileAt(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return path;
  if (!found.isFile()) throw new Error(`${path} is no file; - is standard output`);
  return realpath(path);
}
