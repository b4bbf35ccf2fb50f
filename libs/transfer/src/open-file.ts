import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** The content of a file, which is there. @throws the error of the file system */
export async function openFile(path: string): Promise<Readable> {
  return (await open(path)).createReadStream();
}
